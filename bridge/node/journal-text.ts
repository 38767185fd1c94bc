/**
 * What a journal of a folder says, as text of ASCII: lines of fields with tabs between. A line names what it shares with others
 * by an id that a line before it gave.
 *
 *     F id form            which attributes headers have
 *     S id form values     what headers share
 *     K id classes         SOP class, transfer syntax and AE title, as JSON
 *     I name signature offset uid kind shared own
 *     X name signature     a file that holds no instance
 */
import { randomBytes } from 'node:crypto';
import { Form, SharedHeader } from '../../core/file/index.ts';
import type { KeptInstance, Kind } from '../../core/file/index.ts';
import type { DiskInstance } from './disk-instance.ts';

/** What a journal tells of a file. */
export interface Entry {
  /** Of the file as it was. */
  readonly signature: string;
  /** Absent where the file holds none. */
  readonly instance?: Pick<KeptInstance, 'sopInstanceUID' | 'bytes' | 'kind' | 'shared' | 'own'> & {
    readonly dataSetOffset: number;
  };
}

/** A file as it is told to a journal. */
export interface Noted {
  readonly name: string;
  readonly signature: string;
  readonly instance?: DiskInstance | undefined;
}

const TAB = 0x09;
const NEWLINE = 0x0a;

/** Writes lines; what is shared is told once. */
export class JournalWriter {
  /** Of what others wrote before the ids are others. */
  readonly #prefix = randomBytes(4).toString('hex');
  readonly #ids = new WeakMap<object, string>();
  #given = 0;

  /** The lines of a file, those included that they refer to. */
  lines({ name, signature, instance }: Noted): string {
    if (instance === undefined) return `X\t${nameText(name)}\t${signature}\n`;
    const { dataSetOffset, sopInstanceUID, kind, shared, own } = instance;
    if (!/^[\w.-]+$/.test(sopInstanceUID)) return ''; // of no use to anybody, and read again each time
    const [kindId, before] = this.#kind(kind);
    const [sharedId, alsoBefore] = this.#shared(shared);
    const fields = [nameText(name), signature, dataSetOffset, sopInstanceUID, kindId, sharedId].join('\t');
    return `${before}${alsoBefore}I\t${fields}\t${own}\n`;
  }

  #kind(kind: Kind): [id: string, lines: string] {
    const { sopClassUID, transferSyntaxUID, callingAETitle } = kind;
    const json = asciiJSON([sopClassUID, transferSyntaxUID, callingAETitle]);
    return this.#told(kind, (id) => `K\t${id}\t${json}\n`);
  }

  #shared(shared: SharedHeader): [id: string, lines: string] {
    const [form, before] = this.#told(shared.form, (id) => `F\t${id}\t${shared.form.text}\n`);
    const [id, lines] = this.#told(shared, (own) => `S\t${own}\t${form}\t${shared.values}\n`);
    return [id, before + lines];
  }

  #told(what: object, line: (id: string) => string): [id: string, lines: string] {
    const known = this.#ids.get(what);
    if (known !== undefined) return [known, ''];
    const id = `${this.#prefix}.${this.#given++}`;
    this.#ids.set(what, id);
    return [id, line(id)];
  }
}

/** Reads lines; what is not understood, or refers to what is not known, is left out. */
export class JournalReader {
  /** By the names of the files; the last line of a name counts. */
  readonly entries: Map<string, Entry> = new Map();
  /** Lines that told of a file. */
  files = 0;
  readonly #forms = new Map<string, Form>();
  readonly #shared = new Map<string, SharedHeader>();
  readonly #kinds = new Map<string, Kind>();

  read(block: Buffer): void {
    for (let start = 0, end = 0; start < block.length; start = end + 1) {
      end = block.indexOf(NEWLINE, start);
      if (end < 0) end = block.length;
      this.#line(new Fields(block, start, end));
    }
  }

  #line(fields: Fields): void {
    const kind = fields.next();
    if (kind === 'I' || kind === 'X') this.#file(kind, fields);
    else if (kind === 'S') this.#share(fields);
    else if (kind === 'F') this.#forms.set(fields.next(), new Form(fields.rest()));
    else if (kind === 'K') this.#know(fields.next(), parsed(fields.rest()));
  }

  #share(fields: Fields): void {
    const id = fields.next();
    const form = this.#forms.get(fields.next());
    if (form !== undefined) this.#shared.set(id, new SharedHeader(form, fields.rest()));
  }

  #know(id: string, told: unknown): void {
    if (!Array.isArray(told) || told.length !== 3 || told.some((part) => typeof part !== 'string')) return;
    const [sopClassUID, transferSyntaxUID, callingAETitle] = told as [string, string, string];
    this.#kinds.set(id, { sopClassUID, transferSyntaxUID, callingAETitle });
  }

  #file(line: 'I' | 'X', fields: Fields): void {
    const name = nameOf(fields.next());
    const signature = fields.next();
    this.files++;
    if (name === undefined) return;
    if (line === 'X') return void this.entries.set(name, { signature });
    const dataSetOffset = Number(fields.next());
    const sopInstanceUID = fields.next();
    const kind = this.#kinds.get(fields.next());
    const shared = this.#shared.get(fields.next());
    const bytes = Number.parseInt(signature, 10) - dataSetOffset;
    if (kind === undefined || shared === undefined || !(bytes >= 0)) return;
    const own = fields.rest();
    this.entries.set(name, {
      signature,
      instance: { sopInstanceUID, bytes, kind, shared, own, dataSetOffset },
    });
  }
}

/** The fields of a line, each a text of its own: a part of a longer text would keep all of that. */
class Fields {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  next(): string {
    let end = this.#at;
    while (end < this.#end && this.#bytes[end] !== TAB) end++;
    const field = this.#bytes.toString('latin1', this.#at, end);
    this.#at = Math.min(end + 1, this.#end);
    return field;
  }

  rest(): string {
    return this.#bytes.toString('latin1', this.#at, this.#end);
  }
}

/** As it is where it is plain, else as JSON. */
function nameText(name: string): string {
  return /^[!#-~][ -~]*$/.test(name) ? name : asciiJSON(name);
}

function nameOf(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  const name = parsed(text);
  return typeof name === 'string' ? name : undefined;
}

function asciiJSON(value: unknown): string {
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[^\0-~]/g, escaped);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
