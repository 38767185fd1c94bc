import { stat } from 'node:fs/promises';
import type { CommandSet } from '../../core/dimse/index.ts';
import { COMMANDS } from '../../core/dimse/index.ts';
import { statusOf, uidName } from '../../core/dict/index.ts';
import type { Operation } from '../../core/dict/index.ts';
import type { Entry, InspectRecord, LogOptions, Message } from '../../core/inspect/index.ts';
import { dcmtkLog, importCapture, Timeline } from '../../core/inspect/index.ts';
import type { Pdu } from '../../core/pdu/index.ts';
import { abortText, contextResultText, rejectText } from '../../core/pdu/index.ts';
import { reason } from '../dial/reason.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import { withFile } from './files.ts';
import type { Flags } from './flags.ts';
import { usage } from './flags.ts';
import { bytesText, count, printable, seconds } from './output.ts';
import { SAVE_FLAGS, saveCapture, saveOf } from './save-capture.ts';

const ACCEPTORS = ['storescp', 'dcmqrscp', 'movescu'] as const;
const ARROW = { requestor: '->', acceptor: '<-' } as const;

export const inspectCommand: Command = {
  name: 'inspect',
  words: 'FILE',
  summary: 'Tells the DICOM conversations of a capture (pcap or pcapng), a line a PDU or message.',
  recordsItself: true,
  flags: {
    association: { value: 'N', help: 'of this association alone' },
    dcmtk: {
      value: 'v|d',
      help: 'as the tool of DCMTK for it logs it with -v or -d, which do the same here',
    },
    as: {
      value: ACCEPTORS.join('|'),
      help: 'with --dcmtk: from the side that was called, as this tool; movescu where it moves to itself',
    },
    ...SAVE_FLAGS,
  },
  examples: [
    'webdimse inspect capture.pcapng --dcmtk d',
    'webdimse inspect capture.pcapng --save shown.pcapng --deidentify',
    'webdimse echo PACS@10.0.0.5:104 --record echo.pcapng',
  ],

  async run({ flags, output, signal, started }) {
    flags.only(1);
    const [file] = flags.words;
    if (file === undefined) throw usage('which capture? Give its FILE');
    const only = flags.int('association', 1, 1_000_000_000);
    if (flags.text('record') !== undefined)
      throw usage(
        'nothing is sent or received here that --record could keep; --save OUT writes a capture anew',
      );
    const level = levelOf(flags);
    const acceptor = flags.choice('as', ACCEPTORS);
    const save = await saveOf(flags, file);
    const timeline = new Timeline();
    const entries: Entry[] = [];
    const isWanted = ({ association }: InspectRecord): boolean => only === undefined || association === only;
    await stat(file).catch((error: unknown) => {
      throw usage(`${file}: ${reason(error)}`);
    });
    const result = await withFile(file, async (source) => {
      const found: InspectRecord[] = [];
      const imported = await importCapture(source, (record) => found.push(record), { signal });
      const wanted = found.filter(isWanted);
      if (save !== undefined)
        await saveCapture(save, wanted, source, { deidentify: flags.on('deidentify'), signal });
      else for (const record of wanted) entries.push(timeline.take(record));
      return imported;
    });
    const shown = { patients: flags.on('patients'), ...(acceptor && { acceptor }) };
    if (level !== undefined) await printLog(entries, { level, ...shown }, { output, signal });
    for (const entry of level === undefined ? entries : []) {
      signal.throwIfAborted();
      const { record } = entry;
      for (const line of linesOf(entry)) {
        const time = new Date(record.time).toISOString().slice(11, 23);
        await output.line(`${time} #${record.association} ${line.arrow} ${printable(line.text)}`);
        await output.record({ type: 'entry', time: record.time, association: record.association, ...line });
      }
    }
    for (const problem of result.problems) output.note(problem);
    const { packets, associations, others, problems } = result;
    const ignored = others === 0 ? '' : `; ${count(others, 'connection')} of other protocols`;
    const saved = save === undefined ? '' : `; saved as ${printable(save)}`;
    await output.line(`${count(packets, 'packet')}, ${count(associations, 'association')}${ignored}${saved}`);
    const took = seconds(performance.now() - started);
    await output.record({ type: 'result', packets, associations, others, problems, seconds: took });
    return associations === 0 || problems.length > 0 ? EXIT.failed : EXIT.ok;
  },
};

/** @throws DicomError USAGE */
function levelOf(flags: Flags): 'v' | 'd' | undefined {
  const given = flags.text('dcmtk');
  if (given === 'v' || given === 'd') return given;
  if (given !== undefined) throw usage('--dcmtk is v or d, as for the tools');
  if (flags.on('debug')) return 'd';
  return flags.on('verbose') ? 'v' : undefined;
}

/** One association after the other, as each is the log of one tool; dcmqrscp tells those that it opens itself, too. */
async function printLog(
  entries: readonly Entry[],
  options: LogOptions,
  { output, signal }: Pick<Call, 'output' | 'signal'>,
): Promise<void> {
  const teller = ({ record, conversation: { parent } }: Entry): number =>
    options.acceptor === 'dcmqrscp' ? (parent ?? record.association) : record.association;
  const told = new Map<number, Entry[]>();
  for (const entry of entries) {
    const some = told.get(teller(entry));
    if (some === undefined) told.set(teller(entry), [entry]);
    else some.push(entry);
  }
  for (const [association, some] of told) {
    const lines = dcmtkLog(some, options);
    for (const text of lines) {
      signal.throwIfAborted();
      await output.line(printable(text));
    }
    await output.record({ type: 'log', association, lines });
  }
}

interface Line {
  readonly arrow: string;
  readonly text: string;
}

/** Of fragments the message that they complete; nothing for those before. */
function linesOf({ record, conversation, pdu, parts, problem }: Entry): Line[] {
  if (record.kind === 'transport') {
    const { ends, sender, missing } = record;
    if (record.event === 'opened')
      return [{ arrow: '  ', text: `${ends?.requestor} opens a connection to ${ends?.acceptor}` }];
    const text =
      record.event === 'gap' ? `${bytesText(missing ?? 0)} were not captured` : `connection ${record.event}`;
    return [{ arrow: sender ? ARROW[sender] : '  ', text }];
  }
  if (record.kind !== 'pdu') return [];
  const arrow = ARROW[record.sender];
  if (record.pdu !== 'P-DATA-TF')
    return [{ arrow, text: `${record.pdu} ${pdu ? pduText(pdu) : problem}`.trimEnd() }];
  const ended = parts.filter((part) => part.message.last === part);
  return ended.map(({ message }) => {
    const context = conversation.contexts.get(message.contextId);
    const syntax = context === undefined ? '' : ` (${uidName(context.abstractSyntax)})`;
    return { arrow, text: `${messageText(message)} in context ${message.contextId}${syntax}` };
  });
}

function pduText(pdu: Pdu): string {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return `${pdu.callingAETitle} to ${pdu.calledAETitle}, ${count(pdu.contexts.length, 'context')}`;
    case 'A-ASSOCIATE-AC': {
      const refused = pdu.contexts.filter(({ result }) => result !== 0);
      const why = refused.map(({ id, result }) => `${id} ${contextResultText(result)}`).join(', ');
      return `${pdu.contexts.length - refused.length} of ${pdu.contexts.length} accepted${why && `; ${why}`}`;
    }
    case 'A-ASSOCIATE-RJ': {
      const { result, source, reason } = rejectText(pdu.result, pdu.source, pdu.reason);
      return `${result}, ${source}: ${reason}`;
    }
    case 'A-ABORT': {
      const { source, reason } = abortText(pdu.source, pdu.reason);
      return `${source}: ${reason}`;
    }
    default:
      return '';
  }
}

function messageText(message: Message): string {
  const { command, name, parts, problem } = message;
  if (command === undefined || name === undefined) return `${problem || 'a message that no table has'}`;
  const data = parts.filter(({ fragment }) => !fragment.command).length;
  const length = data === 0 ? '' : `, ${bytesText(message.dataSetLength)} in ${count(data, 'fragment')}`;
  const wrong = problem === '' ? '' : `; ${problem}`;
  return `${name} ${idText(command)}${statusPart(command)}${length}${wrong}`;
}

function idText({ MessageID, MessageIDBeingRespondedTo }: CommandSet): string {
  return MessageIDBeingRespondedTo === undefined ? `${MessageID}` : `to ${MessageIDBeingRespondedTo}`;
}

function statusPart({ CommandField, Status }: CommandSet): string {
  const operation = COMMANDS.get(CommandField)?.name.replace(/-RSP$/, '');
  return Status === undefined ? '' : `: ${statusOf(operation as Operation, Status).name}`;
}
