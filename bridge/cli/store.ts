import { statusOf } from '../../core/dict/index.ts';
import type { SendOutcome, SendResult } from '../../core/peer/index.ts';
import { send } from '../../core/peer/index.ts';
import { collect, pathsOf } from './collect.ts';
import type { Call, Command } from './command.ts';
import { DEIDENTIFY_FLAGS, deidentified, deidentifierOf } from './deidentify.ts';
import { bytesText, count, printable } from './output.ts';
import { reportFiles } from './report.ts';
import { ASSOCIATIONS_FLAG } from './associations.ts';
import { SCU_FLAGS, peerOf, statusCode } from './scu.ts';
import { divideBySyntax, notSent } from './syntaxes.ts';

export const storeCommand: Command = {
  words: 'PEER FILES-OR-DIRS...',
  flags: { associations: ASSOCIATIONS_FLAG, ...DEIDENTIFY_FLAGS, ...SCU_FLAGS },
  examples: [
    'webdimse store ORTHANC@10.0.0.5:104 image.dcm study/',
    'webdimse store --deidentify --dates shift TEACHING study/',
  ],

  async run(call) {
    const paths = pathsOf(call, 'send');
    const deidentifier = deidentifierOf(call);
    const peer = await peerOf(call);
    const { found, skipped } = await collect(paths, 'send', call);
    const total = found.length;
    const whole = found.filter(({ damage }) => damage === undefined).map(({ item }) => item);
    const [ready, unreadable] = deidentified(whole, deidentifier);
    const [wanted, others] = divideBySyntax(ready, peer.transferSyntaxes);
    // What is left of a file that is cut off is not sent.
    const refused = [
      ...found.flatMap(({ item, damage }) => (damage ? notSent(item, damage) : [])),
      ...unreadable,
      ...others,
    ];
    for (const result of refused) await printResult(result, call);
    const results = send(peer, wanted, { signal: call.signal });
    let done = refused.length;
    for await (const result of results) {
      done++;
      call.output.progress(() => `${done} of ${total}`);
      await printResult(result, call);
    }
    call.output.progress();
    const outcome = await results.result;
    return report({ ...outcome, failed: outcome.failed + refused.length }, skipped, call);
  },
};

async function printResult(
  { label, status, comment, error, bytes, sopInstanceUID }: SendResult,
  call: Call,
): Promise<void> {
  const says = comment ? `; the peer says: "${printable(comment)}"` : '';
  const { category, name, meaning } = status === undefined ? NOT_SENT : statusOf('C-STORE', status);
  if (error !== undefined || category === 'failure') {
    call.output.note(
      `failed ${printable(label)}: ${error?.message ?? `status ${statusCode(status ?? 0)}, ${meaning}${says}`}`,
    );
  } else if (category === 'warning') {
    call.output.note(
      `sent ${printable(label)} with a warning: status ${statusCode(status ?? 0)}, ${meaning}${says}`,
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

function report(outcome: SendOutcome, skipped: number, call: Call): Promise<number> {
  const { sent, warnings, failed, untried, bytes } = outcome;
  const parts = [`${count(sent + warnings, 'instance')} sent, ${bytesText(bytes)}`];
  if (warnings > 0) parts.push(count(warnings, 'warning'));
  if (failed > 0) parts.push(`${failed} failed`);
  if (untried > 0) parts.push(`${untried} not tried`);
  const fields = { sent, warnings, failed, untried, bytes };
  return reportFiles(call, { ok: failed + untried === 0, parts, skipped, fields });
}
