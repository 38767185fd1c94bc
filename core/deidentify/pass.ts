/** One way through a data set: what the profile says is done to each attribute of every level (PS3.15 E.1.1). */
import type { Attribute, DataSet, Value } from '../data/index.ts';
import { text } from '../data/index.ts';
import type { DeidentifyOptions } from './actions.ts';
import { fateOf } from './actions.ts';
import type { Replacements } from './batch.ts';
import { dummyOf, shifted, shownValue } from './values.ts';

/** What was done to one attribute. `before` and `after` are for people, and cut short where they are long. */
export interface AttributeChange {
  /** `00100010`, `00081140[0].00081155`. */
  readonly path: string;
  readonly vr: string;
  readonly kind: 'removed' | 'emptied' | 'replaced' | 'added';
  readonly before: string;
  readonly after: string;
}

const CHARACTER_SET = '00080005';
const PATIENT_NAME = '00100010';
const PATIENT_ID = '00100020';

/** VRs of numbers and terms that give a content its form: where all else of it becomes dummies, they stay. */
const FORM: ReadonlySet<string> = new Set(['AT', 'CS', 'SL', 'SS', 'SV', 'UL', 'US', 'UV']);

/** Does it to one data set and keeps what it did. */
export class Pass {
  readonly changes: AttributeChange[] = [];
  readonly #options: DeidentifyOptions;
  readonly #replacements: Replacements;

  constructor(options: DeidentifyOptions, replacements: Replacements) {
    this.#options = options;
    this.#replacements = replacements;
  }

  /**
   * The level as it goes on. `dummies`: the profile wants a dummy for the sequence around it, and what is done to a
   * sequence is done to all it holds. Character sets are left out: they are told anew for the whole data set.
   */
  level(level: DataSet, prefix = '', dummies = false): DataSet {
    const clean: Record<string, Attribute> = {};
    for (const [tag, attribute] of Object.entries(level)) {
      if (tag === CHARACTER_SET) continue; // told anew for the whole data set
      const path = prefix + tag;
      const after =
        attribute.vr === 'SQ'
          ? this.#sequence(tag, attribute, path, dummies)
          : this.#value(tag, attribute, path, dummies, level);
      if (after !== undefined) clean[tag] = after;
    }
    return clean;
  }

  /** What the data set holds now and did not hold, or held otherwise, when this pass was through with it. */
  added(before: DataSet, after: DataSet): AttributeChange[] {
    const told = new Set(this.changes.map(({ path }) => path));
    return Object.keys(after)
      .filter((tag) => !told.has(tag) && !isSame(before[tag], after[tag]) && before[tag]?.vr !== 'SQ')
      .map((tag) => changeOf(tag, before[tag], after[tag]));
  }

  #sequence(tag: string, attribute: Attribute, path: string, dummies: boolean): Attribute | undefined {
    const fate = fateOf(tag, attribute, this.#options);
    if (fate === 'remove') return this.#tell(path, attribute, undefined);
    if (attribute.Value === undefined) return attribute;
    if (fate === 'empty') return this.#tell(path, attribute, { vr: 'SQ' });
    const within = dummies || fate === 'dummy';
    const items = attribute.Value.map((item, i) => this.level(item as DataSet, `${path}[${i}].`, within));
    return { vr: 'SQ', Value: items };
  }

  #value(tag: string, attribute: Attribute, path: string, dummies: boolean, level: DataSet) {
    const after = this.#replaced(tag, attribute, dummies, level);
    return isSame(attribute, after) ? attribute : this.#tell(path, attribute, after);
  }

  #replaced(tag: string, attribute: Attribute, dummies: boolean, level: DataSet): Attribute | undefined {
    const fate = fateOf(tag, attribute, this.#options);
    if (fate === 'remove') return undefined;
    if (tag === PATIENT_NAME || tag === PATIENT_ID) return this.#patient(attribute, level);
    if (fate === 'empty') return { vr: attribute.vr };
    if (fate === 'uid' || (fate === 'dummy' && attribute.vr === 'UI')) return this.#uids(attribute);
    if (fate === 'dummy') return dummyOf(attribute);
    if (!dummies)
      return fate === 'keep'
        ? attribute
        : (shifted(attribute, this.#replacements.days) ?? dummyOf(attribute));
    if (attribute.vr === 'UI') return this.#options.retainUIDs ? attribute : this.#uids(attribute);
    return FORM.has(attribute.vr) ? attribute : dummyOf(attribute);
  }

  /** Both get the same word: a name that stays empty (Z) would leave lists of patients without anything to read. */
  #patient(attribute: Attribute, level: DataSet): Attribute {
    if (attribute.Value === undefined) return { vr: attribute.vr };
    const word = this.#replacements.patient(text(level, PATIENT_ID) || text(level, PATIENT_NAME));
    return { vr: attribute.vr, Value: [attribute.vr === 'PN' ? { Alphabetic: word } : word] };
  }

  #uids({ vr, Value: values }: Attribute): Attribute | undefined {
    if (vr !== 'UI') return undefined;
    if (values === undefined) return { vr };
    const replaced = values.map((value): Value => value && this.#replacements.uid(String(value)));
    return { vr, Value: replaced };
  }

  #tell<A extends Attribute | undefined>(path: string, before: Attribute, after: A): A {
    this.changes.push(changeOf(path, before, after));
    return after;
  }
}

function isSame(before: Attribute | undefined, after: Attribute | undefined): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}

function changeOf(
  path: string,
  before: Attribute | undefined,
  after: Attribute | undefined,
): AttributeChange {
  const texts = { before: before ? shownValue(before) : '', after: after ? shownValue(after) : '' };
  const vr = (before ?? after)?.vr ?? '';
  if (before === undefined) return { path, vr, kind: 'added', ...texts };
  if (after === undefined) return { path, vr, kind: 'removed', ...texts };
  return { path, vr, kind: texts.after === '' ? 'emptied' : 'replaced', ...texts };
}
