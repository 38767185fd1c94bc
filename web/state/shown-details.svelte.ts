/** What is seen of a record's details: a tab that stays when another record has it, too, and the tables behind it. */
import type { ByteTable, DataSetTable, Piece } from '../../core/inspect/byte-table.ts';
import type { Details, MessageDetails } from '../../core/inspect/details.ts';
import { i } from '../strings/inspector.ts';
import { ShownTable } from './shown-table.svelte.ts';

/** In their order. */
export const DETAIL_TABS = ['summary', 'pdu', 'command', 'dataSet', 'contexts'] as const;
export type DetailTab = (typeof DETAIL_TABS)[number];

export class ShownDetails {
  readonly #details: () => Details;
  #wanted = $state.raw<DetailTab>('summary');
  #chosen = $state.raw<{ readonly of: Details; readonly index: number } | undefined>();
  readonly #message = $derived.by(() => this.details.messages[this.messageIndex]);
  readonly #pdu = $derived.by(() => shown(this.details.pdu, false));
  readonly #command = $derived.by(() => shown(this.message?.command, true));
  readonly #dataSet = $derived.by(() => shown(this.message?.dataSet, true));

  constructor(details: () => Details) {
    this.#details = details;
  }

  get details(): Details {
    return this.#details();
  }

  /** Those that have something to show. */
  get tabs(): readonly DetailTab[] {
    return DETAIL_TABS.filter((tab) => this.#has(tab));
  }

  get tab(): DetailTab {
    return this.#has(this.#wanted) ? this.#wanted : 'summary';
  }

  set tab(tab: DetailTab) {
    this.#wanted = tab;
  }

  /** Which of the messages of the PDU is looked at. */
  get messageIndex(): number {
    return this.#chosen?.of === this.details ? this.#chosen.index : 0;
  }

  set messageIndex(index: number) {
    this.#chosen = { of: this.details, index };
  }

  get message(): MessageDetails | undefined {
    return this.#message;
  }

  /** The table of the tab that is seen. */
  get table(): ShownTable | undefined {
    const { tab } = this;
    if (tab === 'pdu') return this.#pdu;
    if (tab === 'command') return this.#command;
    return tab === 'dataSet' ? this.#dataSet : undefined;
  }

  /** What is wrong, a sentence each: with the PDU, and with the messages that it carries. */
  get problems(): readonly string[] {
    const { problem, messages } = this.details;
    return [...new Set([problem, ...messages.map((message) => message.problem)])].filter((one) => one !== '');
  }

  #has(tab: DetailTab): boolean {
    const there: Readonly<Record<DetailTab, boolean>> = {
      summary: true,
      pdu: this.details.pdu !== undefined,
      command: this.message?.command !== undefined,
      dataSet: this.message?.dataSet !== undefined,
      contexts: this.details.contexts.length > 0,
    };
    return there[tab];
  }
}

function shown(table: ByteTable | undefined, elements: boolean): ShownTable | undefined {
  return table && new ShownTable(table, elements);
}

/** What there is to say of a table as a whole, a sentence each: what of it is missing, and where it comes from. */
export function remarksOn(table: AnyTable): readonly string[] {
  const { bytes, length, more, problem, pieces = [] } = table;
  const said = [
    pieces.length > 1 ? i.record.from(pieces.length) : '',
    bytes.length < length ? i.record.kept(bytes.length, length) : '',
    table.guessed === true ? i.record.guessed(table.transferSyntaxName ?? '') : '',
    table.deflated === undefined ? '' : i.record.deflated(table.deflated),
    problem === '' ? '' : i.record.unreadable(problem),
    more === 0 ? '' : i.record.more(more),
  ];
  return said.filter((one) => one !== '');
}

/** Of a PDU, a command set or a data set. */
type AnyTable = ByteTable & Partial<DataSetTable> & { readonly pieces?: readonly Piece[] };

/** Which PDU brought the byte at `offset` of a command set or data set, and of how many; undefined where all came with one. */
export function broughtBy(
  { pieces = [] }: AnyTable,
  offset: number,
): { readonly number: number; readonly of: number } | undefined {
  const at = pieces.findIndex((piece) => offset >= piece.offset && offset < piece.offset + piece.length);
  return at < 0 || pieces.length === 1 ? undefined : { number: at + 1, of: pieces.length };
}
