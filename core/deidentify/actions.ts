/** From the rows of Table E.1-1 to what happens to an attribute (PS3.15 E.1.1, E.3). */
import type { Attribute } from '../data/index.ts';
import { attribute, isPrivate } from '../dict/index.ts';
import { PROFILE } from './profile.ts';

/** What becomes of dates and times (PS3.15 E.3.6): no option, modified dates, full dates. */
export type Dates = 'remove' | 'shift' | 'keep';

/** Options of the profile that weaken it (PS3.15 E.3); none by default. */
export interface DeidentifyOptions {
  /** Retain Device Identity Option (E.3.8). */
  readonly retainDevice?: boolean;
  /** Retain Institution Identity Option (E.3.11). */
  readonly retainInstitution?: boolean;
  /** Retain UIDs Option (E.3.9): the copies collide with their originals wherever both are stored. */
  readonly retainUIDs?: boolean;
  /** Retain Patient Characteristics Option (E.3.7): age, sex, size, weight and the like. */
  readonly retainPatientCharacteristics?: boolean;
  /** Retain Longitudinal Temporal Information Options (E.3.6): all dates of a batch shifted alike, or kept. */
  readonly dates?: Dates;
}

/** What is done to one attribute. `uid`: each UID replaced; of a sequence, those of its items. */
export type Fate = 'keep' | 'remove' | 'empty' | 'dummy' | 'uid' | 'shift';

/** A row of Table E.1-1. */
interface Row {
  readonly fate: Fate;
  /** The options that keep it: letters of `PROFILE`. */
  readonly options: string;
}

/**
 * Of a compound action the last one: it meets the strictest type that an IOD can give the attribute, and none of
 * them keeps a value.
 */
const FATES: Readonly<Record<string, Fate>> = { X: 'remove', Z: 'empty', D: 'dummy', U: 'uid', 'U*': 'uid' };

/**
 * Attributes that the table lacks and that hold what its rows hide: UIDs that name what others in it name, so that they
 * lead back to the originals or nowhere; dates of birth and death in another calendar, comments on a step, the title of
 * a document. (The table asks to look beyond itself: PS3.15 E.1.1, notes 1 and 4.) Lines as in `PROFILE`.
 */
const UNLISTED = `
00081167|U|u
00083012|U|u
00100033|X
00100034|X
0018991E|U|u
00200242|U|u
00209312|U|u
00209313|U|u
00280304|U|u
00400400|X
0040A021|U|u
0040A022|U|u
0040E011|U|u
0040E030|U|u
0040E031|U|u
00420010|Z
00440102|U|u
00440108|U|u
0070031B|U|u
00701209|U|u
00701904|U|u
300A0675|U|u
`;

/** Command, meta information and directory elements have no place in a data set (PS3.5 7.1). */
const FOREIGN_GROUP = /^000[0246]/;
/** Retired curves, and overlays: rows and positions without the data are of no use, so that whole groups go. */
const GRAPHICS = /^(50|60)/;
const DATE_VRS: ReadonlySet<string> = new Set(['DA', 'DT', 'TM']);

let index: ReadonlyMap<string, Row> | undefined;

/** The row of a tag in Table E.1-1; undefined where it has none. */
export function rowOf(tag: string): Row | undefined {
  index ??= readProfile();
  return index.get(tag) ?? index.get(`${tag.slice(0, 2)}xx${tag.slice(4)}`);
}

function readProfile(): ReadonlyMap<string, Row> {
  const lines = (PROFILE + UNLISTED).split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [tag = '', action = '', options = ''] = line.split('|');
      return [tag, { fate: FATES[action.split('/').at(-1)!]!, options }];
    }),
  );
}

/**
 * What happens to an attribute of any level under these options. Nothing in UN is kept: what could not be read may hold
 * anything, a sequence, say, whose sender did not know it.
 */
export function fateOf(tag: string, { vr }: Attribute, options: DeidentifyOptions): Fate {
  if (goesWhole(tag)) return 'remove';
  const row = rowOf(tag);
  if (row === undefined) return unlisted(vr, options);
  if (isRetained(row, options)) return vr === 'UN' ? 'remove' : 'keep';
  const shifts = row.options.includes('t') && options.dates === 'shift' && DATE_VRS.has(vr);
  return shifts ? 'shift' : row.fate;
}

/** Whether a tag goes whatever it holds and whatever is chosen: such values need not even be read. */
export function goesWhole(tag: string): boolean {
  if (isPrivate(tag) || FOREIGN_GROUP.test(tag) || GRAPHICS.test(tag)) return true;
  return rowOf(tag) === undefined && attribute(tag) === undefined;
}

/** Dates and names of persons that the table does not list are treated as if it did (PS3.15 E.1.1, note 4). */
function unlisted(vr: string, { dates = 'remove' }: DeidentifyOptions): Fate {
  if (vr === 'UN') return 'remove';
  if (vr === 'PN') return 'dummy';
  if (!DATE_VRS.has(vr)) return 'keep';
  return dates === 'remove' ? 'dummy' : dates;
}

function isRetained({ options: letters }: Row, options: DeidentifyOptions): boolean {
  return (
    (letters.includes('u') && options.retainUIDs === true) ||
    (letters.includes('d') && options.retainDevice === true) ||
    (letters.includes('i') && options.retainInstitution === true) ||
    (letters.includes('p') && options.retainPatientCharacteristics === true) ||
    (letters.includes('t') && options.dates === 'keep')
  );
}
