import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DEFAULT_LIMITS, fromHex, fromLatin1, Writer } from '../../core/bytes/index.ts';
import type { PduDecoderOptions, ReceivedPdu } from '../../core/pdu/index.ts';
import { PduDecoder, PduError } from '../../core/pdu/index.ts';
import { split, SPLITS } from '../support/splits.ts';

function decode(bytes: Bytes, options?: PduDecoderOptions): ReceivedPdu[] {
  return [...new PduDecoder(options).push(bytes)];
}

function one(bytes: Bytes, options?: PduDecoderOptions): ReceivedPdu {
  const received = decode(bytes, options);
  expect(received).toHaveLength(1);
  return received[0]!;
}

function codes(bytes: Bytes, options?: PduDecoderOptions): string[] {
  return one(bytes, options).deviations.map(({ code }) => code);
}

/** The bytes of an item, by hand: not everything that we read may be encoded. */
function item(type: number, ...content: (string | Bytes)[]): Bytes {
  const bytes = concat(content.map((part) => (typeof part === 'string' ? fromLatin1(part) : part)));
  return concat([Uint8Array.of(type, 0, bytes.length >> 8, bytes.length & 255), bytes]);
}

function pdu(type: number, ...content: Bytes[]): Bytes {
  const bytes = concat(content);
  const header = new Writer(6);
  header.u8(type);
  header.u8(0);
  header.u32(bytes.length);
  return concat([header.finish(), bytes]);
}

const hex = fromHex;
const TITLES = fromLatin1('CALLED'.padEnd(16) + 'CALLING'.padEnd(16));
const APPLICATION = item(0x10, '1.2.840.10008.3.1.1.1');
const ABSTRACT = item(0x30, '1.2.840.10008.1.1');
const IMPLICIT = item(0x40, '1.2.840.10008.1.2');
const PROPOSED = item(0x20, hex('01000000'), ABSTRACT, IMPLICIT);
const ANSWERED = item(0x21, hex('01000000'), IMPLICIT);
const MAXIMUM = item(0x51, hex('00004000'));
const IMPLEMENTATION = item(0x52, '1.2.3');
const USER = item(0x50, MAXIMUM, IMPLEMENTATION);

interface Fixed {
  readonly version?: string;
  readonly titles?: Bytes;
  readonly reserved?: Bytes;
}

function associate(type: number, fixed: Fixed, items: readonly Bytes[]): Bytes {
  const { version = '0001', titles = TITLES, reserved = new Uint8Array(32) } = fixed;
  return pdu(type, hex(version), hex('0000'), titles, reserved, ...items);
}

function request(items: readonly Bytes[] = [APPLICATION, PROPOSED, USER], fixed: Fixed = {}): Bytes {
  return associate(0x01, fixed, items);
}

function accept(items: readonly Bytes[] = [APPLICATION, ANSWERED, USER], fixed: Fixed = {}): Bytes {
  return associate(0x02, fixed, items);
}

it('finds nothing to note in what is right', () => {
  expect(codes(request())).toEqual([]);
  expect(codes(accept())).toEqual([]);
});

describe('titles and reserved bytes', () => {
  const titles = (called: string): Fixed => ({
    titles: fromLatin1(called.padEnd(16) + 'CALLING'.padEnd(16)),
  });

  it.each([
    ['  PACS', 'PACS', []],
    ['PACS\0\0\0', 'PACS', ['AE_TITLE_NUL']],
    ['PACS\0garbage', 'PACS', ['AE_TITLE_NUL']],
    ['', '', ['AE_TITLE_EMPTY']],
    ['pacs \u00e9', 'pacs \u00e9', ['AE_TITLE_CHARACTERS']],
    ['A\\B', 'A\\B', ['AE_TITLE_CHARACTERS']],
    ['SIXTEENCHARACTER', 'SIXTEENCHARACTER', []],
  ])('reads %j', (sent, title, expected) => {
    const received = one(request(undefined, titles(sent)));
    expect(received.pdu).toMatchObject({ calledAETitle: title, callingAETitle: 'CALLING' });
    expect(received.deviations.map(({ code }) => code)).toEqual(expected);
  });

  it('tests neither titles nor reserved bytes of an AC', () => {
    const fixed = { ...titles('\0\u0001garbage'), reserved: new Uint8Array(32).fill(0xaa) };
    expect(codes(accept(undefined, fixed))).toEqual([]);
  });

  it('notes reserved bytes that are not zero, and reads on', () => {
    const bytes = request(undefined, { reserved: new Uint8Array(32).fill(1) });
    bytes[1] = 1;
    expect(codes(bytes)).toEqual(['RESERVED_NOT_ZERO', 'RESERVED_NOT_ZERO']);
  });

  it.each(['0002', '0003', 'ffff'])('keeps protocol version %s', (version) => {
    const received = one(request(undefined, { version }));
    expect(received.pdu).toMatchObject({ protocolVersion: parseInt(version, 16) });
    expect(received.deviations.map(({ code }) => code)).toEqual(['PROTOCOL_VERSION']);
  });
});

describe('UIDs', () => {
  it.each(['1.2.840.10008.1.1\0', '1.2.840.10008.1.1 ', '1.2.840.10008.1.1\0 \0'])('strips %j', (sent) => {
    const received = one(
      request([APPLICATION, item(0x20, hex('01000000'), item(0x30, sent), IMPLICIT), USER]),
    );
    expect(received.pdu).toMatchObject({ contexts: [{ abstractSyntax: '1.2.840.10008.1.1' }] });
    expect(received.deviations.map(({ code }) => code)).toEqual(['UID_PADDED']);
  });

  it.each(['', 'LOCALIZER2.16', '1'.repeat(65)])('keeps %j and says that it is none', (sent) => {
    const received = one(
      request([APPLICATION, item(0x20, hex('01000000'), item(0x30, sent), IMPLICIT), USER]),
    );
    expect(received.pdu).toMatchObject({ contexts: [{ abstractSyntax: sent }] });
    expect(received.deviations.map(({ code }) => code)).toEqual(['UID_INVALID']);
  });

  it('strips a long padding in linear time', () => {
    const uid = item(0x40, `${' '.repeat(60_000)}x`);
    const contexts = Array.from({ length: 16 }, () => item(0x20, hex('01000000'), ABSTRACT, uid));
    expect(one(request([APPLICATION, ...contexts, USER])).pdu.type).toBe('A-ASSOCIATE-RQ');
  });
});

describe('items', () => {
  it.each<[string, readonly Bytes[], readonly string[]]>([
    ['no application context', [PROPOSED, USER], ['ITEM_MISSING']],
    ['no context', [APPLICATION, USER], ['ITEM_MISSING']],
    ['no user information', [APPLICATION, PROPOSED], ['ITEM_MISSING']],
    ['nothing at all', [], ['ITEM_MISSING', 'ITEM_MISSING', 'ITEM_MISSING']],
    ['another order', [USER, PROPOSED, APPLICATION], ['ITEM_ORDER', 'ITEM_ORDER']],
    ['two application contexts', [APPLICATION, APPLICATION, PROPOSED, USER], ['ITEM_DUPLICATE']],
    ['an unknown item', [APPLICATION, item(0x77, 'what'), PROPOSED, USER], ['ITEM_UNKNOWN']],
    ['a context of an AC', [APPLICATION, PROPOSED, ANSWERED, USER], ['ITEM_UNKNOWN']],
    ['zero padding', [APPLICATION, PROPOSED, USER, hex('000000')], ['TRAILING_BYTES']],
    [
      'a context without abstract syntax',
      [APPLICATION, item(0x20, hex('01000000'), IMPLICIT), USER],
      ['ITEM_MISSING'],
    ],
    [
      'a context without transfer syntax',
      [APPLICATION, item(0x20, hex('01000000'), ABSTRACT), USER],
      ['ITEM_MISSING'],
    ],
    [
      'an even ID',
      [APPLICATION, item(0x20, hex('02000000'), ABSTRACT, IMPLICIT), USER],
      ['CONTEXT_ID_INVALID'],
    ],
    ['ID 0', [APPLICATION, item(0x20, hex('00000000'), ABSTRACT, IMPLICIT), USER], ['CONTEXT_ID_INVALID']],
    ['an ID twice', [APPLICATION, PROPOSED, PROPOSED, USER], ['CONTEXT_ID_DUPLICATE']],
    ['empty user information', [APPLICATION, PROPOSED, item(0x50)], ['ITEM_MISSING', 'ITEM_MISSING']],
    [
      'sub-items in another order',
      [APPLICATION, PROPOSED, item(0x50, IMPLEMENTATION, MAXIMUM)],
      ['ITEM_ORDER'],
    ],
    [
      'a long 51H',
      [APPLICATION, PROPOSED, item(0x50, item(0x51, hex('0000400000')), IMPLEMENTATION)],
      ['TRAILING_BYTES'],
    ],
    [
      'an unknown sub-item',
      [APPLICATION, PROPOSED, item(0x50, MAXIMUM, IMPLEMENTATION, item(0x7a, 'x'))],
      ['ITEM_UNKNOWN'],
    ],
    [
      'a 59H',
      [APPLICATION, PROPOSED, item(0x50, MAXIMUM, IMPLEMENTATION, item(0x59, hex('0000')))],
      ['ITEM_MISPLACED'],
    ],
    [
      'a role that is neither 0 nor 1',
      [
        APPLICATION,
        PROPOSED,
        item(0x50, MAXIMUM, IMPLEMENTATION, item(0x54, hex('0003'), '1.2', hex('0102'))),
      ],
      ['FLAG_VALUE'],
    ],
    [
      'a long version name',
      [APPLICATION, PROPOSED, item(0x50, MAXIMUM, IMPLEMENTATION, item(0x55, 'A'.repeat(17)))],
      ['TEXT_LENGTH'],
    ],
    [
      'a padded version name',
      [APPLICATION, PROPOSED, item(0x50, MAXIMUM, IMPLEMENTATION, item(0x55, 'OLD_1 \0'))],
      ['TEXT_PADDED'],
    ],
  ])('takes a request with %s', (_name, items, expected) => {
    expect(codes(request(items))).toEqual(expected);
  });

  it('keeps what was sent, empty where nothing was', () => {
    expect(one(request([])).pdu).toEqual({
      type: 'A-ASSOCIATE-RQ',
      protocolVersion: 1,
      calledAETitle: 'CALLED',
      callingAETitle: 'CALLING',
      applicationContext: '',
      contexts: [],
      userInformation: {},
    });
    const unknown = one(
      request([APPLICATION, PROPOSED, item(0x77, 'what'), item(0x50, item(0x7a, 'x'))]),
    ).pdu;
    expect(unknown).toMatchObject({
      unknown: [{ itemType: 0x77, content: fromLatin1('what') }],
      userInformation: { unknown: [{ itemType: 0x7a, content: fromLatin1('x') }] },
    });
  });

  it('takes the first where one is allowed', () => {
    const other = item(0x40, '1.2.840.10008.1.2.1');
    const received = one(accept([APPLICATION, item(0x21, hex('01000000'), IMPLICIT, other), USER]));
    expect(received.pdu).toMatchObject({ contexts: [{ transferSyntax: '1.2.840.10008.1.2' }] });
    expect(received.deviations.map(({ code }) => code)).toEqual(['ITEM_DUPLICATE']);
  });

  it('takes a refused context without a transfer syntax, or with an empty one', () => {
    const [bare, empty] = [item(0x21, hex('01000300')), item(0x21, hex('03000300'), item(0x40))];
    const { pdu, deviations } = one(accept([APPLICATION, bare, empty, USER]));
    expect(pdu).toMatchObject({
      contexts: [
        { id: 1, result: 3 },
        { id: 3, result: 3, transferSyntax: '' },
      ],
    });
    expect(deviations.map(({ code }) => code)).toEqual(['ITEM_MISSING', 'UID_INVALID']);
  });

  it('passes over 57H and 58H in an AC', () => {
    const user = item(0x50, MAXIMUM, IMPLEMENTATION, item(0x57, 'x'), item(0x58, 'y'));
    const { pdu, deviations } = one(accept([APPLICATION, ANSWERED, user]));
    expect(pdu).toMatchObject({
      userInformation: { maximumLength: 16_384, implementationClassUID: '1.2.3' },
    });
    expect(deviations.map(({ code }) => code)).toEqual(['ITEM_MISPLACED', 'ITEM_MISPLACED']);
  });

  it('takes 200 contexts', () => {
    const contexts = Array.from({ length: 200 }, (_, id) =>
      item(0x20, Uint8Array.of(id, 0, 0, 0), ABSTRACT, IMPLICIT),
    );
    const { pdu, deviations } = one(request([APPLICATION, ...contexts, USER]));
    expect(pdu).toHaveProperty('contexts.length', 200);
    expect(deviations.map(({ code }) => code)).toContain('MORE');
    expect(deviations).toHaveLength(33);
  });
});

describe('P-DATA-TF', () => {
  it('takes several PDVs, empty and odd fragments, and reserved bits', () => {
    const bytes = pdu(0x04, hex('00000003 01 ff 41'), hex('00000002 03 02'), hex('00000004 05 00 4243'));
    const received = one(bytes);
    expect(received.pdu).toEqual({
      type: 'P-DATA-TF',
      pdvs: [
        { contextId: 1, command: true, last: true, data: fromLatin1('A') },
        { contextId: 3, command: false, last: true, data: new Uint8Array(0) },
        { contextId: 5, command: false, last: false, data: fromLatin1('BC') },
      ],
    });
    expect(received.deviations.map(({ code }) => code)).toEqual(['RESERVED_NOT_ZERO', 'PDV_ODD']);
  });

  it('gives fragments that are views of the chunk, but for short chunks, which are gathered', () => {
    const bytes = pdu(0x04, hex('00001002 01 02'), new Uint8Array(4096));
    const { pdu: data } = one(bytes);
    if (data.type !== 'P-DATA-TF') throw new Error('not P-DATA-TF');
    expect(data.pdvs[0]?.data.buffer === bytes.buffer).toBe(true);
  });

  it('takes one longer than the maximum length that we announced', () => {
    const bytes = pdu(0x04, hex('00000006 01 03 41424344'));
    expect(codes(bytes, { maximumLength: 9 })).toEqual(['PDU_OVER_MAXIMUM']);
    expect(codes(bytes, { maximumLength: 10 })).toEqual([]);
    expect(codes(bytes, { maximumLength: 0 })).toEqual([]);
  });
});

describe('short PDUs', () => {
  it.each([0x03, 0x05, 0x06, 0x07])('takes a longer body of type %i', (type) => {
    expect(codes(pdu(type, hex('00000000'), new Uint8Array(6)))).toEqual(['TRAILING_BYTES']);
    expect(codes(pdu(type, new Uint8Array(DEFAULT_LIMITS.shortPdu)))).toEqual(['TRAILING_BYTES']);
  });

  it('takes source and reason that no table names', () => {
    expect(one(pdu(0x07, hex('000001c8'))).pdu).toEqual({ type: 'A-ABORT', source: 1, reason: 200 });
    expect(one(pdu(0x03, hex('00090908'))).pdu).toMatchObject({ result: 9, source: 9, reason: 8 });
  });
});

const OK = hex('0500 00000004 00000000');

describe.each(SPLITS)('refusals, with bytes %s', (how) => {
  it.each<[string, Bytes, string, number]>([
    ['an unknown type', hex('5500 00000004 00000000'), 'PDU_UNRECOGNIZED', 1],
    ['HTTP', fromLatin1('GET / HTTP/1.1\r\n'), 'PDU_UNRECOGNIZED', 1],
    ['a request of 4 GiB', hex('0100 ffffffff'), 'LIMIT_EXCEEDED', 6],
    ['data of 4 GiB', hex('0400 ffffffff'), 'LIMIT_EXCEEDED', 6],
    ['a release beyond its limit', hex('0500 00000401'), 'LIMIT_EXCEEDED', 6],
    ['data without a PDV', hex('0400 00000000'), 'PDU_INVALID', 6],
    ['data too short for a PDV', hex('0400 00000005 0000000101'), 'PDU_INVALID', 6],
    ['a PDV of length 0', pdu(0x04, hex('00000000 0103')), 'PDU_INVALID', 6],
    ['a PDV of length 1', pdu(0x04, hex('00000001 01 03')), 'PDU_INVALID', 6],
    ['a PDV beyond the PDU', pdu(0x04, hex('00000005 01 03 4142')), 'PDU_INVALID', 6],
    ['a PDV of 4 GiB', pdu(0x04, hex('ffffffff 01 03 4142')), 'PDU_INVALID', 6],
    ['bytes behind the last PDV', pdu(0x04, hex('00000004 01 03 4142 000000')), 'PDU_INVALID', 6],
    ['a short release', hex('0500 00000003 000000'), 'PDU_INVALID', 6],
    ['a short abort', hex('0700 00000000'), 'PDU_INVALID', 6],
    ['a request too short for its titles', pdu(0x01, new Uint8Array(60)), 'PDU_INVALID', 6],
    ['an item beyond the PDU', request([APPLICATION, hex('50000005 51')]), 'PDU_INVALID', 6],
    ['a sub-item beyond its item', request([item(0x50, hex('51000005 00004000')), USER]), 'PDU_INVALID', 6],
    ['half an item', request([APPLICATION, PROPOSED, USER, hex('5000')]), 'PDU_INVALID', 6],
    ['a 51H of 3 bytes', request([item(0x50, item(0x51, hex('004000')))]), 'PDU_INVALID', 6],
    ['a 56H with a UID beyond it', request([item(0x50, item(0x56, hex('0009'), '1.2'))]), 'PDU_INVALID', 6],
    [
      'a 57H with a list beyond it',
      request([item(0x50, item(0x57, hex('0001'), '1', hex('0001'), '2', hex('0009')))]),
      'PDU_INVALID',
      6,
    ],
    [
      'a 58H without a secondary length',
      request([item(0x50, item(0x58, hex('0100 0001'), 'x'))]),
      'PDU_INVALID',
      6,
    ],
    ['a context of three bytes', request([item(0x20, hex('010000'))]), 'PDU_INVALID', 6],
    ['too many items', request(Array.from({ length: 4097 }, () => item(0x77))), 'LIMIT_EXCEEDED', 6],
    [
      'too many PDVs',
      pdu(0x04, ...Array.from({ length: 4097 }, () => hex('000000020100'))),
      'LIMIT_EXCEEDED',
      6,
    ],
  ])('refuses %s, after what came before it, and stays dead', (_name, bytes, code, abortReason) => {
    const decoder = new PduDecoder();
    const received: ReceivedPdu[] = [];
    const feed = (): void => {
      for (const piece of split(concat([OK, bytes]), how)) {
        for (const one of decoder.push(piece)) received.push(one);
      }
    };
    expect(feed).toThrow(expect.objectContaining({ name: 'PduError', code, abortReason }));
    expect(received.map(({ pdu }) => pdu.type)).toEqual(['A-RELEASE-RQ']);
    expect(() => [...decoder.push(OK)]).toThrow(PduError);
  });
});

it('waits for the rest of a PDU without refusing it', () => {
  const decoder = new PduDecoder();
  const bytes = request();
  expect([...decoder.push(bytes.subarray(0, 5))]).toEqual([]);
  expect([...decoder.push(bytes.subarray(5, bytes.length - 1))]).toEqual([]);
  expect([...decoder.push(bytes.subarray(bytes.length - 1))]).toHaveLength(1);
});

it('loses nothing when the consumer stops between PDUs', () => {
  const decoder = new PduDecoder();
  const types: string[] = [];
  for (const { pdu } of decoder.push(concat([request(), OK, OK]))) {
    types.push(pdu.type);
    break;
  }
  for (const { pdu } of decoder.push(accept())) types.push(pdu.type);
  expect(types).toEqual(['A-ASSOCIATE-RQ', 'A-RELEASE-RQ', 'A-RELEASE-RQ', 'A-ASSOCIATE-AC']);
});

it('takes a chunk even if nobody looks at what came of it', () => {
  const decoder = new PduDecoder();
  decoder.push(OK.subarray(0, 4));
  expect([...decoder.push(OK.subarray(4))]).toHaveLength(1);
});
