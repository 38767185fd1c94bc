import { echo } from '../../core/peer/index.ts';
import type { TlsInfo } from '../../core/transport/index.ts';
import type { Command } from './command.ts';
import { EXIT } from './command.ts';
import { watchedConnection } from './connection.ts';
import { printable, seconds } from './output.ts';
import { SCU_FLAGS, peerOf } from './scu.ts';

export const echoCommand: Command = {
  words: 'PEER',
  flags: { repeat: { value: 'N', help: 'so many times in one association' }, ...SCU_FLAGS },
  examples: ['webdimse echo ORTHANC@10.0.0.5:104', 'webdimse echo ORTHANC --via ws://127.0.0.1:8080'],

  async run(call) {
    const { flags, output, signal } = call;
    flags.only(1);
    const repeat = flags.int('repeat', 1, 1_000_000) ?? 1;
    const called = await peerOf(call);
    const { peer, info } = watchedConnection(called);
    const { milliseconds, implementation } = await echo(peer, { repeat, signal });
    const average = milliseconds.reduce((sum, each) => sum + each, 0) / milliseconds.length;
    const who = implementation === '' ? '' : ` (${printable(implementation)})`;
    await output.line(`${peer.aeTitle} answers${who}: ${timesText(milliseconds.length, average)}`);
    const tls = (await info())?.tls;
    if (tls !== undefined) await output.line(tlsText(tls));
    await output.record({
      type: 'result',
      status: '0000',
      name: 'Success',
      echoes: milliseconds.length,
      milliseconds: milliseconds.map((each) => Math.round(each * 1000) / 1000),
      implementation,
      tls: tls ?? null,
      seconds: seconds(performance.now() - call.started),
    });
    return EXIT.ok;
  },
};

function timesText(times: number, average: number): string {
  const each = `${average.toFixed(1)} ms`;
  return times === 1 ? each : `${times} echoes, ${each} each`;
}

function tlsText({ protocol, cipher, subject, expires }: TlsInfo): string {
  return `${protocol}, ${cipher}; its certificate is for ${printable(subject)} and expires at ${printable(expires)}`;
}
