import { describe, expect, test } from 'vitest';
import type { Operation, StatusCategory } from '../../core/dict/index.ts';
import { statusCategory, statusOf, statusText } from '../../core/dict/index.ts';

// Typed a second time, from PS3.7 Annex C and PS3.4: code, class, a word of the name.
type Row = readonly [code: number, category: StatusCategory, word: RegExp];

const GENERAL: readonly Row[] = [
  [0x0000, 'success', /^Success$/],
  [0x0001, 'warning', /optional/i],
  [0x0105, 'failure', /no such attribute/i],
  [0x0106, 'failure', /invalid attribute value/i],
  [0x0107, 'warning', /attribute list/i],
  [0x0110, 'failure', /processing failure/i],
  [0x0111, 'failure', /duplicate SOP instance/i],
  [0x0112, 'failure', /no such SOP instance/i],
  [0x0113, 'failure', /event type/i],
  [0x0114, 'failure', /no such argument/i],
  [0x0115, 'failure', /invalid argument/i],
  [0x0116, 'warning', /out of range/i],
  [0x0117, 'failure', /invalid object instance/i],
  [0x0118, 'failure', /no such SOP class/i],
  [0x0119, 'failure', /class-instance/i],
  [0x0120, 'failure', /^missing attribute$/i],
  [0x0121, 'failure', /missing attribute value/i],
  [0x0122, 'failure', /SOP class not supported/i],
  [0x0123, 'failure', /no such action/i],
  [0x0124, 'failure', /not authori[sz]ed/i],
  [0x0210, 'failure', /duplicate invocation/i],
  [0x0211, 'failure', /unrecogni[sz]ed operation/i],
  [0x0212, 'failure', /mistyped/i],
  [0x0213, 'failure', /resource limitation/i],
];

const RETRIEVE: readonly Row[] = [
  [0xa701, 'failure', /out of resources.*match/i],
  [0xa702, 'failure', /out of resources.*sub-operations/i],
  [0xa900, 'failure', /does not match/i],
  [0xaa00, 'failure', /frames not found/i],
  [0xaa01, 'failure', /new object/i],
  [0xaa02, 'failure', /extract/i],
  [0xaa03, 'failure', /time/i],
  [0xaa04, 'failure', /invalid request/i],
  [0xb000, 'warning', /one or more failures/i],
  [0xc000, 'failure', /unable to process/i],
  [0xcfff, 'failure', /unable to process/i],
  [0xfe00, 'cancel', /cancel/i],
  [0xff00, 'pending', /pending/i],
];

const SERVICES: Readonly<Partial<Record<Operation, readonly Row[]>>> = {
  'C-ECHO': [],
  'C-STORE': [
    [0xa700, 'failure', /out of resources/i],
    [0xa7ff, 'failure', /out of resources/i],
    [0xa900, 'failure', /does not match/i],
    [0xa9ff, 'failure', /does not match/i],
    [0xb000, 'warning', /coercion/i],
    [0xb006, 'warning', /discarded/i],
    [0xb007, 'warning', /does not match/i],
    [0xc000, 'failure', /cannot understand/i],
    [0xc1fe, 'failure', /cannot understand/i],
  ],
  'C-FIND': [
    [0xa700, 'failure', /out of resources/i],
    [0xa710, 'failure', /prior record/i],
    [0xa900, 'failure', /does not match/i],
    [0xb001, 'warning', /limit/i],
    [0xc001, 'failure', /unable to process/i],
    [0xc100, 'failure', /more than one match/i],
    [0xc200, 'failure', /template/i],
    [0xfe00, 'cancel', /cancel/i],
    [0xff00, 'pending', /pending/i],
    [0xff01, 'pending', /optional keys/i],
  ],
  'C-GET': RETRIEVE,
  'C-MOVE': [...RETRIEVE, [0xa801, 'failure', /destination unknown/i]],
  'N-CREATE': [
    [0xb300, 'warning', /UPS/],
    [0xb60a, 'warning', /decimated/i],
    [0xc309, 'failure', /scheduled/i],
    [0xc616, 'failure', /film box/i],
  ],
  'N-ACTION': [
    [0xa510, 'failure', /already initiated/i],
    [0xc202, 'failure', /in progress/i],
    [0xc302, 'failure', /in progress/i],
    [0xc312, 'failure', /performer/i],
    [0xc602, 'failure', /queue/i],
  ],
  'N-EVENT-REPORT': [
    [0xb101, 'warning', /frame of reference/i],
    [0xc111, 'failure', /medication/i],
  ],
};

describe.each(Object.entries(SERVICES))('%s', (operation, rows) => {
  test.each([...GENERAL, ...rows].map(([code, ...rest]) => [statusText(code), code, ...rest] as const))(
    '%s',
    (_hex, code, category, word) => {
      const status = statusOf(operation as Operation, code);
      expect(status).toMatchObject({ code, category });
      expect(status.name).toMatch(word);
      expect(status.meaning).toMatch(/^[A-Z].*\.$/);
    },
  );
});

describe('codes of no table', () => {
  test.each([
    ['C-MOVE', 0xb123, 'warning', 'Unknown status 0xB123'],
    ['C-ECHO', 0xa801, 'failure', 'Unknown status 0xA801'],
    ['C-FIND', 0x0003, 'failure', 'Unknown status 0x0003'],
    ['N-SET', 0xffff, 'failure', 'Unknown status 0xFFFF'],
  ] as const)('%s %i', (operation, code, category, name) => {
    expect(statusOf(operation, code)).toMatchObject({ code, category, name });
  });

  test('every code has a class', () => {
    const counts = { success: 0, pending: 0, cancel: 0, warning: 0, failure: 0 };
    for (let code = 0; code <= 0xffff; code++) counts[statusCategory(code)]++;
    expect(counts).toEqual({
      success: 1,
      pending: 2,
      cancel: 1,
      warning: 3 + 0x1000,
      failure: 65536 - 0x1007,
    });
  });
});
