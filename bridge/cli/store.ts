import { DicomError } from '../../core/bytes/index.ts';
import { statusOf } from '../../core/dict/index.ts';
import type { SendItem, SendOutcome, SendResult } from '../../core/peer/index.ts';
import { send } from '../../core/peer/index.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import { sendItem, walk } from './files.ts';
import { usage } from './flags.ts';
import { bytesText, count, printable, seconds } from './output.ts';
import { reason } from './peers.ts';
import { ASSOCIATIONS_FLAG } from './associations.ts';
import { SCU_FLAGS, peerOf, statusCode } from './scu.ts';
import { divideBySyntax, notSent } from './syntaxes.ts';

export const storeCommand: Command = {
  name: 'store',
  words: 'PEER FILES-OR-DIRS...',
  summary: 'Sends files to a peer (C-STORE); folders are walked.',
  flags: { associations: ASSOCIATIONS_FLAG, ...SCU_FLAGS },
  examples: ['webdimse store ORTHANC@10.0.0.5:104 image.dcm study/'],

  async run(call) {
    const paths = call.flags.words.slice(1);
    if (call.flags.words.length > 0 && paths.length === 0) throw usage('what to send? Name files or folders');
    const peer = await peerOf(call);
    const { items, damaged, skipped } = await collect(paths, call);
    const total = items.length + damaged.length;
    if (total === 0) {
      throw new DicomError(
        'FILE_INVALID',
        `nothing to send: ${count(skipped, 'file')} looked at, no instance found`,
      );
    }
    const [wanted, others] = divideBySyntax(items, peer.transferSyntaxes);
    const refused = [...damaged, ...others];
    for (const result of refused) await printResult(result, call);
    const results = send(peer, wanted, { signal: call.signal });
    let done = refused.length;
    for await (const result of results) {
      call.output.progress(`${++done} of ${total}`);
      await printResult(result, call);
    }
    call.output.progress();
    const outcome = await results.result;
    return report({ ...outcome, failed: outcome.failed + refused.length }, skipped, call);
  },
};

interface Collected {
  readonly items: readonly SendItem[];
  /** Instances whose files are cut off: what is left of them is not sent. */
  readonly damaged: readonly SendResult[];
  readonly skipped: number;
}

/** Looks into every file; what is no instance is skipped with a line that says why. */
async function collect(paths: readonly string[], call: Call): Promise<Collected> {
  const items: SendItem[] = [];
  const damaged: SendResult[] = [];
  let skipped = 0;
  const skip = (path: string, why: string): void => {
    skipped++;
    call.output.note(`skipped ${printable(path)}: ${printable(why)}`);
  };
  for await (const { path, problem } of walk(paths)) {
    if (call.signal.aborted) throw new DicomError('CANCELLED', 'Cancelled before anything was sent.');
    try {
      if (problem !== undefined) {
        skip(path, problem);
        continue;
      }
      const { item, damage } = await sendItem(path);
      if (damage === undefined) items.push(item);
      else damaged.push(notSent(item, damage));
    } catch (error) {
      skip(path, reason(error));
    }
  }
  return { items, damaged, skipped };
}

async function printResult(
  { label, status, error, bytes, sopInstanceUID }: SendResult,
  call: Call,
): Promise<void> {
  const { category, name, meaning } = status === undefined ? NOT_SENT : statusOf('C-STORE', status);
  if (error !== undefined || category === 'failure') {
    call.output.note(
      `failed ${printable(label)}: ${error?.message ?? `status ${statusCode(status ?? 0)}, ${meaning}`}`,
    );
  } else if (category === 'warning') {
    call.output.note(
      `sent ${printable(label)} with a warning: status ${statusCode(status ?? 0)}, ${meaning}`,
    );
  }
  await call.output.record({
    type: 'instance',
    sopInstanceUID,
    status: status === undefined ? null : statusCode(status),
    name,
    file: label,
    bytes,
    ...(error === undefined ? {} : { error: error.message }),
  });
}

const NOT_SENT = { category: 'failure', name: 'NotSent', meaning: 'not sent' } as const;

async function report(outcome: SendOutcome, skipped: number, call: Call): Promise<number> {
  const { sent, warnings, failed, untried, bytes } = outcome;
  const ok = failed + untried === 0;
  const took = seconds(performance.now() - call.started);
  const parts = [`${count(sent + warnings, 'instance')} sent, ${bytesText(bytes)}`];
  if (warnings > 0) parts.push(count(warnings, 'warning'));
  if (failed > 0) parts.push(`${failed} failed`);
  if (untried > 0) parts.push(`${untried} not tried`);
  if (skipped > 0) parts.push(`${count(skipped, 'file')} skipped`);
  await call.output.line(`${parts.join(', ')} in ${took} s`);
  await call.output.record({
    type: 'result',
    status: ok ? '0000' : null,
    name: ok ? 'Success' : 'Failure',
    sent,
    warnings,
    failed,
    untried,
    skipped,
    bytes,
    seconds: took,
  });
  return ok ? EXIT.ok : EXIT.failed;
}
