/** The Query/Retrieve Information Models: levels, their keys, and the rules of the hierarchy (PS3.4 C.3, C.4, C.6). */
import { StatusError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { tagOf } from '../data/index.ts';
import { STATUS } from '../dict/index.ts';
import { LEVELS as MODEL_LEVELS, UNIQUE_KEY } from '../service/levels.ts';
import type { Level, Model, Query, RetrieveRequest } from '../service/types.ts';
import { isPattern, values } from './matching.ts';

/** From the root down: those of Patient Root, which has them all. */
export const LEVELS: readonly Level[] = MODEL_LEVELS.PATIENT;

/**
 * Attributes that describe a patient, study or series rather than one image (PS3.3 A.1.2, PS3.4 C.6).
 * Everything else is asked at the IMAGE level.
 */
const ATTRIBUTES: Readonly<Record<Exclude<Level, 'IMAGE'>, readonly string[]>> = {
  PATIENT: [
    '00080054 00080056 00100010 00100020 00100021 00100022 00100024 00100030 00100032 00100040 00101000',
    '00101001 00101002 00102160 00104000 00120062 00201200 00201202 00201204 00880130 00880140',
  ],
  STUDY: [
    '00080020 00080030 00080050 00080051 00080061 00080062 00080090 00080096 00080201 0008009C 00081030',
    '00081032 00081048 00081060 00081080 00081110 00101010 00101020 00101030 00102000 00102110 00102180',
    '001021B0 001021C0 00200010 0020000D 00201206 00201208 00321032 00321060',
  ],
  SERIES: [
    '00080021 00080031 00080060 00080064 00080070 00080080 00080081 00081010 00081040 0008103E 0008103F',
    '00081050 00081052 00081070 00081072 00081090 00081111 00081250 00180015 00181000 00181020 00181030',
    '00185100 0020000E 00200011 00200052 00200060 00201040 00201209 00400244 00400245 00400250 00400251',
    '00400253 00400254 00400260 00400275 00400280',
  ],
};

const LEVEL_OF: ReadonlyMap<string, Level> = new Map(
  Object.entries(ATTRIBUTES).flatMap(([level, rows]) =>
    rows.flatMap((row) => row.split(' ').map((tag): [string, Level] => [tag, level as Level])),
  ),
);

/** The unique keys that an identifier gives, by level; a level may be absent. */
export type UniqueKeys = Readonly<Partial<Record<Level, readonly string[]>>>;

/** The level that an attribute belongs to. */
export function levelOf(tag: string): Level {
  return LEVEL_OF.get(tag) ?? 'IMAGE';
}

/** The attributes that describe a patient, study or series. */
export function attributesAt(level: Exclude<Level, 'IMAGE'>): readonly string[] {
  return ATTRIBUTES[level].flatMap((row) => row.split(' '));
}

/** Whether an attribute is known of every entity at this level. */
export function isAnsweredAt(tag: string, level: Level): boolean {
  return LEVELS.indexOf(levelOf(tag)) <= LEVELS.indexOf(level);
}

/**
 * Checks a C-FIND identifier against the hierarchy: one value of the unique key for each level above
 * (PS3.4 C.4.1.3.1.1). A relational query need not give them, and may list them (C.4.1.2.2).
 *
 * @throws StatusError A900 with a sentence of at most 64 characters, the length of Error Comment.
 */
export function findKeys({ model, level, keys, extended }: Query): UniqueKeys {
  const found: Partial<Record<Level, readonly string[]>> = {};
  for (const above of levelsAbove(model, level)) {
    if (!extended?.relational) found[above] = single(keys, above, level);
    else if (given(keys, above).length > 0 && !isPatientPattern(keys, above))
      found[above] = given(keys, above);
  }
  const wanted = given(keys, level);
  if (level !== 'PATIENT' && wanted.length > 0) found[level] = wanted;
  return found;
}

/**
 * The unique keys of a C-GET or C-MOVE identifier: as for C-FIND, and at the asked level one Patient ID
 * or any number of UIDs (PS3.4 C.4.2.2.1, C.4.3.2.1).
 *
 * @throws StatusError A900 as `findKeys`.
 */
export function retrieveKeys(request: RetrieveRequest): UniqueKeys {
  const { level, keys } = request;
  const above = findKeys(request);
  if (level === 'PATIENT') return { PATIENT: single(keys, level, level) };
  const wanted = above[level];
  if (wanted === undefined) throw mismatch(`${UNIQUE_KEY[level]} is missing`);
  if (request.extended?.relational && isPatientPattern(keys, 'PATIENT'))
    throw mismatch('PatientID may not be a pattern here');
  return above;
}

function levelsAbove(model: Model, level: Level): readonly Level[] {
  const levels = MODEL_LEVELS[model];
  const at = levels.indexOf(level);
  if (at < 0) throw mismatch(`this model has no ${level} level`);
  return levels.slice(0, at);
}

function single(keys: DataSet, level: Level, asked: Level): readonly string[] {
  const keyword = UNIQUE_KEY[level];
  const found = given(keys, level);
  if (found.length !== 1) throw mismatch(`level ${asked} needs one ${keyword}`);
  if (isPatientPattern(keys, level)) throw mismatch(`${keyword} may not be a pattern here`);
  return found;
}

function isPatientPattern(keys: DataSet, level: Level): boolean {
  return level === 'PATIENT' && given(keys, level).some((value) => isPattern('LO', value));
}

function given(keys: DataSet, level: Level): readonly string[] {
  const key = keys[tagOf(UNIQUE_KEY[level])];
  return key === undefined ? [] : values(key);
}

function mismatch(comment: string): StatusError {
  return new StatusError(STATUS.identifierDoesNotMatch, comment);
}
