import { expect } from 'vitest';
import type { FieldSpan } from '../../core/pdu/index.ts';

/** The fields follow each other from 0 to `length` without gap or overlap, and so do those inside each of them. */
export function expectTiled(fields: readonly FieldSpan[], length: number): void {
  expect(endOf(fields, 0), 'the end of the last field').toBe(length);
}

function endOf(fields: readonly FieldSpan[], start: number): number {
  let at = start;
  for (const { name, offset, length, children = [] } of fields) {
    if (length < 0) throw new Error(`${name} is ${length} bytes long`);
    if (offset !== at) throw new Error(`${name} begins at ${offset}, not at ${at}`);
    at += length;
    const inner = children.length > 0 ? endOf(children, offset) : at;
    if (inner !== at) throw new Error(`what ${name} holds ends at ${inner}, not at ${at}`);
  }
  return at;
}
