/** Who cancels is free at once, whatever the peer does; the deadlines run on behind. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { COMMAND_FIELD } from '../../core/dimse/index.ts';
import type { CommandName } from '../../core/dimse/index.ts';
import { commit, echo, get, move, query, send } from '../../core/peer/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import type { AssociateRQ } from '../../core/pdu/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import { WiredConnection } from '../../core/transport/wired.ts';
import { DEFAULT_DEADLINES } from '../../core/ul/index.ts';
import { instance } from '../service/world.ts';
import { failure } from '../support/failure.ts';
import { expectMessage, message } from '../support/messages.ts';
import { Parrot } from '../support/parrot.ts';
import { turns } from '../support/streams.ts';

const REQUEST = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.1' }) } as const;

type Call = (peer: PeerAddress, signal: AbortSignal) => Promise<unknown>;

/** Every operation, as a promise of its result. */
const CALLS: [name: string, call: Call][] = [
  ['echo', (peer, signal) => echo(peer, { signal })],
  ['find', (peer, signal) => query(peer, REQUEST, { signal }).result],
  ['get', (peer, signal) => get(peer, { request: REQUEST, store: new MemoryStore(), signal }).result],
  ['move', (peer, signal) => move(peer, REQUEST, 'DEST', { signal }).result],
  ['commit', (peer, signal) => commit(peer, [instance(1, 1, 1)], { signal }).result],
  ['send', (peer, signal) => send(peer, [{ ...instance(1, 1, 1), label: 'a' }], { signal }).result],
];

let network: MemoryNetwork;
let peer: PeerAddress;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  network = new MemoryNetwork();
  peer = { dialer: network, target: { host: 'p', port: 104 }, aeTitle: 'P', callingAETitle: 'US' };
});
afterEach(async () => {
  // Everything that still runs behind ends within the deadlines, and leaves no timer.
  for (let i = 0; i < 5; i++) {
    await vi.advanceTimersByTimeAsync(DEFAULT_DEADLINES.artim);
    await turns(2);
  }
  expect(vi.getTimerCount(), 'timers left behind').toBe(0);
  vi.useRealTimers();
});

/** A peer that answers the association request where it is told to, and nothing else. */
function silentPeer(answers: boolean): { asked: Promise<Parrot> } {
  const listener = network.listen('p', 104);
  onTestFinished(() => listener.close());
  const reader = listener.incoming.getReader();
  const asked = reader.read().then(async ({ value }) => {
    const parrot = new Parrot(value!); // a listener that is open has no end
    const request = await parrot.expect('A-ASSOCIATE-RQ');
    if (answers) await parrot.send(encodePdu(accepting(request)));
    return parrot;
  });
  return { asked };
}

function accepting(request: AssociateRQ): Parameters<typeof encodePdu>[0] {
  const contexts = request.contexts.map(({ id, transferSyntaxes }) => ({
    id,
    result: 0,
    transferSyntax: transferSyntaxes[0]!,
  }));
  return { ...request, type: 'A-ASSOCIATE-AC', contexts };
}

/** Nothing but turns of the event loop may pass between the cancel and the end: no timer runs here. */
async function freed(call: Call, cancelAt: () => Promise<unknown>): Promise<Error> {
  const stop = new AbortController();
  const ended = failure(call(peer, stop.signal));
  await cancelAt();
  stop.abort();
  return ended;
}

const nothing = (): void => undefined;
/** Never connects. */
const NO_WIRE = { send: nothing, finish: nothing, reset: nothing, release: nothing, taken: nothing };

describe.each(CALLS)('%s', (_, call) => {
  test('before it began', async () => {
    const { asked } = silentPeer(false);
    void asked.catch(() => undefined);
    const error = await failure(call(peer, AbortSignal.abort()));
    expect(error).toMatchObject({ code: 'CANCELLED' });
  });

  test('while connecting', async () => {
    peer = { ...peer, dialer: { connect: (_, options) => new WiredConnection(NO_WIRE, options?.signal) } };
    expect(await freed(call, () => turns(3))).toMatchObject({ code: 'CANCELLED' });
  });

  test('while the association request is not answered', async () => {
    const { asked } = silentPeer(false);
    expect(await freed(call, () => asked)).toMatchObject({ code: 'CANCELLED' });
  });

  test('while the request is not answered', async () => {
    const { asked } = silentPeer(true);
    const error = await freed(call, async () => {
      const parrot = await asked;
      await parrot.next(); // the first PDU of the request
    });
    expect(error).toMatchObject({ code: 'CANCELLED' });
  });

  test('while what is over is being released', async () => {
    const { asked } = silentPeer(true);
    const stop = new AbortController();
    const ended = call(peer, stop.signal).then(
      () => 'done',
      () => 'done',
    );
    const parrot = await asked;
    void answerAll(parrot).catch(() => undefined); // until the connection is gone
    await turns(50);
    stop.abort();
    expect(await ended).toBe('done'); // the peer never answers A-RELEASE-RQ
  });
});

/** Answers every request with a failure, and no release. */
async function answerAll(parrot: Parrot): Promise<void> {
  for (;;) {
    const { contextId, command } = await expectMessage(parrot);
    const { MessageID = 0, CommandField } = command;
    const [name] = Object.entries(COMMAND_FIELD).find(([, field]) => field === (CommandField | 0x8000))!;
    const fields = { MessageIDBeingRespondedTo: MessageID, Status: 0x0110 };
    await parrot.send(message(contextId, name as CommandName, fields));
  }
}
