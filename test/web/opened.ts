import { afterEach } from 'vitest';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { Peer } from '../../core/transport/peers.ts';
import type { Services } from '../../web/engine/host.ts';
import type { GetOutcome, SavedFile } from '../../web/engine/protocol.ts';
import type { ResultNode } from '../../web/state/results.svelte.ts';
import { Session } from '../../web/state/session.svelte.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngine, until } from './fake-engine.ts';

const PEERS: readonly Peer[] = [
  { name: 'WEBDIMSE', aeTitle: 'WEBDIMSE', host: '127.0.0.1', port: 11112 },
  { name: 'FAR', aeTitle: 'FARAWAY', host: '10.0.0.5', port: 104 },
  {
    name: 'SLOW',
    aeTitle: 'SLOW',
    host: '10.0.0.6',
    port: 104,
    timeouts: { associate: 90, progress: 600 },
  },
];
export const STUDY: DataSet = dataSet({
  PatientName: 'Doe^Jane',
  PatientID: '4711',
  StudyInstanceUID: '1.2',
  StudyDate: '20260102',
  StudyDescription: 'Thorax',
  NumberOfStudyRelatedInstances: '1204',
});
const SERIES = [2, 1].map((number) =>
  dataSet({ SeriesInstanceUID: `1.2.${number}`, SeriesNumber: String(number), Modality: 'CT' }),
);
export const OUTCOME: GetOutcome = {
  status: 0,
  comment: undefined,
  remaining: 0,
  completed: 2,
  failed: 0,
  warning: 0,
  failedSOPInstanceUIDs: [],
  received: 2,
  bytes: 2000,
  milliseconds: 100,
  storeFull: false,
};
export const FIND: Services['find'] = async ({ query }, { step }) => {
  const matches = query.level === 'STUDY' ? [STUDY] : SERIES;
  for (const match of matches) step(match);
  return { status: 0, matches: matches.length, limited: false };
};

/** The engine behind the session that was opened last. */
export let fake: FakeEngine | undefined;
afterEach(() => fake?.close());

/** A page whose engine's services are given, with its peers, and all that is loaded later. */
export async function open(services: Partial<Services>, saved: SavedFile[] = []): Promise<Session> {
  const session = opened(services, saved);
  await session.start();
  await session.openStation();
  return session;
}

/** The same before it starts; the bridge tells its peers when `known` comes true. */
export function opened(
  services: Partial<Services>,
  saved: SavedFile[] = [],
  known: Promise<unknown> = Promise.resolve(),
): Session {
  fake = fakeEngine({ access: async () => {}, find: FIND, ...services });
  return new Session({
    engine: fake.engine,
    storage: undefined,
    fetchDoor: async () => ({ origin: null, ticket: false, user: '' }),
    fetchPeers: () => known.then(() => ({ peers: PEERS })),
    hand: (file) => saved.push(file),
  });
}

export async function searched(session: Session): Promise<ResultNode> {
  session.search.run();
  await until(() => !session.search.running);
  return session.search.list.rows[0]!;
}

/** The sentence that the next job to end says. */
export async function heard(session: Session): Promise<string> {
  const before = session.jobs.announced;
  await until(() => session.jobs.announced !== before);
  return session.jobs.announced!.sentence;
}
