/** What bytes above 7FH, or pairs of bytes, mean in the sets that PS3.3 C.12.1.1.2 names. */
import type { Bytes } from '../bytes/index.ts';
import { concat, toLatin1 } from '../bytes/index.ts';

/** A set of characters beyond ASCII. Bytes below 80H are ASCII in all of them. */
export interface GraphicSet {
  /** Bytes that mean nothing become U+FFFD. */
  decode(bytes: Bytes): string;
  /** Undefined where a character is not in the set. */
  encode(text: string): Bytes | undefined;
}

/** Made at first use: most processes never see most sets. */
function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const range = (from: number, to: number): Bytes =>
  Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i);
const UNDEFINED = '\uFFFD';
/** What ICU gives for bytes that the tables of browsers leave undefined. */
const PRIVATE_USE = /[\uE000-\uF8FF]/g;

/** ISO_IR 100. Not by TextDecoder: its `latin1` means windows-1252 in browsers. */
export const LATIN1: GraphicSet = {
  decode: toLatin1,
  encode: (text) => singleBytes(text, () => undefined, 0xff),
};

/**
 * A set of one byte a character, from the characters of A0H to FFH. Below them lie control characters, whatever a
 * platform's table has there (ISO 2022; in `iso-8859-9` browsers find those of windows-1254).
 */
function upperHalf(characters: () => string): GraphicSet {
  const upper = lazy(() => toLatin1(range(0x80, 0x9f)) + characters());
  const codes = lazy(() => codesOf(Array.from(upper()), (i) => i + 0x80));
  return {
    decode: (bytes) => {
      let text = '';
      for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : upper()[byte - 0x80]!;
      return text;
    },
    encode: (text) => singleBytes(text, (character) => codes().get(character), 0x7f),
  };
}

function codesOf(characters: readonly string[], code: (i: number) => number): Map<string, number> {
  const codes = new Map<string, number>();
  characters.forEach((character, i) => {
    if (character !== UNDEFINED && !codes.has(character)) codes.set(character, code(i));
  });
  return codes;
}

function singleBytes(
  text: string,
  codeOf: (character: string) => number | undefined,
  last: number,
): Bytes | undefined {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const code = unit <= last ? unit : codeOf(text[i]!);
    if (code === undefined) return undefined;
    out[i] = code;
  }
  return out;
}

const platform = (label: string): GraphicSet =>
  upperHalf(() => new TextDecoder(label).decode(range(0xa0, 0xff)).replace(PRIVATE_USE, UNDEFINED));

/** JIS X 0201: katakana from A1H to DFH. In its lower half yen and overline, which are read as the ASCII they stand for. */
const KATAKANA = upperHalf(
  () =>
    UNDEFINED +
    String.fromCharCode(...Array.from({ length: 63 }, (_, i) => 0xff61 + i)) +
    UNDEFINED.repeat(32),
);

/** Single-byte sets by the number of their registration (PS3.3 Tables C.12-2 and C.12-3). */
export const SINGLE_BYTE: ReadonlyMap<string, GraphicSet> = new Map([
  ['100', LATIN1],
  ['101', platform('iso-8859-2')],
  ['109', platform('iso-8859-3')],
  ['110', platform('iso-8859-4')],
  ['144', platform('iso-8859-5')],
  ['127', platform('iso-8859-6')],
  ['126', platform('iso-8859-7')],
  ['138', platform('iso-8859-8')],
  ['148', platform('iso-8859-9')],
  ['203', platform('iso-8859-15')],
  ['13', KATAKANA],
  ['166', platform('windows-874')],
]);

/** GB18030, of which GBK and GB 2312 are parts: in bytes above 7FH all three agree. */
const gb18030 = lazy(() => new TextDecoder('gb18030'));
const twoByteCodes = lazy(() => {
  const pairs = Array.from(range(0x81, 0xfe)).flatMap((lead) =>
    Array.from(range(0x40, 0xfe)).flatMap((trail) => (trail === 0x7f ? [] : [[lead, trail] as const])),
  );
  const characters = pairs.map((pair) => gb18030().decode(Uint8Array.from(pair)));
  return codesOf(characters, (i) => (pairs[i]![0] << 8) | pairs[i]![1]);
});

/** Written in one and two bytes a character: what takes four is beyond us. */
export const GB18030: GraphicSet = {
  decode: (bytes) => gb18030().decode(bytes),
  encode: (text) => {
    const out: number[] = [];
    for (const character of text) {
      if (character <= '\x7f') out.push(character.charCodeAt(0));
      else {
        const code = twoByteCodes().get(character);
        if (code === undefined) return undefined;
        out.push(code >> 8, code & 0xff);
      }
    }
    return Uint8Array.from(out);
  },
};

const eucKr = lazy(() => new TextDecoder('euc-kr'));
const eucJp = lazy(() => new TextDecoder('euc-jp'));
const readOnly = (decode: (bytes: Bytes) => string): GraphicSet => ({ decode, encode: () => undefined });

/** KS X 1001 in pairs above A0H. */
export const KS_X_1001: GraphicSet = readOnly((bytes) => eucKr().decode(bytes));
/** JIS X 0208 in pairs below 80H: EUC-JP has them above. */
export const JIS_X_0208: GraphicSet = readOnly((bytes) => eucJp().decode(bytes.map((byte) => byte | 0x80)));
/** JIS X 0212 in pairs below 80H, which EUC-JP has above, each behind 8FH. */
export const JIS_X_0212: GraphicSet = readOnly((bytes) => {
  const triples: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += 2) {
    triples.push(
      Uint8Array.of(0x8f),
      bytes.subarray(i, i + 2).map((byte) => byte | 0x80),
    );
  }
  return eucJp().decode(concat(triples));
});
