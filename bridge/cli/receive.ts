import type { InstanceStore, Stored } from '../../core/file/index.ts';
import { deadlinesOf, serve } from '../../core/service/index.ts';
import type { Listener } from '../../core/transport/index.ts';
import { hostAndPort } from '../../core/transport/index.ts';
import type { TlsServer } from '../dial/tls.ts';
import type { ListenOptions } from '../node/tcp-listener.ts';
import { listenTcp } from '../node/index.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';
import { openFolder } from './folder.ts';
import { instanceLine, recordInstance } from './instances.ts';
import { bytesText, count, seconds } from './output.ts';
import { aeTitle } from './peers.ts';
import { DEFAULT_HOST, HOST_FLAG, freePortAdvice, noteExposure, untilStopped } from './serving.ts';
import { TIMEOUT_FLAGS, timeoutsOf } from './timeouts.ts';
import { LISTEN_TLS_FLAGS, tlsServerOf } from './tls.ts';
import type { Bridge } from './via.ts';
import { VIA_FLAGS, bridgeOf, listenerThrough, warnOfToken } from './via.ts';

/** Beside the two mini-PACS of `webdimse serve`. */
const PORT = 11114;

const RECEIVE_VIA_FLAGS: FlagTable = {
  ...VIA_FLAGS,
  via: { value: 'ws://HOST:PORT', help: 'at the DICOM port of a bridge, as --aet or any free title of it' },
};

export const receiveCommand: Command = {
  words: '',
  flags: {
    out: { value: 'DIR', help: 'where the files go, one per instance' },
    aet: { value: 'AET', help: 'our AE title; calls for another are rejected. Without it any title is ours' },
    host: HOST_FLAG,
    port: { value: 'N', help: `TCP port, ${PORT} by default; 0 takes a free one` },
    ...RECEIVE_VIA_FLAGS,
    ...LISTEN_TLS_FLAGS,
    ...TIMEOUT_FLAGS,
  },
  examples: [
    'webdimse receive --out inbox',
    'webdimse receive --out inbox --aet WORKSTATION --json',
    'webdimse receive --out inbox --via ws://127.0.0.1:8080 --aet WEB01',
  ],

  async run(call) {
    const { flags, output, signal, sink } = call;
    flags.only(0);
    const out = flags.text('out');
    if (out === undefined) throw usage('where to? Give --out DIR');
    const title = flags.text('aet');
    const wish = title === undefined ? {} : { aeTitle: aeTitle(title, '--aet') };
    const deadlines = deadlinesOf(timeoutsOf(flags));
    const bridge = await bridgeOf(flags);
    if (bridge !== undefined) await warnOfToken(call, bridge);
    const tls = await tlsServerOf(call);
    if (bridge !== undefined) withoutPlace(flags, tls);
    const store = await openFolder(out, '--out');
    const note = (error: Error): void => output.note(`webdimse receive: ${error.message}`);
    const place =
      bridge === undefined
        ? await ownPlace(call, { out, tls, onRefused: note })
        : await placeAt(bridge, wish, signal);
    const { listener, host, port, lost } = place;
    const ours = place.aeTitle === undefined ? wish : { aeTitle: place.aeTitle };
    const received = new Received(store, call);
    let loss: Error | undefined;
    void lost.then((error) => (loss = error));
    const onError = (error: Error): void => {
      if (error !== loss) note(error); // that is told at the end
    };
    const server = serve(
      listener,
      { store: (info) => store.put(info), onError },
      { ...ours, deadlines, ...(sink && { sink }) },
    );
    await output.line(`Waiting ${place.words} for instances. Ctrl+C ends it.`);
    await output.record({ type: 'listening', aeTitle: null, ...ours, host, port });
    await Promise.race([untilStopped(signal), lost]);
    await server.close();
    const code = await received.report();
    if (loss !== undefined) throw loss;
    return code;
  },
};

/** Where callers come in. */
interface Place {
  readonly listener: Listener;
  readonly host: string;
  readonly port: number;
  /** What we are called by, where a bridge decides that. */
  readonly aeTitle?: string;
  readonly words: string;
  /** Resolves where it is not ours any more, with why. */
  readonly lost: Promise<Error | undefined>;
}

/** A port of this machine. */
async function ownPlace(
  call: Call,
  { out, ...how }: Pick<ListenOptions, 'tls' | 'onRefused'> & { readonly out: string },
): Promise<Place> {
  const { flags } = call;
  const asked = flags.int('port', 0, 65535) ?? PORT;
  const host = flags.text('host') ?? DEFAULT_HOST;
  const listener = await freePortAdvice(
    listenTcp({ host, port: asked, ...how }),
    asked,
    `webdimse receive --out ${out} --port ${asked + 1}`,
  );
  const { port } = listener;
  noteExposure(host, call);
  return { listener, host, port, words: `at ${host}:${port}`, lost: new Promise(() => {}) };
}

/** The DICOM port of a bridge, under a title of its pool. */
async function placeAt(bridge: Bridge, wish: { aeTitle?: string }, signal: AbortSignal): Promise<Place> {
  const listener = await listenerThrough(bridge, { ...wish, signal });
  const { host, port, aeTitle: leased } = listener;
  const words = `as ${leased} at ${hostAndPort(host, port)} of the bridge`;
  return { listener, host, port, aeTitle: leased, words, lost: listener.closed };
}

/** @throws DicomError USAGE where flags of a port of ours go together with a bridge's. */
function withoutPlace(flags: Flags, tls: TlsServer | undefined): void {
  const own = ['host', 'port'].find((flag) => flags.text(flag) !== undefined) ?? (tls && 'tls-cert');
  if (own !== undefined) throw usage(`--${own} is for a port of ours; with --via the bridge has its own`);
}

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
