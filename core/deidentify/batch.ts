/** What stands for whom within one batch: in memory only, and gone with it (PS3.15 E.1.1, notes on consistency). */
import { randomUID } from '../data/index.ts';
import { uid } from '../dict/index.ts';

/** Ten years: enough to hide a date, few enough that ages and devices stay plausible. */
const MOST_DAYS = 3650n;

/** Replacements that have nothing to do with what they replace but that equal ones are replaced alike. */
export class Replacements {
  readonly #uids = new Map<string, string>();
  readonly #patients = new Map<string, string>();
  /** Days, always into the past: dates in the future are refused by some servers. */
  readonly days: number = -(1 + Number(random64() % MOST_DAYS));

  /** The new UID; those that the standard registers name no instance and stay. */
  uid(old: string): string {
    return uid(old) === undefined ? known(this.#uids, old, randomUID) : old;
  }

  /** A name and ID for a patient: archives merge patients of one ID, so that no two ever sent to one may share it. */
  patient(old: string): string {
    return known(this.#patients, old, () => `ANON-${letters(random64())}`);
  }
}

function known(map: Map<string, string>, old: string, make: () => string): string {
  const found = map.get(old);
  if (found !== undefined) return found;
  const made = make();
  map.set(old, made);
  return made;
}

function random64(): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return new DataView(bytes.buffer).getBigUint64(0);
}

const letters = (value: bigint): string => value.toString(36).toUpperCase().padStart(13, '0');
