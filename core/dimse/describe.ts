import type { Bytes } from '../bytes/index.ts';
import { hexNumber } from '../bytes/index.ts';
import { statusOf, statusText, uid } from '../dict/index.ts';
import type { Operation } from '../dict/index.ts';
import type { FieldSpan } from '../pdu/index.ts';
import { SpanRecorder } from '../pdu/walk.ts';
import { commandValue } from './command-set.ts';
import { COMMANDS, NO_DATA_SET, PRIORITY } from './commands.ts';
import type { CommandElement, CommandKeyword } from './elements.ts';
import { commandElement } from './elements.ts';

/** Tag and length, Implicit VR Little Endian (PS3.5 7.1.3). */
const ELEMENT_HEADER = 8;

/** What a value of some elements stands for. */
const MEANINGS: Readonly<Partial<Record<CommandKeyword, (value: number, operation?: Operation) => string>>> =
  {
    CommandField: (value) => COMMANDS.get(value)?.name ?? 'no message has it',
    CommandDataSetType: (value) => (value === NO_DATA_SET ? 'no data set' : 'a data set follows'),
    Priority: (value) =>
      Object.entries(PRIORITY).find(([, one]) => one === value)?.[0] ?? 'none of the three',
    Status: (value, operation) => (operation ? statusOf(operation, value).name : statusText(value)),
  };

/**
 * The elements of a command set where they lie (PS3.7 6.3, E.1), as `describe` of core/pdu does for PDUs: the spans cover
 * any bytes without gap or overlap, and what cannot be read says so. A Status is explained as that of `operation`.
 */
export function describeCommandSet(bytes: Bytes, operation?: Operation): FieldSpan[] {
  const spans = new SpanRecorder(bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + ELEMENT_HEADER <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (length > bytes.length - at - ELEMENT_HEADER) break;
    const group = view.getUint16(at, true);
    const number = view.getUint16(at + 2, true);
    const tag = `(${hexNumber(group, 4)},${hexNumber(number, 4)})`;
    const known = group === 0 ? commandElement(number) : undefined;
    spans.open(at, ELEMENT_HEADER + length, known?.keyword ?? tag, 'PS3.7 E.1');
    spans.leaf(at, 4, 'Tag', tag);
    spans.leaf(at + 4, 4, 'Length', length);
    const valueAt = at + ELEMENT_HEADER;
    if (length > 0)
      describeValue(spans, valueAt, bytes.subarray(valueAt, valueAt + length), known, operation);
    spans.close();
    at = valueAt + length;
  }
  spans.giveUp('cut off in an element');
  return spans.roots;
}

function describeValue(
  spans: SpanRecorder,
  offset: number,
  bytes: Bytes,
  known: CommandElement | undefined,
  operation: Operation | undefined,
): void {
  const value = known && commandValue(known.vr, bytes);
  if (known === undefined || value === undefined) return spans.leaf(offset, bytes.length, 'Value');
  const tags = typeof value === 'object' ? value.map((tag) => hexNumber(tag, 8)).join(', ') : undefined;
  const shown = tags ?? (value as string | number);
  spans.leaf(offset, bytes.length, `Value (${known.vr})`, shown, meaningOf(known, shown, operation));
}

function meaningOf(
  { keyword, vr }: CommandElement,
  value: string | number,
  operation: Operation | undefined,
): string | undefined {
  if (typeof value === 'number') return MEANINGS[keyword]?.(value, operation);
  return vr === 'UI' ? uid(value)?.name : undefined;
}
