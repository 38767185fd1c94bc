/** Dates to search by: presets that move with the calendar, and their range as a matching key (PS3.4 C.2.2.2.5). */
import { dayFrom } from '../../core/data/date.ts';

export type DatePreset = (typeof DATE_PRESETS)[number];

const DATE_PRESETS = ['any', 'today', 'yesterday', 'tomorrow', '7', '30', 'next7', 'range'] as const;
/** For what was done, and for what is to be done. */
export const PAST_PRESETS = ['any', 'today', 'yesterday', '7', '30', 'range'] as const;
export const COMING_PRESETS = ['any', 'today', 'tomorrow', 'next7', 'range'] as const;

export interface DateRange {
  readonly date: DatePreset;
  /** yyyy-mm-dd, for `range`. */
  readonly from: string;
  readonly to: string;
}

/** First and last day, both counted from today: a week of days with today has six others. */
const SPANS: Partial<Record<DatePreset, readonly [number, number]>> = {
  today: [0, 0],
  yesterday: [-1, -1],
  tomorrow: [1, 1],
  '7': [-6, 0],
  '30': [-29, 0],
  next7: [0, 6],
};

/** The days as DA range, `now` being the person's own day; '' for any. A single day is asked for as itself. */
export function dateKey({ date, from, to }: DateRange, now: Date): string {
  if (date === 'range') return rangeText(day(from), day(to));
  const span = SPANS[date];
  return span === undefined ? '' : rangeText(dayFrom(now, span[0]), dayFrom(now, span[1]));
}

/** Whether no date is asked for. */
export function isAnyDate({ date, from, to }: DateRange): boolean {
  return date === 'any' || (date === 'range' && from === '' && to === '');
}

/** Why the range finds nothing, as a problem to tell; undefined where it can be asked. */
export function isBackwards({ date, from, to }: DateRange): boolean {
  return date === 'range' && from !== '' && to !== '' && from > to;
}

function rangeText(from: string, to: string): string {
  if (from === '' && to === '') return '';
  return from === to ? from : `${from}-${to}`;
}

function day(isoDate: string): string {
  return isoDate.replaceAll('-', '');
}
