/** Values of many megabytes, all padding: an identifier may be as long (`limits.identifier`), and anybody may send one. */
import { expect, test } from 'vitest';
import { concat, fromLatin1 } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { readDataSet } from '../../core/data/index.ts';
import { dumpDataSet } from '../../core/inspect/text/data-set-dump.ts';

const IMPLICIT = '1.2.840.10008.1.2';
/** At a second for each 40 kB, as it was by a pattern, hours. */
const LENGTH = 8 << 20;

function element(tag: readonly number[], value: Bytes): Bytes {
  const header = new Uint8Array([...tag, 0, 0, 0, 0]);
  new DataView(header.buffer).setUint32(4, value.length, true);
  return concat([header, value]);
}

test.each([
  ['PN', [0x10, 0x00, 0x10, 0x00]],
  ['LO', [0x10, 0x00, 0x20, 0x00]],
  ['DA', [0x10, 0x00, 0x30, 0x00]],
  ['IS', [0x20, 0x00, 0x13, 0x00]],
  ['DS', [0x18, 0x00, 0x50, 0x00]],
  ['UI', [0x20, 0x00, 0x0d, 0x00]],
  ['LT', [0x10, 0x00, 0x00, 0x40]],
])('spaces inside a value of %s are read, and printed, in no time', (vr, tag) => {
  const value = concat([fromLatin1('1'), new Uint8Array(LENGTH).fill(0x20), fromLatin1('1')]);
  const bytes = element(tag, value);
  const [attribute] = Object.values(readDataSet(bytes, IMPLICIT));
  expect(attribute?.vr).toBe(vr);
  const around = JSON.stringify(vr === 'PN' ? [{ Alphabetic: '' }] : ['']);
  expect(JSON.stringify(attribute?.Value)).toHaveLength(around.length + value.length);
  expect(dumpDataSet(bytes, IMPLICIT, { padded: false }).join()).toContain(`) ${vr} `);
});
