/** Text whose character sets change at escape sequences (ISO 2022, PS3.5 6.1.2.5). */
import type { Bytes } from '../bytes/index.ts';
import { fromLatin1, toLatin1 } from '../bytes/index.ts';
import type { GraphicSet } from './graphic-sets.ts';
import { GB18030, JIS_X_0208, JIS_X_0212, KS_X_1001, SINGLE_BYTE } from './graphic-sets.ts';

/** What the lower (G0) and the upper half (G1) of the code table mean; undefined: ASCII in G0, unknown in G1. */
export interface Designated {
  readonly g0: GraphicSet | undefined;
  readonly g1: GraphicSet | undefined;
}

interface Escape {
  readonly sequence: Bytes;
  readonly half: keyof Designated;
  readonly set: GraphicSet | undefined;
}

const ESC = 0x1b;
/** TAB, LF, FF and CR. */
const RESETS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d]);

/** PS3.3 Tables C.12-3 and C.12-4: the registration, its half, and what stands behind ESC. */
const TABLE: readonly (readonly [string, keyof Designated, string, GraphicSet | undefined])[] = [
  ['6', 'g0', '(B', undefined],
  ['14', 'g0', '(J', undefined],
  ['100', 'g1', '-A', SINGLE_BYTE.get('100')],
  ['101', 'g1', '-B', SINGLE_BYTE.get('101')],
  ['109', 'g1', '-C', SINGLE_BYTE.get('109')],
  ['110', 'g1', '-D', SINGLE_BYTE.get('110')],
  ['144', 'g1', '-L', SINGLE_BYTE.get('144')],
  ['127', 'g1', '-G', SINGLE_BYTE.get('127')],
  ['126', 'g1', '-F', SINGLE_BYTE.get('126')],
  ['138', 'g1', '-H', SINGLE_BYTE.get('138')],
  ['148', 'g1', '-M', SINGLE_BYTE.get('148')],
  ['203', 'g1', '-b', SINGLE_BYTE.get('203')],
  ['13', 'g1', ')I', SINGLE_BYTE.get('13')],
  ['166', 'g1', '-T', SINGLE_BYTE.get('166')],
  ['87', 'g0', '$B', JIS_X_0208],
  ['159', 'g0', '$(D', JIS_X_0212],
  ['149', 'g1', '$)C', KS_X_1001],
  ['58', 'g1', '$)A', GB18030],
];

const ESCAPES: readonly Escape[] = TABLE.map(([, half, rest, set]) => ({
  sequence: fromLatin1(`\x1b${rest}`),
  half,
  set,
}));
/** The sets that may stand in G1, by registration. */
export const UPPER: ReadonlyMap<string, GraphicSet> = new Map(
  TABLE.flatMap(([number, half, , set]) => (half === 'g1' && set !== undefined ? [[number, set]] : [])),
);
/** Registrations that text may change to. */
export const REGISTERED: ReadonlySet<string> = new Set(TABLE.map(([number]) => number));

/**
 * Reads text that begins with `initial`, and is back there behind TAB, LF, FF, CR and each of `delimiters`
 * (PS3.5 6.1.2.5.3). Sets are taken from their escape sequences, whether (0008,0005) names them or not; unknown
 * sequences stay as they are. Bytes above 7FH without a set become one character each.
 */
export function decodeISO2022(bytes: Bytes, initial: Designated, delimiters: string): string {
  let active = initial;
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const escape = bytes[at] === ESC ? escapeAt(bytes, at) : undefined;
    if (escape === undefined) {
      const half = halfOf(bytes[at]!, active);
      const end = runEnd(bytes, at, active, delimiters);
      text += decodeRun(bytes.subarray(at, end), half, active);
      if (half === 'ascii' && isReset(bytes[end - 1]!, delimiters)) active = initial;
      at = end;
    } else {
      active = { ...active, [escape.half]: escape.set };
      at += escape.sequence.length;
    }
  }
  return text;
}

function escapeAt(bytes: Bytes, at: number): Escape | undefined {
  return ESCAPES.find(({ sequence }) => sequence.every((byte, i) => bytes[at + i] === byte));
}

/** Control characters and space are themselves in every set of pairs. */
function halfOf(byte: number, { g0 }: Designated): 'ascii' | 'g0' | 'g1' {
  if (byte > 0x7f) return 'g1';
  return g0 !== undefined && byte > 0x20 && byte < 0x7f ? 'g0' : 'ascii';
}

/** Bytes of one half, up to the next escape sequence; one that resets ends its run. */
function runEnd(bytes: Bytes, start: number, active: Designated, delimiters: string): number {
  const half = halfOf(bytes[start]!, active);
  for (let end = start + 1; end < bytes.length; end++) {
    const byte = bytes[end]!;
    if (byte === ESC || halfOf(byte, active) !== half) return end;
    if (half === 'ascii' && isReset(bytes[end - 1]!, delimiters)) return end;
  }
  return bytes.length;
}

function decodeRun(run: Bytes, half: 'ascii' | 'g0' | 'g1', active: Designated): string {
  const set = half === 'ascii' ? undefined : active[half];
  return set === undefined ? toLatin1(run) : set.decode(run);
}

function isReset(byte: number, delimiters: string): boolean {
  return byte < 0x20 ? RESETS.has(byte) : delimiters.includes(String.fromCharCode(byte));
}
