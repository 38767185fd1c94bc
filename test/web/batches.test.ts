import { expect, test, vi } from 'vitest';
import { wholeDictionary } from '../../web/dictionary.ts';
import { Batches } from '../../web/engine/batches.ts';

vi.mock('../../web/dictionary.ts', () => ({ wholeDictionary: vi.fn(() => Promise.resolve()) }));

test('a batch has one de-identifier, made anew only where it could not be loaded', async () => {
  const batches = new Batches();
  const wanted = { batch: 'a', options: {} };
  vi.mocked(wholeDictionary).mockRejectedValueOnce(new Error('the bridge is away'));
  await expect(batches.of(wanted)).rejects.toThrow('the bridge is away');
  const made = await batches.of(wanted);
  expect(await batches.of(wanted)).toBe(made);
  expect(await batches.of({ ...wanted, batch: 'b' })).not.toBe(made);
  expect(await batches.of(undefined)).toBeUndefined();
});
