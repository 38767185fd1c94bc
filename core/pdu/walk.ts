import type { Limits } from '../bytes/index.ts';
import { ABORT_REASON, PduError } from './errors.ts';

/** One field of a PDU where it lies; `children` fill the field without gaps. */
export interface FieldSpan {
  /** From the first byte of the PDU. */
  readonly offset: number;
  readonly length: number;
  /** The standard's name for the field. */
  readonly name: string;
  /** Number or text as sent, without padding; absent for byte strings and for items. */
  readonly value?: number | string;
  /** What the value stands for. */
  readonly meaning?: string;
  /** Where the standard defines it. */
  readonly clause?: string;
  readonly children?: readonly FieldSpan[];
}

/** What a sender does against the standard and we take all the same. Codes are stable; texts are not. */
export const DEVIATIONS = {
  RESERVED_NOT_ZERO: 'reserved, but not zero',
  PROTOCOL_VERSION: 'protocol version other than 1',
  AE_TITLE_NUL: 'an AE title that is ended by NUL instead of padded with spaces',
  AE_TITLE_EMPTY: 'an AE title of spaces only',
  AE_TITLE_CHARACTERS: 'characters that an AE title may not have',
  UID_PADDED: 'a UID padded with NUL or space',
  UID_INVALID: 'not a UID: empty, longer than 64, or with characters other than digits and dots',
  TEXT_PADDED: 'text padded with NUL or space',
  TEXT_LENGTH: 'text shorter than 1 or longer than 16 characters',
  FLAG_VALUE: 'neither 0 nor 1; taken as 0',
  ITEM_UNKNOWN: 'an item type that is not known here; skipped',
  ITEM_MISPLACED: 'an item that does not belong into this PDU; skipped',
  ITEM_DUPLICATE: 'an item that may come once only; the first counts',
  ITEM_MISSING: 'an item that must be there is not',
  ITEM_ORDER: 'items in an order other than the standard names',
  TRAILING_BYTES: 'bytes behind the last field',
  CONTEXT_ID_INVALID: 'a presentation context ID that is not odd',
  CONTEXT_ID_DUPLICATE: 'the same presentation context ID twice',
  CONTEXT_COUNT: 'more than 128 presentation contexts',
  PDU_OVER_MAXIMUM: 'longer than the maximum length that we announced',
  PDV_ODD: 'a fragment of odd length',
  MORE: 'further deviations of this PDU are not listed',
} as const;
export type DeviationCode = keyof typeof DEVIATIONS;

export interface Deviation {
  readonly code: DeviationCode;
  /** The field, its offset in the PDU, and what is wrong; no value of the field. */
  readonly text: string;
  /** From the first byte of the PDU. */
  readonly offset: number;
}

/** A hostile PDU has room for a quarter million wrong items; nobody reads more than these. */
const MOST_DEVIATIONS = 32;
const NO_DEVIATIONS: readonly Deviation[] = Object.freeze([]);

/** Collects spans as the fields are read; an item stays open while its content is read. */
export class SpanRecorder {
  readonly roots: FieldSpan[] = [];
  readonly #open: { children: FieldSpan[]; start: number; end: number }[] = [];

  constructor(end: number) {
    this.#open.push({ children: this.roots, start: 0, end });
  }

  leaf(offset: number, length: number, name: string, value?: number | string, meaning?: string): void {
    this.#last().children.push({
      offset,
      length,
      name,
      ...(value === undefined ? {} : { value }),
      ...(meaning === undefined ? {} : { meaning }),
    });
  }

  open(offset: number, length: number, name: string, clause?: string): void {
    const children: FieldSpan[] = [];
    const span = { offset, length, name, ...(clause === undefined ? {} : { clause }), children };
    this.#last().children.push(span);
    this.#open.push({ children, start: offset, end: offset + length });
  }

  close(): void {
    this.#open.pop();
  }

  /** Shows what is left of the innermost open item as one span; reading stopped inside it. */
  giveUp(meaning: string): void {
    for (; this.#open.length > 0; this.#open.pop()) {
      const { children, start, end } = this.#last();
      const last = children.at(-1);
      const offset = last === undefined ? start : last.offset + last.length;
      if (end > offset) this.leaf(offset, end - offset, 'Not decoded', undefined, meaning);
    }
  }

  #last(): { children: FieldSpan[]; start: number; end: number } {
    return this.#open.at(-1)!; // the PDU itself is open until giveUp, which is the end
  }
}

/** One pass over one PDU: what was tolerated, and where fields lie if somebody wants to know. */
export class Walk {
  readonly limits: Limits;
  readonly spans: SpanRecorder | undefined;
  #deviations: Deviation[] | undefined;

  constructor(limits: Limits, spans?: SpanRecorder) {
    this.limits = limits;
    this.spans = spans;
  }

  get deviations(): readonly Deviation[] {
    return this.#deviations ?? NO_DEVIATIONS;
  }

  note(code: DeviationCode, field: string, offset: number): void {
    const notes = (this.#deviations ??= []);
    if (notes.length > MOST_DEVIATIONS) return;
    const shown = notes.length === MOST_DEVIATIONS ? 'MORE' : code;
    notes.push({ code: shown, text: `${field} at offset ${offset}: ${DEVIATIONS[shown]}`, offset });
  }

  /** @throws PduError LIMIT_EXCEEDED once a container holds more items than `limits.items`. */
  countItem(count: number, container: string, offset: number): void {
    if (count <= this.limits.items) return;
    throw new PduError(
      'LIMIT_EXCEEDED',
      `${container}: more than ${this.limits.items} items`,
      ABORT_REASON.invalidParameterValue,
      { field: container, offset, limit: this.limits.items },
    );
  }
}
