/** The UIDs of PS3.6 Annex A. */
import { spaced } from './spaced.ts';
import type { UIDKeyword } from './uids.ts';
import { UIDS } from './uids.ts';

export type { UIDKeyword } from './uids.ts';

/** A row of PS3.6 Table A-1. */
export interface UIDEntry {
  readonly uid: string;
  /** `SOP Class`, `Transfer Syntax`, … as in PS3.6 Table A-1. */
  readonly type: string;
  readonly keyword: string;
  readonly name: string;
  readonly retired: boolean;
}

const DICOM_ROOT = '1.2.840.10008';

let byValue: ReadonlyMap<string, UIDEntry> = readTable(UIDS);

/** UIDs by keyword: `UID.Verification`. */
export const UID: Readonly<Record<UIDKeyword, string>> = byKeyword();

/** Goes by another table of the form of `UIDS`, as the page does, which begins with a short one. */
export function readIdentifiers(table: string): void {
  byValue = readTable(table);
}

/** The entry of a UID; undefined for those the standard does not register. */
export function uid(value: string): UIDEntry | undefined {
  return byValue.get(value);
}

const LONGEST_UID = 64;

/** Whether a text is a UID: numbers without leading zeros between dots, 64 characters at most (PS3.5 9.1). */
export function isUID(text: string): boolean {
  return text.length <= LONGEST_UID && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text);
}

/**
 * Whether a text may stand for a UID that somebody else made: leading zeros and letters are met. It can be written
 * wherever a UID can, and is no path that leads out of a folder; names of devices (`CON`), and names that differ in
 * case alone, are among them.
 */
export function isHarmlessUID(text: string): boolean {
  return text.length <= LONGEST_UID && /^[0-9A-Za-z](?!.*\.\.)[-.0-9A-Z_a-z]*$/.test(text);
}

/** The name of a UID, or the UID itself where it has none. */
export function uidName(value: string): string {
  return byValue.get(value)?.name ?? value;
}

/** All UIDs of one type, in the order of the table. */
export function uidsOfType(type: string): readonly UIDEntry[] {
  return [...byValue.values()].filter((entry) => entry.type === type);
}

function readTable(table: string): Map<string, UIDEntry> {
  const entries = new Map<string, UIDEntry>();
  let type = '';
  for (const line of table.trim().split('\n')) {
    if (line.startsWith('#')) {
      type = line.slice(1);
      continue;
    }
    const entry = readRow(type, line);
    entries.set(entry.uid, entry);
  }
  return entries;
}

function readRow(type: string, line: string): UIDEntry {
  const [value = '', keyword = '', name = '', retired = ''] = line.split('|');
  return {
    uid: value.startsWith('.') ? DICOM_ROOT + value : value,
    type,
    keyword,
    name: name === '' ? spaced(keyword) : name,
    retired: retired === 'Y',
  };
}

function byKeyword(): Record<UIDKeyword, string> {
  const entries = [...byValue.values()].filter((entry) => entry.keyword !== '');
  return Object.fromEntries(entries.map((entry) => [entry.keyword, entry.uid])) as Record<UIDKeyword, string>;
}
