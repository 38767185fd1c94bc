import { MemoryStore, addSamples } from '../../core/archive/index.ts';
import { deadlinesOf } from '../../core/service/index.ts';
import type { Command } from './command.ts';
import { EXIT } from './command.ts';
import { FAULT_FLAG, faultsOf } from './faults.ts';
import { openFolder } from './folder.ts';
import { startMiniPacs } from './mini-pacs.ts';
import { PEER_FLAGS, addressText, aeTitle, configOf } from './peers.ts';
import {
  DEFAULT_HOST,
  HOST_FLAG,
  freePortAdvice,
  loopbackOf,
  noteExposure,
  untilStopped,
  WORKLIST_FLAG,
} from './serving.ts';
import { TIMEOUT_FLAGS, timeoutsOf } from './timeouts.ts';
import { LISTEN_TLS_FLAGS, tlsServerOf } from './tls.ts';
import { CONQUEST_FLAG, conquestSink, joined } from './verbose.ts';
import { worklistOf } from './worklist-folder.ts';

const PORT = 11112;

export const pacsCommand: Command = {
  words: '',
  flags: {
    dir: {
      value: 'DIR',
      help: 'keep the files there, and a journal of them; without it they are kept in memory',
    },
    aet: { value: 'AET', help: 'its AE title, WEBDIMSE by default' },
    host: HOST_FLAG,
    port: { value: 'N', help: `TCP port, ${PORT} by default; 0 takes a free one` },
    sample: { help: 'start with the synthetic sample studies, and a worklist of today' },
    worklist: WORKLIST_FLAG,
    ...CONQUEST_FLAG,
    ...FAULT_FLAG,
    ...LISTEN_TLS_FLAGS,
    ...TIMEOUT_FLAGS,
    ...PEER_FLAGS,
  },
  examples: [
    'webdimse pacs --sample',
    'webdimse pacs --dir archive --worklist wl --peer WS=WORKSTATION@10.0.0.7:104',
    'webdimse pacs --sample --fault reject=permanent/calling-ae-not-recognized',
    'webdimse pacs --sample --fault delay=500,abort=3/C-STORE-RQ',
  ],

  async run(call) {
    const { flags, output, signal, sink } = call;
    flags.only(0);
    const deadlines = deadlinesOf(timeoutsOf(flags));
    const faults = faultsOf(flags);
    const title = aeTitle(flags.text('aet') ?? 'WEBDIMSE', '--aet');
    const { peers, ...config } = await configOf(flags, output);
    const port = flags.int('port', 0, 65535) ?? config.pacsPort ?? PORT;
    const host = flags.text('host') ?? loopbackOf(config) ?? DEFAULT_HOST;
    const tls = await tlsServerOf(call);
    const dir = flags.text('dir');
    const folder = dir === undefined ? undefined : await openFolder(dir, '--dir', { journal: true });
    const store = folder ?? new MemoryStore();
    const note = (sentence: string): void => output.note(`webdimse pacs: ${sentence}`);
    const worklist = await worklistOf(flags, flags.on('sample'), note);
    if (flags.on('sample')) await addSamples(store);
    const onError = (error: Error): void => note(error.message);
    const pacs = await freePortAdvice(
      startMiniPacs({
        aeTitle: title,
        host,
        port,
        tls,
        store,
        worklist,
        deadlines,
        faults,
        destinations: () => peers,
        sink: joined(sink, await conquestSink(flags, title)),
        onError,
      }),
      port,
      `webdimse pacs --port ${port + 1}`,
    );
    const address = { aeTitle: title, host, port: pacs.port };
    noteExposure(host, call);
    await output.line(`${addressText(address)} is listening. Ctrl+C stops it.`);
    await output.record({ type: 'listening', ...address });
    await untilStopped(signal);
    await pacs.close();
    await folder?.close();
    return EXIT.ok;
  },
};
