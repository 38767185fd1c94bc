/** Conversations as the tools of DCMTK log them with -v or -d: each association as the tool that plays this part. */
import type { Conversation, Entry } from '../conversation.ts';
import { ArchiveLog, SubAssociationLog } from './archive-log.ts';
import type { PrinterOptions } from './printer.ts';
import { Printer } from './printer.ts';
import { RequestorLog } from './requestor-log.ts';
import { StorageLog } from './storage-log.ts';
import type { ToolLog } from './tool-log.ts';

/** The tools that tell the acceptor's side; movescu, where it moves to itself. */
export type AcceptingTool = 'storescp' | 'dcmqrscp' | 'movescu';

export interface LogOptions extends PrinterOptions {
  /** Tells it from the acceptor's side, as this tool. By default as storescp where that side was watched, else as the requestor's tool. */
  readonly acceptor?: AcceptingTool;
}

/**
 * The lines of one association, or of a C-MOVE and the associations that it brought about; each begins with its level:
 * `I: `, `D: `, `W: `, `E: `, `F: `.
 */
export function dcmtkLog(entries: readonly Entry[], options: LogOptions): string[] {
  const print = new Printer(options);
  const logs = new Map<Conversation, ToolLog>();
  for (const entry of entries) {
    const { conversation } = entry;
    const log = logs.get(conversation) ?? toolLog(print, conversation, options.acceptor);
    logs.set(conversation, log);
    log.take(entry);
  }
  return print.taken();
}

/**
 * The log of each association by its number, in the order of their first entries: each is the log of one tool.
 * dcmqrscp tells the associations that it opens itself, too.
 */
export function dcmtkLogs(entries: readonly Entry[], options: LogOptions): Map<number, string[]> {
  const teller = ({ record, conversation: { parent } }: Entry): number =>
    options.acceptor === 'dcmqrscp' ? (parent ?? record.association) : record.association;
  const told = new Map<number, Entry[]>();
  for (const entry of entries) {
    const some = told.get(teller(entry));
    if (some === undefined) told.set(teller(entry), [entry]);
    else some.push(entry);
  }
  return new Map([...told].map(([association, some]) => [association, dcmtkLog(some, options)]));
}

/** An association that was opened for a C-MOVE is told by its requestor, as the archive that moves. */
export function toolLog(
  print: Printer,
  { parent, watchedSide }: Conversation,
  acceptor: AcceptingTool | undefined = watchedSide === 'acceptor' ? 'storescp' : undefined,
): ToolLog {
  if (parent !== undefined && (acceptor === undefined || acceptor === 'dcmqrscp'))
    return new SubAssociationLog(print);
  if (acceptor === undefined) return new RequestorLog(print);
  return acceptor === 'dcmqrscp' ? new ArchiveLog(print) : new StorageLog(print, acceptor);
}
