/** The table of attributes, of which only what is asked for is read: its five thousand rows would be most of a start. */
import { spaced } from './spaced.ts';

/** A row of PS3.6 chapters 6 to 9 or PS3.7 Annex E. */
export interface AttributeEntry {
  /** Eight upper-case hexadecimal digits: `00100010`. */
  readonly tag: string;
  /** `US or SS` and the like where it depends on the data set (PS3.5 Annex A); `NONE` for items and delimiters. */
  readonly vr: string;
  /** `1`, `1-n`, `2-2n`, … */
  readonly vm: string;
  readonly keyword: string;
  readonly name: string;
  readonly retired: boolean;
}

/** Tags that hold `x` stand for many (PS3.5 7.6). */
interface Repeating {
  readonly pattern: RegExp;
  readonly entry: AttributeEntry;
}

export class AttributeTable {
  readonly #text: string;
  /** The rows of each group, as text until one of them is asked for. */
  readonly #groups: Map<string, string | ReadonlyMap<string, string>>;
  /** What was found, by what was asked for. */
  readonly #found = new Map<string, AttributeEntry>();
  #repeating: readonly Repeating[] | undefined;
  #named: readonly AttributeEntry[] | undefined;

  /** `text`: `#GROUP`, and below it rows `ELEMENT|VR|VM|Keyword|Name|Y`, where Y is for retired and the end may be left out. */
  constructor(text: string) {
    this.#text = `\n${text.trim()}\n`;
    this.#groups = new Map(sectionsOf(this.#text));
  }

  /** The attribute of a tag, eight hexadecimal digits, or of a keyword. */
  entry(tagOrKeyword: string): AttributeEntry | undefined {
    const found = this.#found.get(tagOrKeyword);
    if (found !== undefined) return found;
    if (!/^[0-9A-Fa-f]{8}$/.test(tagOrKeyword)) return this.#byKeyword(tagOrKeyword);
    const tag = tagOrKeyword.toUpperCase();
    return isPrivate(tag) ? undefined : (this.#exact(tag) ?? this.#repeated(tag));
  }

  /** All that have a keyword. */
  get named(): readonly AttributeEntry[] {
    this.#named ??= [...this.#groups.keys()]
      .flatMap((group) =>
        [...this.#rowsOf(group)].map(([element, row]) => this.#entryOf(group, element, row)),
      )
      .filter(({ keyword }) => keyword !== '');
    return this.#named;
  }

  #exact(tag: string): AttributeEntry | undefined {
    const row = this.#rowsOf(tag.slice(0, 4)).get(tag.slice(4));
    if (row === undefined) return undefined;
    const entry = readRow(tag, row);
    this.#found.set(tag, entry);
    return entry;
  }

  #repeated(tag: string): AttributeEntry | undefined {
    const row = this.#repeatingRows().find(({ pattern }) => pattern.test(tag));
    return row && { ...row.entry, tag };
  }

  /** Looks for the text: at a start a few keywords are asked for, and reading all rows would take far longer. */
  #byKeyword(keyword: string): AttributeEntry | undefined {
    if (keyword === '') return undefined; // some rows have none
    const text = this.#text;
    const cell = `|${keyword}`;
    for (let at = text.indexOf(cell); at >= 0; at = text.indexOf(cell, at + 1)) {
      if (!'|\n'.includes(text.charAt(at + cell.length))) continue;
      const start = text.lastIndexOf('\n', at) + 1;
      const row = text.slice(start, text.indexOf('\n', at));
      if (row.split('|')[KEYWORD] !== keyword) continue;
      const heading = text.lastIndexOf('\n#', at) + 2;
      const entry = this.#entryOf(text.slice(heading, heading + 4), row.slice(0, 4), row);
      this.#found.set(keyword, entry);
      return entry;
    }
    return undefined;
  }

  /** A repeating attribute is known by its first tag; (0028,0400) is an attribute of its own, not the first of (0028,04x0). */
  #entryOf(group: string, element: string, row: string): AttributeEntry {
    const tag = group + element;
    if (!tag.includes('x')) return readRow(tag, row);
    const first = tag.replaceAll('x', '0');
    return readRow(this.#exact(first) === undefined ? first : tag.replaceAll('x', '1'), row);
  }

  #rowsOf(group: string): ReadonlyMap<string, string> {
    const rows = this.#groups.get(group);
    if (typeof rows !== 'string') return rows ?? NO_ROWS;
    const read = new Map(rows.split('\n').map((row) => [row.slice(0, 4), row]));
    this.#groups.set(group, read);
    return read;
  }

  #repeatingRows(): readonly Repeating[] {
    this.#repeating ??= [...this.#groups.keys()].flatMap((group) =>
      [...this.#rowsOf(group)].flatMap(([element, row]) => {
        const tag = group + element;
        return tag.includes('x')
          ? [{ pattern: patternOf(tag), entry: this.#entryOf(group, element, row) }]
          : [];
      }),
    );
    return this.#repeating;
  }
}

const NO_ROWS: ReadonlyMap<string, string> = new Map();
/** The column of the keyword. */
const KEYWORD = 3;

/** Groups with their rows. */
function* sectionsOf(text: string): Generator<[string, string]> {
  for (let at = text.indexOf('\n#'); at >= 0;) {
    const next = text.indexOf('\n#', at + 1);
    const group = text.slice(at + 2, at + 6);
    yield [group, text.slice(at + 7, next < 0 ? text.length - 1 : next)];
    at = next;
  }
}

function readRow(tag: string, row: string): AttributeEntry {
  const [, vr = '', vm = '', keyword = '', name = '', retired = ''] = row.split('|');
  return {
    tag,
    vr,
    vm: vm === '' ? '1' : vm,
    keyword,
    name: name === '' ? spaced(keyword) : name,
    retired: retired === 'Y',
  };
}

const patternOf = (tag: string): RegExp => new RegExp(`^${tag.replaceAll('x', '[0-9A-F]')}$`);

/** Odd groups are private (PS3.5 7.8). */
export function isPrivate(tag: string): boolean {
  return (parseInt(tag.slice(3, 4), 16) & 1) === 1;
}
