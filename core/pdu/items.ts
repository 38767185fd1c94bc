/** Items of A-ASSOCIATE: type, reserved byte, 16-bit length, content (PS3.8 9.3.2, Annex D). */
import { hexNumber } from '../bytes/index.ts';
import type { Reader, Writer } from '../bytes/index.ts';
import type { Draft, Field, KeyOf, Layout } from './layout.ts';
import { lengthPrefixed, position, readFields, skipTrailing, writeFields } from './layout.ts';
import type { UnknownItem } from './types.ts';
import type { DeviationCode, Walk } from './walk.ts';

/** Bytes before the content of an item. */
const ITEM_HEADER = 4;

/** The byte table of one item whose content fills properties of a `T`. */
export interface Item<T> {
  readonly type: number;
  readonly name: string;
  readonly clause: string;
  readonly fields: Layout<T>;
  /** What the second byte is called where it is not merely reserved; it is 0 all the same. */
  readonly secondByte?: string;
}

/** How an item stands in its container, which fills a `T`. */
export interface Part<T> {
  readonly item: {
    readonly type: number;
    readonly name: string;
    readonly clause: string;
    readonly secondByte?: string;
  };
  /** Its absence is a deviation. */
  readonly required: boolean;
  /** What a second one of it is noted as; undefined where there may be several. */
  readonly again: DeviationCode | undefined;
  read(content: Reader, into: Draft<T>, walk: Walk): void;
  /** Writes as many items as the value has. */
  write(to: Writer, value: T): void;
}

export function required<T>(part: Part<T>): Part<T> {
  return { ...part, required: true };
}

function writeItem<E>(to: Writer, item: Item<E>, value: E): void {
  to.u8(item.type);
  to.u8(0);
  lengthPrefixed(to, item.name, () => writeFields(item.fields, to, value));
}

/** An item that comes once at most and whose fields belong to the container's own value; `key` tells whether to send it. */
export function inline<T>(key: keyof T, item: Item<T>): Part<T> {
  return {
    item,
    required: false,
    again: 'ITEM_DUPLICATE',
    read: (content, into, walk) => readFields(item.fields, content, into, walk),
    write: (to, value) => {
      if (value[key] !== undefined) writeItem(to, item, value);
    },
  };
}

/** An item that comes once at most and is a value of its own. */
export function nested<T, K extends keyof T>(key: K, item: Item<NonNullable<T[K]>>): Part<T> {
  return {
    item,
    required: false,
    again: 'ITEM_DUPLICATE',
    read: (content, into, walk) => {
      into[key] = readValue(item, content, walk);
    },
    write: (to, value) => {
      const inner = value[key];
      if (inner !== undefined && inner !== null) writeItem(to, item, inner);
    },
  };
}

/** An item that comes any number of times; the property is the list. `empty` holds what the item may leave out. */
export function several<T, E>(key: KeyOf<T, readonly E[]>, item: Item<E>, empty?: () => Draft<E>): Part<T> {
  return listed<T, E, E>(key, item, {
    unwrap: (value) => value,
    wrap: (value) => value,
    ...(empty === undefined ? {} : { empty }),
  });
}

/** As `several`, for items of one UID, which are kept as text. */
export function severalUids<T>(key: KeyOf<T, readonly string[]>, item: Item<{ uid: string }>): Part<T> {
  return listed<T, { uid: string }, string>(key, item, {
    unwrap: ({ uid }) => uid,
    wrap: (uid) => ({ uid }),
  });
}

interface ListCodec<E, V> {
  unwrap(value: E): V;
  wrap(value: V): E;
  empty?(): Draft<E>;
}

function listed<T, E, V>(key: KeyOf<T, readonly V[]>, item: Item<E>, codec: ListCodec<E, V>): Part<T> {
  return {
    item,
    required: false,
    again: undefined,
    read: (content, into, walk) => {
      const list = into as Record<PropertyKey, V[]>;
      (list[key] ??= []).push(codec.unwrap(readValue(item, content, walk, codec.empty?.())));
    },
    write: (to, value) => {
      for (const one of (value[key] ?? []) as readonly V[]) writeItem(to, item, codec.wrap(one));
    },
  };
}

/** An item of the other direction: noted and skipped on reception; `checkDirection` refuses to send it. */
export function misplaced<T, E>(item: Item<E>): Part<T> {
  return {
    item,
    required: false,
    again: undefined,
    read: (content, _into, walk) => {
      walk.note('ITEM_MISPLACED', item.name, position(content) - ITEM_HEADER);
      skipContent(content, walk);
    },
    write: () => undefined,
  };
}

function readValue<E>(item: Item<E>, content: Reader, walk: Walk, draft: Draft<E> = {}): E {
  readFields(item.fields, content, draft, walk);
  return draft as E; // every field of the table has been read, or the reader has thrown
}

/** The rest of the container as items in the order of `parts`, which is the order we send them in. */
export function items<T>(
  container: string,
  parts: readonly Part<T>[],
  unknown?: KeyOf<T, readonly UnknownItem[]>,
): Field<T> {
  const order = new Map(parts.map((part, index) => [part.item.type, index]));
  return {
    read(from, into, walk) {
      const seen = new Set<Part<T>>();
      let latest = 0;
      for (let count = 1; hasItem(from, container, walk); count++) {
        const offset = position(from);
        walk.countItem(count, container, offset);
        const type = from.bytes[from.offset]!;
        const index = order.get(type);
        const part = index === undefined ? undefined : parts[index]!;
        const content = openItem(from, walk, part);
        if (index === undefined || part === undefined) {
          keepUnknown(content, type, into, walk, unknown);
        } else {
          if (index < latest) walk.note('ITEM_ORDER', part.item.name, offset);
          latest = Math.max(latest, index);
          readPart(part, content, into, walk, seen.has(part));
          seen.add(part);
        }
        walk.spans?.close();
      }
      for (const part of parts) {
        if (part.required && !seen.has(part)) walk.note('ITEM_MISSING', part.item.name, position(from));
      }
    },
    write(to, value) {
      for (const part of parts) part.write(to, value);
    },
  };
}

/** Whether another item begins. Up to three zero bytes are too short for one and pass as padding. */
function hasItem(from: Reader, container: string, walk: Walk): boolean {
  if (from.remaining >= ITEM_HEADER) return true;
  if (from.bytes.subarray(from.offset).every((byte) => byte === 0)) skipTrailing(from, container, walk);
  return from.remaining > 0;
}

/** Reads the four bytes before the content, and opens the item's span. */
function openItem<T>(from: Reader, walk: Walk, part: Part<T> | undefined): Reader {
  const offset = position(from);
  const type = from.u8('Item-type');
  const name = part?.item.name ?? 'Unknown Item';
  const second = from.u8('Reserved');
  const length = from.u16('Item-length');
  const there = ITEM_HEADER + Math.min(length, from.remaining);
  walk.spans?.open(offset, there, name, part?.item.clause);
  walk.spans?.leaf(offset, 1, 'Item-type', type, name);
  const secondName = part?.item.secondByte ?? 'Reserved';
  if (second !== 0) walk.note('RESERVED_NOT_ZERO', `${name}, ${secondName}`, offset + 1);
  walk.spans?.leaf(offset + 1, 1, secondName);
  walk.spans?.leaf(offset + 2, 2, 'Item-length', length);
  return from.within(length, name);
}

function readPart<T>(part: Part<T>, content: Reader, into: Draft<T>, walk: Walk, again: boolean): void {
  if (again && part.again !== undefined) {
    walk.note(part.again, part.item.name, position(content) - ITEM_HEADER);
    skipContent(content, walk);
    return;
  }
  part.read(content, into, walk);
  skipTrailing(content, part.item.name, walk);
}

function keepUnknown<T>(
  content: Reader,
  itemType: number,
  into: Draft<T>,
  walk: Walk,
  key: KeyOf<T, readonly UnknownItem[]> | undefined,
): void {
  walk.note('ITEM_UNKNOWN', `Item ${hexNumber(itemType, 2)}H`, position(content) - ITEM_HEADER);
  const bytes = skipContent(content, walk);
  if (key === undefined) return;
  const lists = into as Record<PropertyKey, UnknownItem[]>;
  (lists[key] ??= []).push({ itemType, content: bytes });
}

function skipContent(content: Reader, walk: Walk): UnknownItem['content'] {
  const offset = position(content);
  const bytes = content.take(content.remaining, 'Content');
  if (bytes.length > 0) walk.spans?.leaf(offset, bytes.length, 'Content');
  return bytes;
}
