import { openSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { CaptureWriter } from '../../core/inspect/index.ts';
import { hostAndPort } from '../../core/transport/index.ts';
import { parseAddress } from '../config/config.ts';
import { reason } from '../dial/reason.ts';
import type { CallablePeer } from '../dial/dial.ts';
import { serveCapture } from '../relay/capture-page.ts';
import { GrowingFile } from '../relay/growing-file.ts';
import { startRelay } from '../relay/relay.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import { usage } from './flags.ts';
import { printable } from './output.ts';
import { Passage, summaryText } from './passage.ts';
import { PEER_FLAGS, addressText, configOf } from './peers.ts';
import { openCapture } from './recording.ts';
import { DEFAULT_HOST, HOST_FLAG, freePortAdvice, noteExposure, untilStopped } from './serving.ts';
import { verboseLog } from './verbose.ts';

const PAGE_PORT = 8081;
/** A capture that nobody gave a name, in bytes: what passes then goes on, and is not kept. */
const UNNAMED = 1 << 30;

export const proxyCommand: Command = {
  words: '',
  recordsItself: true,
  flags: {
    listen: { value: 'PORT', help: 'where the one calls that shall be heard; 0 takes a free one' },
    to: { value: 'PEER', help: 'whom it means to call: AET@host:port, or a name' },
    host: HOST_FLAG,
    port: {
      value: 'N',
      help: `of the page that shows it, ${PAGE_PORT} by default, on this machine only; 0 takes a free one`,
    },
    ...PEER_FLAGS,
  },
  examples: [
    'webdimse proxy --listen 11113 --to ARCHIVE@10.0.0.5:104',
    'webdimse proxy --listen 11113 --to ARCHIVE@10.0.0.5:104 --record both.pcapng',
  ],

  async run(call) {
    const { flags, output, signal } = call;
    flags.only(0);
    const listen = flags.int('listen', 0, 65535);
    if (listen === undefined) throw usage('where to listen? Give --listen PORT');
    const host = flags.text('host') ?? DEFAULT_HOST;
    const port = flags.int('port', 0, 65535) ?? PAGE_PORT;
    const peer = await calledPeer(call);
    const name = addressText(peer);
    const note = (sentence: string): void => output.note(printable(`webdimse proxy: ${sentence}`));
    const capture = await openRecord(flags.text('record'));
    const keepPackets = keeper(capture, flags.text('record'), note);
    keepPackets([new CaptureWriter().header()]);
    const log = await verboseLog(flags, 'proxy');
    let connections = 0;
    const started: { close(): Promise<void> }[] = [];
    try {
      const relay = await freePortAdvice(
        startRelay({
          host,
          port: listen,
          to: { ...peer, name },
          turnedAway: (error) => note(error.message),
          opened: (addresses) =>
            new Passage({
              number: ++connections,
              addresses,
              log,
              keepPackets,
              closed: (summary) => {
                void output.line(printable(summaryText(summary)));
                void output.record({ type: 'association', ...summary });
              },
            }),
        }),
        listen,
        `webdimse proxy --listen ${listen + 1}`,
      );
      started.push(relay);
      const webRoot = fileURLToPath(new URL('../../dist/web', import.meta.url));
      const page = await freePortAdvice(
        serveCapture({ port, webRoot, capture }),
        port,
        `webdimse proxy --port ${port + 1}`,
      );
      started.push(page);
      noteExposure(host, call);
      await output.line(`${hostAndPort(host, relay.port)} hands on to ${name}. Ctrl+C stops it.`);
      await output.line(`Page: ${page.url}`);
      await output.record({ type: 'listening', host, port: relay.port, to: name, url: page.url });
      await untilStopped(signal);
    } finally {
      await Promise.all(started.map((one) => one.close()));
      capture.close();
    }
    return EXIT.ok;
  },
};

/** @throws DicomError USAGE */
async function calledPeer({ flags, output }: Call): Promise<Omit<CallablePeer, 'name'>> {
  const word = flags.text('to');
  if (word === undefined) throw usage('whom to call? Give --to AET@host:port or a name');
  const { peers } = await configOf(flags, output);
  const peer = peers.find((one) => one.name === word) ?? parseAddress(word);
  if ('tls' in peer && peer.tls !== undefined)
    throw usage(`${word} is called by TLS; the proxy hands on what it gets and can read none of that`);
  return peer;
}

/** The file that was named, or one that has no name any more: it is gone with this process. */
async function openRecord(file: string | undefined): Promise<GrowingFile> {
  if (file !== undefined) return new GrowingFile(openCapture(file));
  const folder = await mkdtemp(join(tmpdir(), 'webdimse-proxy-'));
  const descriptor = openSync(join(folder, 'capture.pcapng'), 'wx+', 0o600);
  rmSync(folder, { recursive: true, force: true });
  return new GrowingFile(descriptor);
}

/** Appends packets to the capture; where that is not possible any more it says so once, and all else goes on. */
function keeper(
  capture: GrowingFile,
  file: string | undefined,
  note: (sentence: string) => void,
): (packets: readonly Bytes[]) => void {
  let full = false;
  const stop = (why: string): void => {
    full = true;
    note(`nothing more is recorded: ${why}`);
  };
  return (packets) => {
    if (full || packets.length === 0) return;
    if (file === undefined && capture.size > UNNAMED)
      return stop('the capture has 1 GB; --record FILE keeps more');
    try {
      capture.append(concat(packets));
    } catch (error) {
      stop(reason(error));
    }
  };
}
