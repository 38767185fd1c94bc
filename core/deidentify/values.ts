/** Values that stand for others: dummies by VR, shifted dates (PS3.15 E.1.1, PS3.5 6.2). */
import type { Attribute, Value } from '../data/index.ts';
import { personNameText, vrEntry } from '../data/index.ts';
import type { PersonName } from '../data/index.ts';

/** What stands for a text. */
const REMOVED = 'REMOVED';

const DUMMIES: Readonly<Record<string, Value>> = {
  AS: '000Y',
  DA: '19000101',
  DT: '19000101000000',
  TM: '000000',
  PN: { Alphabetic: REMOVED },
};

/** One value that tells nothing, in the same VR; an attribute without value stays so. */
export function dummyOf({ vr, Value: values, InlineBinary }: Attribute): Attribute {
  const { kind } = vrEntry(vr);
  if (kind === 'bytes') return InlineBinary === undefined ? { vr } : { vr, InlineBinary: 'AAA=' };
  if (values === undefined || values.length === 0) return { vr };
  if (kind === 'number' || kind === 'decimal') return { vr, Value: values.map(() => 0) };
  if (kind === 'tag') return { vr, Value: ['00000000'] };
  return { vr, Value: [DUMMIES[vr] ?? REMOVED] };
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * DA and DT moved by whole days, TM as it is; undefined where a value is no date. Years, or years and months alone,
 * become those of the shifted first day.
 */
export function shifted({ vr, Value: values = [] }: Attribute, days: number): Attribute | undefined {
  if (vr === 'TM') return values.every((value) => isTime(value)) ? { vr, Value: values } : undefined;
  const moved = values.map((value) => (value === null ? null : shiftOne(String(value), days)));
  return moved.includes(undefined) ? undefined : { vr, Value: moved as Value[] };
}

const isTime = (value: Value): boolean => value === null || /^[\d:]{2,8}(\.\d{1,6})?$/.test(String(value));

/** `YYYYMMDD`, of a DT with what follows it; `YYYY.MM.DD` of ACR-NEMA (PS3.5 6.2). */
function shiftOne(text: string, days: number): string | undefined {
  const parts = /^(\d{4})\.?(\d\d)?\.?(\d\d)?([\d.+-]*)$/.exec(text.trim());
  if (parts === null) return undefined;
  const [, year = '', month, day, rest = ''] = parts;
  const from = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  const date = new Date(from + days * DAY);
  if (!(date.getUTCFullYear() >= 0)) return undefined;
  const digits = date.toISOString().slice(0, 10).replaceAll('-', '');
  return digits.slice(0, day !== undefined ? 8 : month !== undefined ? 6 : 4) + rest;
}

/** Longest text of a value that is shown. */
const SHOWN = 200;

/** An attribute in one line, for people. */
export function shownValue({ vr, Value: values, InlineBinary }: Attribute): string {
  if (InlineBinary !== undefined) return `${Math.floor((InlineBinary.length * 3) / 4)} bytes`;
  if (values === undefined) return '';
  if (vr === 'SQ') return values.length === 1 ? '1 item' : `${values.length} items`;
  const text = values.map(shownOne).join('\\');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function shownOne(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? personNameText(value as PersonName) : String(value);
}
