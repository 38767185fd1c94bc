/** `-v`: what happens, a line an event on stderr. Values of data sets are never part of it. */
import { hexNumber } from '../../core/bytes/index.ts';
import type { SinkEvent } from '../../core/bytes/index.ts';
import { printable } from './output.ts';

const ENVELOPE = new Set(['time', 'association', 'parent', 'layer', 'type', 'direction']);
const ARROWS = { sent: '->', received: '<-' } as const;

export function printEvent(event: SinkEvent): void {
  const time = new Date(event.time).toISOString().slice(11, 23);
  const from = event.parent === undefined ? '' : `<#${event.parent}`;
  const arrow = event.direction === undefined ? '  ' : ARROWS[event.direction];
  const fields = Object.entries(event)
    .filter(([key]) => !ENVELOPE.has(key))
    .map(([key, value]) => field(key, value))
    .filter((text) => text !== '');
  const words = [time, `#${event.association}${from}`, arrow, event.layer, event.type, ...fields];
  process.stderr.write(`${printable(words.join(' '))}\n`);
}

/** Numbers and words as they are, bytes by their number, what is inside a group or list one level deep. */
function field(key: string, value: unknown): string {
  if (isPlain(value)) return `${key}=${value}`;
  if (value instanceof Uint8Array) return `${key}=${value.length}`;
  if (Array.isArray(value)) return value.map((item) => inner(item)).join(' ');
  return inner(value);
}

function inner(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const fields = Object.entries(value).filter(([, each]) => isPlain(each));
  return fields
    .map(([key, each]) => `${key}=${key === 'Status' ? hexNumber(Number(each), 4) : String(each)}`)
    .join(' ');
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
