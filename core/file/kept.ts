/**
 * What is known of many instances in a few hundred bytes each: the headers of a series differ in little, so that each keeps
 * only where it differs from one that they share. As texts of ASCII, which a journal can write down and take back as they are.
 */
import type { Attribute, DataSet } from '../data/index.ts';
import type { InstanceInfo, Stored } from './store.ts';

/** Of as many series, and of as many forms, what new instances may share is remembered. */
const REMEMBERED = 1024;
const SOP_INSTANCE_UID = '00080018';
/** Stands there for the SOP Instance UID of the instance itself, which differs in each. */
const OWN_UID = '@';

/** Which attributes a header has, in its order. */
export class Form {
  /** Each as tag and VR, with spaces between: `00100010PN 00100020LO`. */
  readonly text: string;
  readonly names: readonly string[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(text: string) {
    this.text = text;
    this.names = text === '' ? [] : text.split(' ');
    this.#places = new Map(this.names.map((name, place) => [name.slice(0, 8), place]));
  }

  placeOf(tag: string): number | undefined {
    return this.#places.get(tag);
  }
}

/** What the headers of some instances have in common. */
export class SharedHeader {
  readonly form: Form;
  /** The value of each attribute, with tabs between. */
  readonly values: string;

  constructor(form: Form, values: string) {
    this.form = form;
    this.values = values;
  }

  /** The value at a place; tabs are counted, nothing is cut apart. */
  at(place: number): string {
    let start = 0;
    for (let i = 0; i < place; i++) start = this.values.indexOf('\t', start) + 1;
    const end = this.values.indexOf('\t', start);
    return end < 0 ? this.values.slice(start) : this.values.slice(start, end);
  }
}

/** How the bytes of an instance were told: the same for all that one sender sends of one kind. */
export type Kind = Pick<InstanceInfo, 'sopClassUID' | 'transferSyntaxUID' | 'callingAETitle'>;

/** An instance of a store, with its header packed: `header` makes it anew each time. */
export class KeptInstance implements Stored {
  readonly sopInstanceUID: string;
  readonly bytes: number;
  readonly kind: Kind;
  readonly shared: SharedHeader;
  /** Where its header differs: for each such attribute a tab, its place, a colon and its value. */
  readonly own: string;

  constructor(sopInstanceUID: string, bytes: number, kind: Kind, shared: SharedHeader, own: string) {
    this.sopInstanceUID = sopInstanceUID;
    this.bytes = bytes;
    this.kind = kind;
    this.shared = shared;
    this.own = own;
  }

  get sopClassUID(): string {
    return this.kind.sopClassUID;
  }

  get transferSyntaxUID(): string {
    return this.kind.transferSyntaxUID;
  }

  get callingAETitle(): string {
    return this.kind.callingAETitle;
  }

  get header(): DataSet {
    const values = this.shared.values.split('\t');
    for (const line of this.own.split('\t').slice(1)) {
      const colon = line.indexOf(':');
      values[Number(line.slice(0, colon))] = line.slice(colon + 1);
    }
    return Object.fromEntries(
      this.shared.form.names.map((name, i) => [name.slice(0, 8), this.#attribute(name, values[i] ?? '')]),
    );
  }

  /** One attribute of the header, without the others. */
  attribute(tag: string): Attribute | undefined {
    const { form } = this.shared;
    const place = form.placeOf(tag);
    return place === undefined ? undefined : this.#attribute(form.names[place]!, this.#value(place));
  }

  /** Whether these attributes are as in `shared`. */
  shares(tags: readonly string[]): boolean {
    if (this.own === '') return true;
    return tags.every((tag) => !this.own.includes(`\t${this.shared.form.placeOf(tag)}:`));
  }

  #value(place: number): string {
    const mark = `\t${place}:`;
    const at = this.own.indexOf(mark);
    if (at < 0) return this.shared.at(place);
    const end = this.own.indexOf('\t', at + 1);
    return this.own.slice(at + mark.length, end < 0 ? undefined : end);
  }

  #attribute(name: string, value: string): Attribute {
    const vr = name.slice(8);
    if (value === '') return { vr };
    if (value === OWN_UID) return { vr, Value: [this.sopInstanceUID] };
    const parsed = valueIn(value);
    if (typeof parsed === 'string') return { vr, InlineBinary: parsed };
    return parsed === undefined ? { vr } : { vr, Value: parsed };
  }
}

/** Packs instances; those of a series that follow each other share most. */
export class Packer {
  readonly #forms = new Map<string, Form>();
  readonly #shared = new Map<string, { readonly shared: SharedHeader; readonly values: readonly string[] }>();
  readonly #kinds = new Map<string, Kind>();

  /** The same instance; itself where it is packed already. */
  pack(stored: Stored): KeptInstance {
    if (stored instanceof KeptInstance) return stored;
    const { sopInstanceUID, bytes, header } = stored;
    const form = this.form(
      Object.entries(header)
        .map(([tag, { vr }]) => tag + vr)
        .join(' '),
    );
    const values = Object.entries(header).map(([tag, attribute]) =>
      tag === SOP_INSTANCE_UID && isOnly(attribute, sopInstanceUID) ? OWN_UID : valueOf(attribute),
    );
    const series = header['0020000E']?.Value?.[0];
    const key = `${typeof series === 'string' ? series : ''} ${form.text}`;
    const like = remembered(this.#shared, key, () => ({
      shared: new SharedHeader(form, values.join('\t')),
      values,
    }));
    let own = '';
    values.forEach((value, place) => {
      if (value !== like.values[place]) own += `\t${place}:${value}`;
    });
    return new KeptInstance(sopInstanceUID, bytes, this.kind(stored), like.shared, flat(own));
  }

  /** One object for the forms that are equal. */
  form(text: string): Form {
    return remembered(this.#forms, text, () => new Form(text));
  }

  /** One object for the kinds that are equal. */
  kind({ sopClassUID, transferSyntaxUID, callingAETitle }: Kind): Kind {
    const key = `${sopClassUID} ${transferSyntaxUID} ${callingAETitle}`;
    return remembered(this.#kinds, key, () => ({ sopClassUID, transferSyntaxUID, callingAETitle }));
  }
}

/** The value of an attribute as text of ASCII in one line: of `Value` or of `InlineBinary`, '' where it has neither. */
function valueOf({ Value, InlineBinary }: Attribute): string {
  const value = Value ?? InlineBinary;
  return value === undefined ? '' : ascii(JSON.stringify(value));
}

/** The reverse of `valueOf`; undefined for what it never made: others may write into a journal, too. */
function valueIn(text: string): Attribute['Value'] | string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOnly({ Value }: Attribute, wanted: string): boolean {
  return Value?.length === 1 && Value[0] === wanted;
}

/** Escaped as JSON may be: one byte a character is kept then, and UTF-16 needs no decoding. */
function ascii(json: string): string {
  return json.replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A text put together piece by piece as one: V8 would keep the pieces. */
function flat(text: string): string {
  return text.length === 0 ? text : (JSON.parse(JSON.stringify(text)) as string);
}

/** What is known under a key, else what is made; the memory begins anew when it is full. */
function remembered<T>(memory: Map<string, T>, key: string, make: () => T): T {
  let known = memory.get(key);
  if (known === undefined) {
    if (memory.size >= REMEMBERED) memory.clear();
    known = make();
    memory.set(key, known);
  }
  return known;
}
