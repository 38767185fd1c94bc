/** Associations while they happen, each as the tool of DCMTK that plays our part in it logs it. */
import { DEVIATIONS } from '../../pdu/index.ts';
import { SERVICE_DEVIATIONS } from '../../service/deviations.ts';
import { ANSWER_DEVIATIONS } from '../../ul/index.ts';
import { Conversation } from '../conversation.ts';
import type { Entry } from '../conversation.ts';
import type { InspectRecord } from '../record.ts';
import type { AcceptingTool } from './dcmtk-log.ts';
import { toolLog } from './dcmtk-log.ts';
import type { PrinterOptions } from './printer.ts';
import { Printer } from './printer.ts';
import type { ToolLog } from './tool-log.ts';

export interface LiveLogOptions extends PrinterOptions {
  /** As whom it tells of associations that others ask us for. */
  readonly acceptor: AcceptingTool;
}

interface Open {
  readonly conversation: Conversation;
  readonly log: ToolLog;
  /** Has had a line. */
  told: boolean;
}

const NOTES: Readonly<Record<string, string>> = {
  ...DEVIATIONS,
  ...ANSWER_DEVIATIONS,
  ...SERVICE_DEVIATIONS,
  STRAY: 'a response or a cancel for nothing that is under way; ignored',
};

/** DCMTK's own tools send 255 where the standard has nobody test for 0. */
const UNTOLD: readonly string[] = ['RESERVED_NOT_ZERO', 'MORE'];

/** Holds an association while it is open, and of its data sets what is under way. */
export class LiveLog {
  readonly #print: Printer;
  readonly #acceptor: AcceptingTool;
  readonly #open = new Map<number, Open>();
  /** Whose line was the last one, where others speak in between. */
  #speaker: number | undefined;

  constructor(options: LiveLogOptions) {
    this.#print = new Printer(options);
    this.#acceptor = options.acceptor;
  }

  /** The lines of what happens next, as `dcmtkLog` has them, and two that no tool prints: whose they are where several associations are open, and what was tolerated. */
  take(record: InspectRecord): string[] {
    const { association } = record;
    const one = this.#open.get(association) ?? this.#begin(record);
    const entry = one.conversation.take(record);
    one.log.take(entry);
    this.#tolerated(entry);
    const lines = this.#print.taken();
    const heading = lines.length > 0 ? this.#heading(one) : [];
    if (entry.steps.some(({ inferred, to }) => !inferred && to === 'Sta1')) this.#open.delete(association);
    return [...heading, ...lines];
  }

  /** Lets go of an association that is over, where nobody watched a machine that tells so. */
  forget(association: number): void {
    this.#open.delete(association);
  }

  #begin(record: InspectRecord): Open {
    const accepted = record.kind === 'step' && record.step.side === 'acceptor';
    const parent = record.parent !== undefined && this.#open.has(record.parent) ? record.parent : undefined;
    const conversation = new Conversation(record.association, parent);
    const log = toolLog(this.#print, conversation, accepted ? this.#acceptor : undefined);
    const begun = { conversation, log, told: false };
    // What is noticed behind the end of an association does not open it again.
    if (record.kind === 'step' || record.kind === 'pdu') this.#open.set(record.association, begun);
    return begun;
  }

  #tolerated({ record }: Entry): void {
    if (record.kind === 'note') this.#print.say('W', `tolerated: ${NOTES[record.code] ?? record.code}`);
    if (record.kind !== 'pdu') return;
    for (const { code, text } of record.deviations)
      if (!UNTOLD.includes(code)) this.#print.say('W', `tolerated: ${text}`);
  }

  /** Where another association speaks than before, in between or again: the one of a C-MOVE and those it opens are one. */
  #heading(one: Open): string[] {
    const { association, parent = association, request } = one.conversation;
    const [before, again] = [this.#speaker, one.told];
    this.#speaker = parent;
    one.told = true;
    if (before === undefined || before === parent || (this.#open.size < 2 && !again)) return [];
    const titles = request ? ` ${request.callingAETitle} -> ${request.calledAETitle}` : '';
    return [`I: [association ${association}${titles}]`];
  }
}
