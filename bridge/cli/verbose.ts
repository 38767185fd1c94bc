/** `-v`: what happens, a line an event on stderr. Values of data sets are never part of it. */
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

/** Numbers and words as they are, bytes by their number; anything deeper is left out. */
function field(key: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return `${key}=${value}`;
  }
  if (value instanceof Uint8Array) return `${key}=${value.length}`;
  if (Array.isArray(value) && value.length > 0) return `${key}=[${value.length}]`;
  return '';
}
