/** What the archive knows of an entity, and the response identifier made of it (PS3.4 C.4.1.1.3.2). */
import type { Attribute, DataSet, Value } from '../data/index.ts';
import type { KeptInstance } from '../file/index.ts';
import type { ExtendedBehavior, Level, Query } from '../service/types.ts';
import { isAnsweredAt, LEVELS } from './levels.ts';
import { items, matcher, values } from './matching.ts';
import type { Entity } from './tree.ts';

/** An attribute that no header holds: computed from the entity at `level`. */
interface Computed {
  readonly level: Level;
  readonly vr: string;
  of(entity: Entity): Value[];
}

const COMPUTED: Readonly<Record<string, Computed>> = {
  // Instance Availability, Available Transfer Syntax UID
  '00080056': { level: 'PATIENT', vr: 'CS', of: () => ['ONLINE'] },
  '00083002': { level: 'IMAGE', vr: 'UI', of: (entity) => instances(entity, (one) => one.transferSyntaxUID) },
  // SOP Class UID, SOP Instance UID: by these names the instance is kept
  '00080016': { level: 'IMAGE', vr: 'UI', of: (entity) => instances(entity, (one) => one.sopClassUID) },
  '00080018': { level: 'IMAGE', vr: 'UI', of: (entity) => instances(entity, (one) => one.sopInstanceUID) },
  // Modalities in Study, SOP Classes in Study
  '00080061': { level: 'STUDY', vr: 'CS', of: modalities },
  '00080062': { level: 'STUDY', vr: 'UI', of: (entity) => instances(entity, (one) => one.sopClassUID) },
  // Number of Patient Related Studies, Series, Instances
  '00201200': { level: 'PATIENT', vr: 'IS', of: (entity) => [count(entity, 'STUDY')] },
  '00201202': { level: 'PATIENT', vr: 'IS', of: (entity) => [count(entity, 'SERIES')] },
  '00201204': { level: 'PATIENT', vr: 'IS', of: (entity) => [count(entity, 'IMAGE')] },
  // Number of Study Related Series, Instances; of Series Related Instances
  '00201206': { level: 'STUDY', vr: 'IS', of: (entity) => [count(entity, 'SERIES')] },
  '00201208': { level: 'STUDY', vr: 'IS', of: (entity) => [count(entity, 'IMAGE')] },
  '00201209': { level: 'SERIES', vr: 'IS', of: (entity) => [count(entity, 'IMAGE')] },
};

const MODALITY = '00080060';

/** Never matched, and written by the response itself: character set, level, retrieve AE title. */
const WRITTEN: ReadonlySet<string> = new Set(['00080005', '00080052', '00080054']);

/** Whether a key is matched at all: group lengths are no attributes. */
export function isMatched(tag: string, level: Level): boolean {
  return !WRITTEN.has(tag) && !tag.endsWith('0000') && isAnsweredAt(tag, level);
}

/** The attribute of an entity, from its level or one above; `undefined` where it is not known. */
export function attributeOf(entity: Entity, tag: string): Attribute | undefined {
  const computed = COMPUTED[tag];
  if (computed === undefined) return entity.attribute(tag);
  const owner = entity.at(computed.level);
  return owner === undefined ? undefined : { vr: computed.vr, Value: computed.of(owner) };
}

/**
 * A match: the asked keys, empty where they are not known, with Query/Retrieve Level, and with Specific
 * Character Set where a value needs one.
 */
export function answer(entity: Entity, query: Query): DataSet {
  const match: Record<string, Attribute> = {};
  for (const [tag, key] of Object.entries(query.keys)) {
    if (WRITTEN.has(tag) || tag.endsWith('0000')) continue;
    const known = isAnsweredAt(tag, query.level) ? attributeOf(entity, tag) : undefined;
    match[tag] = known === undefined ? { vr: key.vr } : requested(key, known, query.extended);
  }
  match['00080052'] = { vr: 'CS', Value: [query.level] };
  if (needsCharacterSet(match)) match['00080005'] = { vr: 'CS', Value: ['ISO_IR 192'] };
  return match;
}

/** Of a sequence the matching items with the asked attributes, all attributes where no item asks (PS3.4 C.2.2.2.6). */
export function requested(key: Attribute, known: Attribute, how: ExtendedBehavior = {}): Attribute {
  const wanted = Object.entries(items(key)[0] ?? {});
  if (wanted.length === 0) return known;
  const pick = (item: DataSet): DataSet =>
    Object.fromEntries(
      wanted.map(([tag, inner]) => [
        tag,
        item[tag] === undefined ? { vr: inner.vr } : requested(inner, item[tag], how),
      ]),
    );
  const passes = matcher(key, how) ?? ((): boolean => true);
  const matching = items(known).filter((item) => passes({ vr: 'SQ', Value: [item] }));
  return { vr: known.vr, Value: matching.map(pick) };
}

/** Anything beyond ASCII is answered in UTF-8, whatever set it was stored in (PS3.5 6.1). */
function needsCharacterSet(match: DataSet): boolean {
  return /\P{ASCII}/u.test(JSON.stringify(match));
}

/** Children are counted at the level above: no instance need be visited. */
function count(entity: Entity, level: Level): number {
  const above = LEVELS[LEVELS.indexOf(level) - 1]!; // nobody counts patients
  let total = 0;
  for (const parent of entity.below(above)) total += parent.size;
  return total;
}

function modalities(study: Entity): string[] {
  const series = [...study.below('SERIES')];
  return distinct(series.map((one) => values(one.attribute(MODALITY) ?? { vr: 'CS' })[0] ?? ''));
}

function instances(entity: Entity, of: (instance: KeptInstance) => string): string[] {
  return distinct([...entity.instances()].map(of));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '');
}
