/** What the page of the project does itself: its engine, as it is built, with its archive, its record and its counts. */
import { dataSet } from '../../../core/data/index.ts';
import { Engine } from '../../../web/engine/client.ts';
import type { CalledPeer, Command, EnginePort, OutgoingFile, Report } from '../../../web/engine/protocol.ts';
import type { Did, Order, Outcome } from './orders.ts';
import { timed } from './orders.ts';

const FOUND_AT_MOST = 10;

/** As behind a search of a person: connected once, and the archive open and empty. */
export async function byProduct(order: Order): Promise<Outcome> {
  const worker = new Worker(order.engine, { type: 'module' });
  const engine = new Engine(worker as EnginePort<Command, Report>, order.url);
  worker.addEventListener('error', ({ message }) =>
    engine.fail({ code: 'UNEXPECTED', message: message || 'the engine does not start', details: {} }),
  );
  const { peer: name, associations, studyInstanceUID } = order;
  const peer = { name, aeTitle: name, callingAETitle: 'BENCH', associations };
  try {
    await engine.access({ tickets: false, session: 'bench' });
    const keys = [{ StudyInstanceUID: studyInstanceUID }];
    await engine.find(peer, { model: 'STUDY', level: 'STUDY', keys }, FOUND_AT_MOST).result;
    await engine.unfinished(); // answered once the archive is open
    return await (order.kind === 'get' ? getting(engine, peer, order) : sending(engine, peer, order));
  } finally {
    await engine.wipe();
    worker.terminate();
  }
}

function getting(engine: Engine, peer: CalledPeer, { studyInstanceUID }: Order): Promise<Outcome> {
  const keys = dataSet({ StudyInstanceUID: studyInstanceUID });
  return timed(async () => {
    const outcome = await engine.get(peer, { model: 'STUDY', level: 'STUDY', keys }).result;
    const { received = 0, bytes, promised, failure } = outcome;
    if (failure !== undefined || received !== promised)
      throw new Error(failure?.message ?? `${received} came of ${promised}`);
    return { count: received, bytes };
  });
}

async function sending(engine: Engine, peer: CalledPeer, { instances }: Order): Promise<Outcome> {
  const files = await filesOf(instances);
  return timed(async (): Promise<Did> => {
    const { stored, bytes, failure } = await engine.send(peer, files).result;
    if (failure !== undefined) throw new Error(failure.message);
    return { count: stored, bytes };
  });
}

/** Stand for files that a person chose: both are a `File` that the browser reads from a disk. They are made once. */
async function filesOf(instances: number): Promise<OutgoingFile[]> {
  const root = await navigator.storage.getDirectory();
  const directory = await root.getDirectoryHandle('files', { create: true });
  const files: OutgoingFile[] = [];
  for (let i = 1; i <= instances; i++) {
    const path = `${i}.dcm`;
    const handle = await directory.getFileHandle(path, { create: true });
    if ((await handle.getFile()).size === 0)
      await (await fetch(`/study/${path}`)).body!.pipeTo(await handle.createWritable());
    files.push({ path, file: await handle.getFile() });
  }
  return files;
}
