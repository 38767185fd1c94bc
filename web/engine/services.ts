/** The calls of the page, done with core/peer over the tunnel. */
import type { MemoryStore } from '../../core/archive/index.ts';
import { statusOf } from '../../core/dict/index.ts';
import type { PeerAddress, RetrieveMemory, SendResult, Task } from '../../core/peer/index.ts';
import { DEFAULT_ASSOCIATIONS, echo, get, move, probe, send } from '../../core/peer/index.ts';
import { deadlinesOf, serve } from '../../core/service/index.ts';
import type { Dialer } from '../../core/transport/index.ts';
import { saved, sendItems } from './files.ts';
import { attributeHints, find, findWorklist } from './finding.ts';
import type { Running, Services } from './host.ts';
import type * as Look from './look.ts';
import { Intake, Pace } from './intake.ts';
import type { TunnelMeter } from './meter.ts';
import type { CalledPeer, Operations, SendStep, SendTally } from './protocol.ts';
import { failureOf } from './protocol.ts';
import { lockSlots } from './slots.ts';
import type { SharedTitle } from './shared-title.ts';
import type { Locks } from './slots.ts';
import type { TicketClient } from './tickets.ts';

export interface Equipment {
  readonly tickets: TicketClient;
  readonly dialer: Dialer;
  /** How others call this page. */
  readonly title: SharedTitle;
  readonly meter: TunnelMeter;
  readonly store: MemoryStore;
  /** `navigator.locks`; absent where the browser has none, and then each transfer counts for itself. */
  readonly locks?: Locks | undefined;
}

export function peerServices({ dialer, title, meter, store, tickets, locks }: Equipment): Services {
  const pace = new Pace();
  const known = new Map<string, RetrieveMemory>();
  const address = ({ name, aeTitle, callingAETitle, target, ...settings }: CalledPeer): PeerAddress => {
    const { timeouts = {}, associations, characterSet, emptyCharacterSet } = settings;
    return {
      dialer,
      target: target ?? { peer: name },
      aeTitle,
      callingAETitle,
      deadlines: deadlinesOf(timeouts),
      ...(associations !== undefined && { associations }),
      ...(characterSet !== undefined && { characterSet }),
      ...(emptyCharacterSet !== undefined && { emptyCharacterSet }),
      ...(locks && { slots: lockSlots(locks, name, associations ?? DEFAULT_ASSOCIATIONS) }),
    };
  };
  const memoryOf = ({ name }: CalledPeer): RetrieveMemory => {
    const memory = known.get(name) ?? {};
    known.set(name, memory);
    return memory;
  };

  return {
    access: async (access) => void (tickets.access = access),
    echo: ({ peer }, { signal }) => echo(address(peer), { signal }),
    probe: ({ peer, since }, { signal }) => probe(address(peer), { since, signal }),
    find: ({ peer, query, limit }, running) => find(address(peer), query, limit, running),
    worklist: ({ peer, keys, limit }, running) => findWorklist(address(peer), keys, limit, running),
    attributes: async ({ typed }) => attributeHints(typed),
    get: async ({ peer, request, byMove }, { signal, step }) => {
      const intake = new Intake(store, pace);
      const way = byMove && { receiver: title, moveOnly: byMove === 'all' };
      const memory = memoryOf(peer);
      const retrieve = get(address(peer), { request, store: intake, signal, memory, ...way });
      const { error, ...outcome } = await follow(retrieve, step);
      return { ...outcome, storeFull: intake.full, ...(error && { failure: failureOf(error) }) };
    },
    move: ({ peer, request, destination }, { signal, step }) =>
      follow(move(address(peer), request, destination, { signal }), step),
    receive: async (_, { signal, step }) => {
      const ear = await title.listen();
      const intake = new Intake(store, pace);
      const server = serve(ear, { store: (info) => intake.put(info) });
      const { aeTitle, host, port } = ear;
      step({ aeTitle, host, port });
      const lost = await Promise.race([ear.closed, aborted(signal)]);
      await server.close();
      if (lost) throw lost;
    },
    send: ({ peer, files }, running) => sendFiles(address(peer), files, running),
    save: ({ sopInstanceUIDs }, { signal }) => saved(store, sopInstanceUIDs, signal),
    remove: async ({ sopInstanceUIDs }) => {
      for (const uid of sopInstanceUIDs) await store.delete(uid);
    },
    look: async ({ sopInstanceUID }) => (await looking()).look(store, sopInstanceUID),
    stack: async (keys) => (await looking()).stack(store, keys),
    value: async (wanted) => (await looking()).valueOf(store, wanted),
    stats: async () => ({ ...meter.stats(), stored: store.used }),
    pace: async ({ bytesPerSecond }) => pace.set(bytesPerSecond),
  };
}

/** Loaded with the first look. */
const looking = (): Promise<typeof Look> => import('./look.ts');

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** Passes the steps on and waits for the end. */
async function follow<T, R>(task: Task<T, R>, step: (step: T) => void): Promise<R> {
  for await (const value of task) step(value);
  return task.result;
}

async function sendFiles(
  peer: PeerAddress,
  files: Operations['send']['args']['files'],
  { signal, step }: Running<SendStep>,
): Promise<SendTally> {
  const tally = { stored: 0, warnings: 0, failed: 0, skipped: 0, bytes: 0 };
  const tell = (result: SendStep): void => {
    tally[COUNTER[result.outcome]]++;
    tally.bytes += result.bytes;
    step(result);
  };
  const items = await sendItems(files, tell, signal);
  if (items.length === 0) return tally;
  const { error } = await follow(send(peer, items, { signal }), (result) => tell(sendStep(result)));
  return error === undefined ? tally : { ...tally, failure: failureOf(error) };
}

const COUNTER = { stored: 'stored', warning: 'warnings', failed: 'failed', skipped: 'skipped' } as const;

function sendStep({ label, sopInstanceUID, status, bytes, error }: SendResult): SendStep {
  const base = { index: Number(label), sopInstanceUID, status, bytes };
  const failure = error === undefined ? {} : { failure: failureOf(error) };
  return { ...base, ...failure, outcome: sendOutcome(status) };
}

function sendOutcome(status: number | undefined): SendStep['outcome'] {
  if (status === undefined) return 'failed';
  const { category } = statusOf('C-STORE', status);
  if (category === 'success') return 'stored';
  return category === 'warning' ? 'warning' : 'failed';
}
