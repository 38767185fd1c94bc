/** What an acceptor is asked, as text, beside what those of DCMTK print: of calls to ours, and of the same calls to them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { FILES } from '../interop/instances.ts';
import { describeWith } from '../support/needs.ts';
import { LOOPBACK, run, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startStorescp } from '../support/peers.ts';
import { Overheard, startArchive, startOurs, startStorage } from './acceptors.ts';
import type { Acceptor, Call, Tool } from './acceptors.ts';

const [IMAGE] = FILES;
const LEVELS = ['v', 'd'] as const;

/** A call that may be refused. */
function call(program: string, title: string, ...args: readonly string[]): Call {
  return async (port) => {
    const files = program === 'storescu' ? [IMAGE!] : [];
    const called = [...args, '-aec', title, LOOPBACK, String(port), ...files];
    await run(program, called, temporaryFolder());
  };
}

/** Storage alone, or all that an archive does. */
async function handlers(tool: Tool): Promise<Handlers> {
  const destination = (): undefined => undefined;
  const all = archiveHandlers(await Archive.open(new MemoryStore()), { aeTitle: 'QRSCP', destination });
  return tool === 'storescp' ? { store: all.store } : all;
}

describeWith(['dcmtk', 'pydicom'], 'beside the acceptors of DCMTK', () => {
  let third: RealPeer;

  beforeAll(async () => {
    third = await startStorescp('DEST');
  });
  afterAll(() => third?.stop());

  async function told(starting: Promise<Acceptor>, calls: readonly Call[]): Promise<string[]> {
    const acceptor = await starting;
    for (const one of calls) await acceptor.take(one);
    await acceptor.stop();
    return acceptor.lines();
  }

  const patient = ['-P', '-k', 'QueryRetrieveLevel=PATIENT', '-k', 'PatientID=77654033'];

  it.each(LEVELS)('storescp -%s and ours: an echo, a store, an abort, nothing it takes', async (level) => {
    const calls = [
      call('echoscu', 'STORE'),
      call('storescu', 'STORE', '-R', '-xi'),
      call('echoscu', 'STORE', '--abort'),
      call('findscu', 'STORE', '-S', '-k', 'QueryRetrieveLevel=STUDY'),
    ];
    const theirs = await told(startStorage(level), calls);
    expect(await told(startOurs('storescp', level, await handlers('storescp')), calls)).toEqual(theirs);
  });

  it.each(LEVELS)('dcmqrscp -%s and ours: an echo, a store, a find, who is refused', async (level) => {
    const calls = [
      call('echoscu', 'QRSCP'),
      call('storescu', 'QRSCP', '-R', '+C'),
      call('findscu', 'QRSCP', '-P', '-k', 'QueryRetrieveLevel=PATIENT', '-k', 'PatientID=NONE'),
      call('movescu', 'QRSCP', '-aem', 'NOBODY', ...patient),
      call('echoscu', 'QRSCP', '--abort'),
      call('echoscu', 'NOPE'),
    ];
    const theirs = await told(startArchive(level), calls);
    expect(await told(startOurs('dcmqrscp', level, await handlers('dcmqrscp')), calls)).toEqual(theirs);
  });

  it.each(LEVELS)('dcmqrscp -%s, overheard: a store, a find, a get, a move to a third AE', async (level) => {
    const overheard = new Overheard();
    const destination = { aeTitle: 'DEST', port: await overheard.before(third.port) };
    const archive = await startArchive(level, [destination]);
    const port = await overheard.before(archive.port);
    for (const ask of [
      call('storescu', 'QRSCP', '-R', '+C'),
      call('findscu', 'QRSCP', ...patient, '-k', 'PatientName'),
      call('getscu', 'QRSCP', ...patient),
      call('movescu', 'QRSCP', '-aem', 'DEST', ...patient),
    ])
      await archive.take(() => ask(port));
    expect(overheard.lines(level, 'dcmqrscp')).toEqual(archive.lines());
    await Promise.all([archive.stop(), overheard.stop()]);
  });
});
