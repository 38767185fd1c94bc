/** A server for retrieves that differs from our mini-PACS as a test wants it, and what was asked of it. */
import { afterEach, beforeEach } from 'vitest';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { get } from '../../core/peer/index.ts';
import type { GetOptions, PeerAddress, RetrieveReport } from '../../core/peer/index.ts';
import { PduDecoder } from '../../core/pdu/index.ts';
import type { AssociateRQ } from '../../core/pdu/index.ts';
import type { PduHappening } from '../../core/ul/index.ts';
import type { Handlers, OutgoingInstance } from '../../core/service/index.ts';
import { collected, instance, world } from '../service/world.ts';
import type { World } from '../service/world.ts';

export const GET = '1.2.840.10008.5.1.4.1.2.2.3';
const PEER = 1;
export const STUDY_2 = {
  model: 'STUDY',
  level: 'STUDY',
  keys: dataSet({ StudyInstanceUID: '2.25.2' }),
} as const;

/** The world of the test that runs, and where its retrieves go. */
export let open: World;
export let store: MemoryStore;

/** Gives every test of a file a store of its own, and closes what it opened. */
export function ownStore(): void {
  beforeEach(() => (store = new MemoryStore()));
  afterEach(() => open.close());
}

/** A server at port 1 that differs from our mini-PACS as `change` says; the store is emptied. */
export async function peer(
  instances: readonly OutgoingInstance[],
  change: (ours: ReturnType<typeof archiveHandlers>) => Handlers = (ours) => ours,
): Promise<void> {
  store = new MemoryStore();
  open = await world('whole', instances);
  const archive = await Archive.open(open.store);
  const itself = { aeTitle: 'PEER', host: 'test', port: PEER };
  open.serve(PEER, change(archiveHandlers(archive, { aeTitle: 'PEER', destination: () => itself })));
}

/** Study 2, retrieved. */
export async function fetched(
  options: Partial<GetOptions> = {},
  settings: Partial<PeerAddress> = {},
): Promise<RetrieveReport> {
  const address = { ...open.pacs, target: { host: 'test', port: PEER }, ...settings };
  const task = get(address, { request: STUDY_2, store, ...options });
  await collected(task);
  return await task.result;
}

/** The A-ASSOCIATE-RQs that we sent for C-GET. */
export function proposals(): AssociateRQ[] {
  return open.events.flatMap((event) => {
    const happening = event as unknown as PduHappening;
    if (happening.pdu !== 'A-ASSOCIATE-RQ' || happening.direction !== 'sent') return [];
    const [received] = new PduDecoder().push(happening.bytes);
    const request = received!.pdu as AssociateRQ;
    return request.contexts.some(({ abstractSyntax }) => abstractSyntax === GET) ? [request] : [];
  });
}

export const three = [instance(2, 1, 1), instance(2, 1, 2), instance(2, 1, 3)];

/** Answers without some attributes, as servers do that do not keep them. */
export const without =
  (...tags: string[]) =>
  (ours: Handlers): Handlers => ({
    ...ours,
    async *find(...call) {
      for await (const match of ours.find!(...call)) {
        yield Object.fromEntries(Object.entries(match).filter(([tag]) => !tags.includes(tag))) as DataSet;
      }
    },
  });

export async function* from<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

export const none = (): AsyncGenerator<OutgoingInstance> => from([]);

export async function* only<T>(values: AsyncIterable<T>, wanted: (value: T) => boolean): AsyncGenerator<T> {
  for await (const value of values) if (wanted(value)) yield value;
}
