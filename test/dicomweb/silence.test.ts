/** A peer that falls silent: each request is answered with 504 and a sentence when its deadline has passed. */
import { afterEach, expect, test } from 'vitest';
import { createDicomWeb, dicomWebPeer } from '../../core/dicomweb/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { world, instance } from '../service/world.ts';
import type { World } from '../service/world.ts';
import { facade, get, refusal } from './facade.ts';

const PATH = '/studies/2.25.2/series/2.25.2.1/instances/2.25.2.1.1';
let open: World | undefined;
afterEach(() => open?.close());

/** Lets time pass until the answer has come. */
async function waited(answer: Promise<Response>, clock: FakeClock): Promise<[number, string]> {
  const state = { isHere: false };
  void answer.finally(() => (state.isHere = true));
  for (let i = 0; i < 200 && !state.isHere; i++) {
    await clock.toNext();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return refusal(answer);
}

test.each(['/studies', '/studies/2.25.2/metadata', PATH, `${PATH}/frames/1`])(
  'one that accepts no association: %s',
  async (path) => {
    const network = new MemoryNetwork();
    const listener = network.listen('pacs', 104);
    const clock = new FakeClock();
    const target = { host: 'pacs', port: 104 };
    const peer = { dialer: network, target, aeTitle: 'SILENT', callingAETitle: 'WEB', clock };
    const { archive } = await facade();
    const handle = createDicomWeb({ archive, path: '/dicomweb', ...dicomWebPeer(peer, archive) });
    const [status, why] = await waited(get(handle, path), clock);
    expect([status, why]).toEqual([504, expect.stringMatching(/[a-z] .* s\b/)]);
    expect(clock.pending).toBe(0);
    await listener.close();
  },
);

test('one that answers no query', async () => {
  open = await world('whole', [instance(2, 1, 1)]);
  async function* find(_: unknown, __: unknown, signal: AbortSignal): AsyncGenerator<never> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield* [];
  }
  open.serve(105, { find });
  const clock = new FakeClock();
  const peer = { ...open.pacs, target: { host: 'test', port: 105 }, clock };
  const { archive } = await facade();
  const handle = createDicomWeb({ archive, path: '/dicomweb', ...dicomWebPeer(peer, archive) });
  expect((await waited(get(handle, '/studies'), clock))[0]).toBe(504);
});
