/** The two mini-PACS that `serve` brings along to try the page with. Without them it starts sooner. */
import { MemoryStore, addSamples } from '../../core/archive/index.ts';
import type { WorklistEntries } from '../../core/archive/index.ts';
import type { Fault } from '../../core/fault/index.ts';
import { deadlinesOf } from '../../core/service/index.ts';
import type { Peer } from '../../core/transport/index.ts';
import { uniqueNames } from '../config/config.ts';
import type { CallablePeer } from '../dial/dial.ts';
import { isLoopback } from '../http/door.ts';
import type { Call } from './command.ts';
import type { MiniPacs } from './mini-pacs.ts';
import { startMiniPacs } from './mini-pacs.ts';
import { DEFAULT_HOST, freePortAdvice, serveWith } from './serving.ts';
import { timeoutsOf } from './timeouts.ts';
import { conquestSink, joined } from './verbose.ts';
import { worklistOf } from './worklist-folder.ts';

/** Starts WEBDIMSE with samples and a worklist, and ARCHIVE2 empty, and puts both in front of the peers; each may move to all of them. */
export async function startArchives(
  host: string,
  first: number,
  { peers, destinations }: { readonly peers: CallablePeer[]; destinations(): readonly CallablePeer[] },
  faultsOfFirst: readonly Fault[],
  call: Call,
): Promise<readonly MiniPacs[]> {
  // They know no users: whatever the bridge is bound to, they are for this machine.
  const own = isLoopback(host) ? host : DEFAULT_HOST;
  const second = first === 0 ? 0 : first + 1;
  const deadlines = deadlinesOf(timeoutsOf(call.flags));
  const samples = new MemoryStore();
  const start = async (
    name: string,
    port: number,
    store: MemoryStore,
    worklist?: WorklistEntries,
    faults: readonly Fault[] = [],
  ): Promise<[Peer, MiniPacs]> => {
    const pacs = await freePortAdvice(
      startMiniPacs({
        aeTitle: name,
        host: own,
        port,
        store,
        worklist,
        deadlines,
        faults,
        destinations,
        sink: joined(call.sink, await conquestSink(call.flags, name)),
        onError: (error) => call.output.note(`${name}: ${error.message}`),
      }),
      port,
      serveWith(`--pacs-port ${first + 2}`),
    );
    return [{ name, aeTitle: name, host: own, port: pacs.port }, pacs];
  };
  const worklist = await worklistOf(call.flags, true, (sentence) =>
    call.output.note(`WEBDIMSE: ${sentence}`),
  );
  await addSamples(samples);
  const [webdimse, one] = await start('WEBDIMSE', first, samples, worklist, faultsOfFirst);
  const [archive2, two] = await start('ARCHIVE2', second, new MemoryStore());
  peers.unshift(webdimse, archive2);
  uniqueNames(peers, '--peer');
  return [one, two];
}
