/** What the command line prints. */
import { afterEach, expect, test, vi } from 'vitest';
import { createOutput } from '../../bridge/cli/output.ts';

afterEach(() => vi.restoreAllMocks());

test('printing without end, to a file or terminal, leaves room to hear Ctrl+C', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const output = createOutput(false);
  const heard = vi.fn();
  setImmediate(heard);
  for (let lines = 0; heard.mock.calls.length === 0 && lines < 1_000_000; lines++)
    await output.line('a line');
  expect(heard).toHaveBeenCalledOnce();
});
