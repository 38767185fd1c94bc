import { expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex } from '../../core/bytes/index.ts';
import type { FieldSpan } from '../../core/pdu/index.ts';
import { describe, encodePdu } from '../../core/pdu/index.ts';
import { Random } from '../support/random.ts';
import { expectTiled } from '../support/tiling.ts';
import { FULL_ACCEPT, FULL_REQUEST } from './samples.ts';
import { allCaptured } from './sessions.ts';

/** A second table of the fields: offset, length, name; typed from the standard, items indented below their container. */
type Row = readonly [offset: number, length: number, name: string];

function rows(spans: readonly FieldSpan[]): Row[] {
  return spans.flatMap(
    (span) => [[span.offset, span.length, span.name], ...rows(span.children ?? [])] as Row[],
  );
}

const HEADER: readonly Row[] = [
  [0, 1, 'PDU-type'],
  [1, 1, 'Reserved'],
  [2, 4, 'PDU-length'],
];

/** The four bytes that begin an item. */
function item(offset: number, length: number, name: string, second = 'Reserved'): Row[] {
  return [
    [offset, length, name],
    [offset, 1, 'Item-type'],
    [offset + 1, 1, second],
    [offset + 2, 2, 'Item-length'],
  ];
}

const REQUEST: readonly Row[] = [
  ...HEADER,
  [6, 2, 'Protocol-version'],
  [8, 2, 'Reserved'],
  [10, 16, 'Called-AE-title'],
  [26, 16, 'Calling-AE-title'],
  [42, 32, 'Reserved'],
  ...item(74, 25, 'Application Context Item'),
  [78, 21, 'Application-context-name'],
  ...item(99, 50, 'Presentation Context Item'),
  [103, 1, 'Presentation-context-ID'],
  [104, 3, 'Reserved'],
  ...item(107, 21, 'Abstract Syntax Sub-Item'),
  [111, 17, 'Abstract-syntax-name'],
  ...item(128, 21, 'Transfer Syntax Sub-Item'),
  [132, 17, 'Transfer-syntax-name'],
  ...item(149, 81, 'Presentation Context Item'),
  [153, 1, 'Presentation-context-ID'],
  [154, 3, 'Reserved'],
  ...item(157, 29, 'Abstract Syntax Sub-Item'),
  [161, 25, 'Abstract-syntax-name'],
  ...item(186, 23, 'Transfer Syntax Sub-Item'),
  [190, 19, 'Transfer-syntax-name'],
  ...item(209, 21, 'Transfer Syntax Sub-Item'),
  [213, 17, 'Transfer-syntax-name'],
  ...item(230, 258, 'User Information Item'),
  ...item(234, 8, 'Maximum Length Sub-Item'),
  [238, 4, 'Maximum-length-received'],
  ...item(242, 10, 'Implementation Class UID Sub-Item'),
  [246, 6, 'Implementation-class-uid'],
  ...item(252, 8, 'Asynchronous Operations Window Sub-Item'),
  [256, 2, 'Maximum-number-operations-invoked'],
  [258, 2, 'Maximum-number-operations-performed'],
  ...item(260, 33, 'SCP/SCU Role Selection Sub-Item'),
  [264, 2, 'SOP-class-uid-length'],
  [266, 25, 'SOP-class-uid'],
  [291, 1, 'SCU-role'],
  [292, 1, 'SCP-role'],
  ...item(293, 28, 'SCP/SCU Role Selection Sub-Item'),
  [297, 2, 'SOP-class-uid-length'],
  [299, 20, 'SOP-class-uid'],
  [319, 1, 'SCU-role'],
  [320, 1, 'SCP-role'],
  ...item(321, 16, 'Implementation Version Name Sub-Item'),
  [325, 12, 'Implementation-version-name'],
  ...item(337, 36, 'SOP Class Extended Negotiation Sub-Item'),
  [341, 2, 'SOP-class-uid-length'],
  [343, 27, 'SOP-class-uid'],
  [370, 3, 'Service-class-application-information'],
  ...item(373, 94, 'SOP Class Common Extended Negotiation Sub-Item', 'Sub-item-version'),
  [377, 2, 'SOP-class-uid-length'],
  [379, 29, 'SOP-class-uid'],
  [408, 2, 'Service-class-uid-length'],
  [410, 17, 'Service-class-uid'],
  [427, 2, 'Related-general-sop-class-identification-length'],
  [429, 2, 'Related-general-sop-class-uid-length'],
  [431, 29, 'Related-general-sop-class-uid'],
  [460, 2, 'Related-general-sop-class-uid-length'],
  [462, 5, 'Related-general-sop-class-uid'],
  ...item(467, 21, 'User Identity Sub-Item (RQ)'),
  [471, 1, 'User-identity-type'],
  [472, 1, 'Positive-response-requested'],
  [473, 2, 'Primary-field-length'],
  [475, 6, 'Primary-field'],
  [481, 2, 'Secondary-field-length'],
  [483, 5, 'Secondary-field'],
];

const ACCEPT: readonly Row[] = [
  ...HEADER,
  [6, 2, 'Protocol-version'],
  [8, 2, 'Reserved'],
  [10, 16, 'Reserved (Called-AE-title of the RQ)'],
  [26, 16, 'Reserved (Calling-AE-title of the RQ)'],
  [42, 32, 'Reserved'],
  ...item(74, 25, 'Application Context Item'),
  [78, 21, 'Application-context-name'],
  ...item(99, 29, 'Presentation Context Item'),
  [103, 1, 'Presentation-context-ID'],
  [104, 1, 'Reserved'],
  [105, 1, 'Result/Reason'],
  [106, 1, 'Reserved'],
  ...item(107, 21, 'Transfer Syntax Sub-Item'),
  [111, 17, 'Transfer-syntax-name'],
  ...item(128, 31, 'Presentation Context Item'),
  [132, 1, 'Presentation-context-ID'],
  [133, 1, 'Reserved'],
  [134, 1, 'Result/Reason'],
  [135, 1, 'Reserved'],
  ...item(136, 23, 'Transfer Syntax Sub-Item'),
  [140, 19, 'Transfer-syntax-name'],
  ...item(159, 108, 'User Information Item'),
  ...item(163, 8, 'Maximum Length Sub-Item'),
  [167, 4, 'Maximum-length-received'],
  ...item(171, 10, 'Implementation Class UID Sub-Item'),
  [175, 6, 'Implementation-class-uid'],
  ...item(181, 8, 'Asynchronous Operations Window Sub-Item'),
  [185, 2, 'Maximum-number-operations-invoked'],
  [187, 2, 'Maximum-number-operations-performed'],
  ...item(189, 33, 'SCP/SCU Role Selection Sub-Item'),
  [193, 2, 'SOP-class-uid-length'],
  [195, 25, 'SOP-class-uid'],
  [220, 1, 'SCU-role'],
  [221, 1, 'SCP-role'],
  ...item(222, 5, 'Implementation Version Name Sub-Item'),
  [226, 1, 'Implementation-version-name'],
  ...item(227, 34, 'SOP Class Extended Negotiation Sub-Item'),
  [231, 2, 'SOP-class-uid-length'],
  [233, 27, 'SOP-class-uid'],
  [260, 1, 'Service-class-application-information'],
  ...item(261, 6, 'User Identity Sub-Item (AC)'),
  [265, 2, 'Server-response-length'],
  [267, 0, 'Server-response'],
];

const REJECT: readonly Row[] = [
  ...HEADER,
  [6, 1, 'Reserved'],
  [7, 1, 'Result'],
  [8, 1, 'Source'],
  [9, 1, 'Reason/Diag.'],
];

const DATA: readonly Row[] = [
  ...HEADER,
  [6, 8, 'Presentation-data-value Item'],
  [6, 4, 'Item-length'],
  [10, 1, 'Presentation-context-ID'],
  [11, 1, 'Message-control-header'],
  [12, 2, 'Fragment'],
  [14, 6, 'Presentation-data-value Item'],
  [14, 4, 'Item-length'],
  [18, 1, 'Presentation-context-ID'],
  [19, 1, 'Message-control-header'],
  [20, 0, 'Fragment'],
];

const RELEASE: readonly Row[] = [...HEADER, [6, 4, 'Reserved']];

const ABORT: readonly Row[] = [
  ...HEADER,
  [6, 1, 'Reserved'],
  [7, 1, 'Reserved'],
  [8, 1, 'Source'],
  [9, 1, 'Reason/Diag.'],
];

it.each([
  ['A-ASSOCIATE-RQ', encodePdu(FULL_REQUEST), REQUEST],
  ['A-ASSOCIATE-AC', encodePdu(FULL_ACCEPT), ACCEPT],
  ['A-ASSOCIATE-RJ', encodePdu({ type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 1 }), REJECT],
  ['P-DATA-TF', fromHex('04 00 0000000e 00000004 01 03 1122 00000002 03 00'), DATA],
  ['A-RELEASE-RQ', encodePdu({ type: 'A-RELEASE-RQ' }), RELEASE],
  ['A-RELEASE-RP', encodePdu({ type: 'A-RELEASE-RP' }), RELEASE],
  ['A-ABORT', encodePdu({ type: 'A-ABORT', source: 2, reason: 6 }), ABORT],
] as const)('finds the fields of %s where the standard puts them', (name, bytes, table) => {
  const spans = describe(bytes);
  expect(rows(spans)).toEqual(table);
  expect(spans[0]?.meaning).toBe(name);
});

it('tells values, what they mean, and where the standard says so', () => {
  const reject = describe(encodePdu({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 }));
  expect(reject.slice(4).map(({ value, meaning }) => [value, meaning])).toEqual([
    [1, 'rejected-permanent'],
    [1, 'DICOM UL service-user'],
    [7, 'called-AE-title-not-recognized'],
  ]);
  const accept = describe(encodePdu(FULL_ACCEPT));
  const context = accept.find(({ offset }) => offset === 128);
  expect(context?.clause).toBe('PS3.8 Table 9-18');
  expect(flat(context?.children ?? []).at(-1)?.meaning).toBe('Explicit VR Little Endian');
  expect(context?.children?.find(({ name }) => name === 'Result/Reason')?.meaning).toBe(
    'transfer-syntaxes-not-supported (provider rejection)',
  );
});

it('shows no value of passcodes and fragments', () => {
  const spans = [encodePdu(FULL_REQUEST), ...allCaptured()].flatMap((bytes) => flat(describe(bytes)));
  const hidden = spans.filter(({ name }) => /-field$|^Fragment$/.test(name));
  expect(hidden.length).toBeGreaterThan(10);
  expect(hidden.every(({ value }) => value === undefined)).toBe(true);
});

function flat(spans: readonly FieldSpan[]): FieldSpan[] {
  return spans.flatMap((span) => [span, ...flat(span.children ?? [])]);
}

it('covers every byte of any input once, readable or not', () => {
  const random = new Random(42);
  const valid: Bytes[] = [encodePdu(FULL_REQUEST), encodePdu(FULL_ACCEPT), ...allCaptured()];
  for (let round = 0; round < 4000; round++) {
    const bytes = random.pick(valid).slice();
    for (let change = random.int(4); change > 0; change--) bytes[random.int(bytes.length)] = random.int(256);
    const cut = random.int(3) === 0 ? bytes.subarray(0, random.int(bytes.length + 1)) : bytes;
    const all = random.int(10) === 0 ? concat([cut, random.bytes(random.int(8))]) : cut;
    expectTiled(describe(all), all.length);
  }
});

it('says why bytes are not decoded', () => {
  const last = (hex: string): FieldSpan | undefined => flat(describe(fromHex(hex))).at(-1);
  expect(last('0400')).toMatchObject({ name: 'Not decoded', meaning: 'shorter than a PDU header' });
  expect(last('550000000000')).toMatchObject({ name: 'Not decoded', meaning: 'the type of no PDU' });
  expect(last('050000000004 00000000 ff')).toMatchObject({
    offset: 10,
    meaning: 'behind the end of the PDU',
  });
  expect(last('040000000007 00000009 01 03 00')).toMatchObject({
    offset: 10,
    length: 3,
    name: 'Not decoded',
  });
});
