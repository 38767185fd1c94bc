/** The little DICOM that the bridge reads and says, held to core/pdu, which knows all of it. */
import { describe, expect, test } from 'vitest';
import { ANYONE } from '../../bridge/access/access.ts';
import type { Rights } from '../../bridge/access/access.ts';
import { Gate } from '../../bridge/tunnel/gate.ts';
import { PEEK_BYTES, REJECT, associateRJ, peekAssociateRQ } from '../../bridge/peek.ts';
import { DEFAULT_LIMITS } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { requestFor } from '../support/leased.ts';
import { Random } from '../support/random.ts';

const USER: Rights = { user: 'anna', peers: ['PACS'], aeTitles: ['ANNA', 'A B'] };
const PEER = { name: 'PACS', aeTitle: 'ARCHIVE', host: '127.0.0.1', port: 104 };

describe('the titles of an A-ASSOCIATE-RQ', () => {
  test.each([
    ['ARCHIVE', 'ANNA'],
    ['SIXTEEN CHARS AE', 'SIXTEEN CHARS CA'],
    ['A', 'A B'],
  ])('%s called by %s', (calledAETitle, callingAETitle) => {
    const bytes = requestFor(calledAETitle, callingAETitle);
    for (let length = 0; length < bytes.length; length++) {
      const peeked = peekAssociateRQ(bytes.subarray(0, length));
      if (length < PEEK_BYTES) expect(peeked).toBe('more');
      else expect(peeked).toEqual({ calledAETitle, callingAETitle });
    }
  });

  test('padded in front, and by NUL', () => {
    const bytes = requestFor('X', 'Y');
    bytes.set(new TextEncoder().encode('  ARCHIVE\0\0\0\0\0\0\0'), 10);
    bytes.set(new TextEncoder().encode('ANNA\0garbage    '), 26);
    expect(peekAssociateRQ(bytes)).toEqual({ calledAETitle: 'ARCHIVE', callingAETitle: 'ANNA' });
  });

  test('of a view into other memory', () => {
    const memory = new Uint8Array(1000).fill(0xff);
    const bytes = requestFor('ARCHIVE', 'ANNA');
    memory.set(bytes, 100);
    const view = memory.subarray(100, 100 + bytes.length);
    expect(peekAssociateRQ(view)).toEqual({ calledAETitle: 'ARCHIVE', callingAETitle: 'ANNA' });
  });

  test.each([
    ['another PDU', [2]],
    ['HTTP', [...new TextEncoder().encode('GET / HTTP/1.1\r\n')]],
    ['TLS', [0x16, 3, 1]],
    ['a PDU too short for the titles', [1, 0, 0, 0, 0, 67]],
    ['a PDU that no core takes', [1, 0, 0, 0x10, 0, 1]],
    ['a length of 4 GiB', [1, 0, 0xff, 0xff, 0xff, 0xff]],
  ])('%s is none', (_, bytes) => expect(peekAssociateRQ(Uint8Array.from(bytes))).toBe('no'));

  test('lengths at the bounds are', () => {
    const { associatePdu } = DEFAULT_LIMITS;
    for (const length of [68, associatePdu]) {
      const head = Uint8Array.of(1, 0, 0, 0, 0, 0);
      new DataView(head.buffer).setUint32(2, length);
      expect(peekAssociateRQ(head)).toBe('more');
    }
  });
});

test.each([
  ['calledAETitle', 1, 1, 7],
  ['localLimit', 2, 3, 2],
] as const)('the refusal %s is what core/pdu writes', (name, result, source, reason) => {
  expect(associateRJ(REJECT[name])).toEqual(encodePdu({ type: 'A-ASSOCIATE-RJ', result, source, reason }));
});

describe('the gate', () => {
  const good = Buffer.from(requestFor('ARCHIVE', 'ANNA'));

  test('at every split of the first 80 bytes nothing goes out before the titles are seen, and then all', () => {
    for (let at = 1; at < 80; at++) {
      const gate = new Gate(USER, PEER);
      const out = [good.subarray(0, at), good.subarray(at)].map((piece) => gate.push(Buffer.from(piece)));
      expect(out[0]).toEqual(at < PEEK_BYTES ? undefined : good.subarray(0, at));
      expect(out[1]).toEqual(at < PEEK_BYTES ? good : good.subarray(at));
      expect(gate.titles).toEqual({ calledAETitle: 'ARCHIVE', callingAETitle: 'ANNA' });
    }
  });

  test('one byte at a time', () => {
    const gate = new Gate(USER, PEER);
    const out = [...good].map((byte) => gate.push(Buffer.of(byte)));
    expect(out.findIndex((piece) => piece !== undefined)).toBe(PEEK_BYTES - 1);
    expect(Buffer.concat(out.flatMap((piece) => (Buffer.isBuffer(piece) ? [piece] : [])))).toEqual(good);
  });

  test.each([
    ['a borrowed calling title', requestFor('ARCHIVE', 'BERT'), 'calling AE title not allowed'],
    ['the title in other letters', requestFor('ARCHIVE', 'anna'), 'calling AE title not allowed'],
    ['another called title', requestFor('OTHER', 'ANNA'), 'called AE title is not that of the peer'],
    ['no request', Uint8Array.of(4, 0, 0, 0, 0, 4), 'not an association request'],
  ])('%s: nothing goes out, however it comes', (_, bytes, reason) => {
    for (const seed of [1, 2, 3]) {
      const gate = new Gate(USER, PEER);
      const random = new Random(seed);
      const out: unknown[] = [];
      for (let at = 0; at < bytes.length && out.at(-1) === undefined;) {
        const length = 1 + random.int(40);
        out.push(gate.push(Buffer.from(bytes.subarray(at, at + length))));
        at += length;
      }
      expect(out.pop()).toBe(reason);
      expect(out.every((piece) => piece === undefined)).toBe(true);
    }
  });

  test('without sign-in only the PDU type counts, and titles are noted as they pass', () => {
    const gate = new Gate(ANYONE, PEER);
    const any = Buffer.from(requestFor('OTHER', 'BERT'));
    expect(gate.push(any.subarray(0, 1))).toEqual(any.subarray(0, 1));
    expect(gate.titles).toBeUndefined();
    expect(gate.push(any.subarray(1))).toEqual(any.subarray(1));
    expect(gate.titles).toEqual({ calledAETitle: 'OTHER', callingAETitle: 'BERT' });
    expect(new Gate(ANYONE, PEER).push(Buffer.from('GET / HTTP/1.1'))).toBe('not an association request');
  });
});

test('100,000 random beginnings: nothing but a request by these titles gets out', () => {
  const random = new Random(20);
  const good = requestFor('ARCHIVE', 'ANNA');
  let passed = 0;
  for (let i = 0; i < 100_000; i++) {
    const bytes = good.slice(0, random.int(good.length) + 1);
    for (let n = random.int(4); n > 0; n--) bytes[random.int(bytes.length)] = random.int(256);
    const gate = new Gate(USER, PEER);
    const cut = random.int(bytes.length + 1);
    const first = gate.push(Buffer.from(bytes.subarray(0, cut)));
    const second = typeof first === 'string' ? first : gate.push(Buffer.from(bytes.subarray(cut)));
    if (!Buffer.isBuffer(second) || second.length === 0) continue;
    passed++;
    expect(gate.titles).toEqual({ calledAETitle: 'ARCHIVE', callingAETitle: 'ANNA' });
    expect(peekAssociateRQ(bytes)).toEqual(gate.titles);
  }
  expect(passed).toBeGreaterThan(20_000);
});
