import type { CommitOutcome, CommitResult } from '../../core/peer/index.ts';
import { commit } from '../../core/peer/index.ts';
import { failureReason } from '../../core/dict/index.ts';
import { collect, pathsOf } from './collect.ts';
import type { Call, Command } from './command.ts';
import { count, printable } from './output.ts';
import { reportFiles } from './report.ts';
import { receiverAt, receiverFlags, receivePortOf } from './receiver.ts';
import { SCU_FLAGS, peerOf, statusCode } from './scu.ts';
import { timeoutAdvice } from './timeouts.ts';

export const commitCommand: Command = {
  words: 'PEER FILES-OR-DIRS...',
  flags: {
    ...receiverFlags('wait for the report on this port as well: most peers call back'),
    ...SCU_FLAGS,
  },
  examples: [
    'webdimse commit ORTHANC@10.0.0.5:104 study/ --receive-port 11114',
    'webdimse commit WEBDIMSE@127.0.0.1:11112 image.dcm --timeout report=10',
  ],

  async run(call) {
    const { flags, output, signal } = call;
    const paths = pathsOf(call, 'commit');
    const port = receivePortOf(flags);
    const peer = await peerOf(call);
    const receiver = port === undefined ? {} : { receiver: receiverAt(port, peer, flags) };
    const { found, skipped } = await collect(paths, 'commit', call);
    const items = found.map(({ item }) => item);
    const files = new Map(items.map((item) => [nameOf(item), item.label]));
    const task = commit(peer, items, { signal, ...receiver });
    output.progress(() => `waiting for the report on ${count(files.size, 'instance')}`);
    for await (const result of task) await printResult(result, files.get(nameOf(result))!, call); // asked for by file
    output.progress();
    return report(await task.result, skipped, call);
  },
};

const nameOf = ({
  sopClassUID,
  sopInstanceUID,
}: Pick<CommitResult, 'sopClassUID' | 'sopInstanceUID'>): string => `${sopClassUID} ${sopInstanceUID}`;

async function printResult(result: CommitResult, file: string, { output }: Call): Promise<void> {
  const { sopInstanceUID, fate } = result;
  const reason = result.failureReason === undefined ? undefined : failureReason(result.failureReason);
  if (fate === 'failed') {
    const why = reason ? `${statusCode(reason.code)}, ${reason.meaning}` : 'the peer gives no reason.';
    output.note(`not committed ${printable(file)}: ${why}`);
  } else if (fate === 'unanswered') output.note(`no answer for ${printable(file)}`);
  await output.record({
    type: 'instance',
    sopInstanceUID,
    fate,
    failureReason: reason ? statusCode(reason.code) : null,
    ...(reason && { name: reason.name }),
    file,
  });
}

function report(outcome: CommitOutcome, skipped: number, call: Call): Promise<number> {
  const { committed, failed, unanswered, error } = outcome;
  if (error) call.output.note(`webdimse commit: ${printable(error.message)}${timeoutAdvice(error)}`);
  const parts = [`${count(committed, 'instance')} committed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (unanswered > 0) parts.push(`${unanswered} not answered`);
  const fields = { committed, failed, unanswered, ...(error && { error: error.message }) };
  return reportFiles(call, { ok: failed + unanswered === 0, parts, skipped, fields });
}
