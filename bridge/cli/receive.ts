import type { InstanceStore, Stored } from '../../core/file/index.ts';
import { deadlinesOf, serve } from '../../core/service/index.ts';
import { listenTcp } from '../node/index.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import { usage } from './flags.ts';
import { openFolder } from './folder.ts';
import { instanceLine, recordInstance } from './instances.ts';
import { bytesText, count, seconds } from './output.ts';
import { aeTitle } from './peers.ts';
import { DEFAULT_HOST, HOST_FLAG, freePortAdvice, noteExposure, untilStopped } from './serving.ts';
import { TIMEOUT_FLAGS, timeoutsOf } from './timeouts.ts';
import { LISTEN_TLS_FLAGS, tlsServerOf } from './tls.ts';

/** Beside the two mini-PACS of `webdimse serve`. */
const PORT = 11114;

export const receiveCommand: Command = {
  name: 'receive',
  words: '',
  summary:
    'Waits for instances and keeps them as files, until Ctrl+C; every storage class and syntax is taken.',
  flags: {
    out: { value: 'DIR', help: 'where the files go, one per instance' },
    aet: { value: 'AET', help: 'our AE title; calls for another are rejected. Without it any title is ours' },
    host: HOST_FLAG,
    port: { value: 'N', help: `TCP port, ${PORT} by default; 0 takes a free one` },
    ...LISTEN_TLS_FLAGS,
    ...TIMEOUT_FLAGS,
  },
  examples: ['webdimse receive --out inbox', 'webdimse receive --out inbox --aet WORKSTATION --json'],

  async run(call) {
    const { flags, output, signal, sink } = call;
    flags.only(0);
    const out = flags.text('out');
    if (out === undefined) throw usage('where to? Give --out DIR');
    const title = flags.text('aet');
    const ours = title === undefined ? {} : { aeTitle: aeTitle(title, '--aet') };
    const port = flags.int('port', 0, 65535) ?? PORT;
    const host = flags.text('host') ?? DEFAULT_HOST;
    const deadlines = deadlinesOf(timeoutsOf(flags));
    const tls = await tlsServerOf(call);
    const store = await openFolder(out, '--out');
    const onError = (error: Error): void => output.note(`webdimse receive: ${error.message}`);
    const listener = await freePortAdvice(
      listenTcp({ host, port, tls, onRefused: onError }),
      port,
      `webdimse receive --out ${out} --port ${port + 1}`,
    );
    const received = new Received(store, call);
    const server = serve(
      listener,
      { store: (info) => store.put(info), onError },
      { ...ours, deadlines, ...(sink && { sink }) },
    );
    noteExposure(host, call);
    await output.line(`Waiting at ${host}:${listener.port} for instances. Ctrl+C ends it.`);
    await output.record({ type: 'listening', aeTitle: null, ...ours, host, port: listener.port });
    await untilStopped(signal);
    await server.close();
    return received.report();
  },
};

/** Says what arrives, and at the end how much it was. */
class Received {
  readonly #call: Call;
  readonly #stop: () => void;
  #instances = 0;
  #bytes = 0;
  #printed: Promise<void> = Promise.resolve();

  constructor(store: InstanceStore, call: Call) {
    this.#call = call;
    this.#stop = store.watch((change) => {
      if (change.kind === 'stored') this.#count(change.instance);
    });
  }

  #count(instance: Stored): void {
    const { output } = this.#call;
    this.#instances++;
    this.#bytes += instance.bytes;
    this.#printed = this.#printed
      .then(() => output.line(instanceLine(instance)))
      .then(() => recordInstance(instance, output));
  }

  async report(): Promise<number> {
    const { output, started } = this.#call;
    this.#stop();
    await this.#printed;
    const took = seconds(performance.now() - started);
    await output.line(
      `${count(this.#instances, 'instance')} received, ${bytesText(this.#bytes)} in ${took} s`,
    );
    await output.record({
      type: 'result',
      status: '0000',
      name: 'Success',
      received: this.#instances,
      bytes: this.#bytes,
      seconds: took,
    });
    return EXIT.ok;
  }
}
