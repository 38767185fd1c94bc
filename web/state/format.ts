/** Values as people read them. What cannot be read as what it should be is shown as it came. */
import type { DataSet, PersonName, Value } from '../../core/data/types.ts';
import { count, formats, t } from '../strings/index.ts';
import { valueTexts } from './attributes.ts';

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB'];

export function bytes(value: number): string {
  let unit = 0;
  let amount = value;
  while (amount >= 999.5 && unit < BYTE_UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  const whole = unit === 0 || amount >= 100;
  const number = whole ? count(Math.round(amount)) : formats().oneDigit.format(amount);
  return `${number} ${BYTE_UNITS[unit]!}`;
}

export function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  if (value < 0.05) return `${Math.max(1, Math.round(milliseconds))} ms`;
  return `${value < 100 ? formats().oneDigit.format(value) : count(Math.round(value))} s`;
}

/** DA (PS3.5 6.2): 20261121 as the reader's language writes it. */
export function date(value: string): string {
  const parts = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(value.trim());
  if (parts === null) return value;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const at = new Date(Date.UTC(year, month - 1, day));
  const real = at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return real ? formats().date.format(at) : value;
}

/** TM (PS3.5 6.2): 140233.5 as 14:02. */
export function time(value: string): string {
  const parts = /^(\d{2}):?(\d{2})?/.exec(value.trim());
  return parts === null ? value : `${parts[1]!}:${parts[2] ?? '00'}`;
}

export function dateTime(dateValue: string, timeValue: string): string {
  return [dateValue === '' ? '' : date(dateValue), timeValue === '' ? '' : time(timeValue)]
    .filter((part) => part !== '')
    .join(' ');
}

/** A name for people, with the groups that other scripts fill beside it. */
export interface DisplayName {
  readonly main: string;
  readonly beside: string;
}

/** PN (PS3.5 6.2.1): `Family, Given Middle`, ideographic and phonetic groups beside. */
export function personName(dataSet: DataSet, tag: string): DisplayName {
  const value = dataSet[tag]?.Value?.[0];
  if (!isPersonName(value)) return { main: valueTexts(dataSet[tag])[0] ?? '', beside: '' };
  const others = [value.Ideographic, value.Phonetic].map((group) => spaced(group ?? '')).filter(Boolean);
  const alphabetic = alphabeticName(value.Alphabetic ?? '');
  if (alphabetic !== '') return { main: alphabetic, beside: others.join(' · ') };
  return { main: others[0] ?? '', beside: others.slice(1).join(' · ') };
}

function isPersonName(value: Value | undefined): value is PersonName {
  return typeof value === 'object' && value !== null;
}

function alphabeticName(group: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group
    .split('^')
    .map((component) => component.trim());
  const fore = [prefix, given, middle].filter(Boolean).join(' ');
  return [family, fore, suffix].filter(Boolean).join(', ');
}

/** Other scripts write the family name first and separate nothing. */
function spaced(group: string): string {
  return group
    .split('^')
    .map((component) => component.trim())
    .filter(Boolean)
    .join(' ');
}

/** `1.2.840…4471`: UIDs differ at their end and are known by their beginning. */
export function shortUid(uid: string): string {
  return uid.length <= 20 ? uid : `${uid.slice(0, 8)}…${uid.slice(-8)}`;
}

/** `18/24 · 12.3 MB · 41 MB/s · 1 s left`; unknown parts are left out. */
export function progressText(progress: {
  readonly done: number;
  readonly total: number | undefined;
  readonly bytes: number;
  readonly bytesPerSecond: number | undefined;
  readonly millisecondsLeft: number | undefined;
}): string {
  const { done, total, bytes: size, bytesPerSecond, millisecondsLeft } = progress;
  const parts = [total === undefined ? count(done) : `${count(done)}/${count(total)}`];
  if (size > 0) parts.push(bytes(size));
  if (bytesPerSecond !== undefined) parts.push(`${bytes(bytesPerSecond)}/s`);
  if (millisecondsLeft !== undefined) parts.push(t.queue.left(seconds(millisecondsLeft)));
  return parts.join(' · ');
}
