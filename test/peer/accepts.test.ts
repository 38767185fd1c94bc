import { afterEach, expect, it } from 'vitest';
import { accepted } from '../../core/peer/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import { world } from '../service/world.ts';
import type { World } from '../service/world.ts';

let open: World;
afterEach(() => open.close());
const at = (port: number): PeerAddress => ({ ...open.pacs, target: { host: 'test', port } });

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
/** Modality Performed Procedure Step: no instances. */
const MPPS = '1.2.840.10008.3.1.2.3.3';
const JPEG = '1.2.840.10008.1.2.4.50';
const kind = (sopClassUID: string, transferSyntaxUID: string) => ({ sopClassUID, transferSyntaxUID });

it('tells apart what the peer takes and what not, by class and syntax', async () => {
  open = await world('whole');
  const kinds = [kind(CT, EXPLICIT), kind(MPPS, EXPLICIT), kind(CT, JPEG)];
  expect(await accepted(open.pacs, kinds)).toEqual([kinds[0], kinds[2]]);
  expect(await accepted(open.pacs, [])).toEqual([]);
});

it('takes a refusal of all for an answer, and nobody there for an error', async () => {
  open = await world('whole');
  open.serve(1, {});
  expect(await accepted(at(1), [kind(CT, EXPLICIT)])).toEqual([]);
  await expect(accepted(at(9), [kind(CT, EXPLICIT)])).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
});

it('asks in as many associations as the kinds need', async () => {
  open = await world('whole');
  const kinds = Array.from({ length: 300 }, (_, i) => kind(CT, `1.2.${i}`));
  let associations = 0;
  const peer = { ...open.pacs, opened: () => void associations++ };
  expect(await accepted(peer, kinds)).toHaveLength(300);
  expect(associations).toBe(3);
});
