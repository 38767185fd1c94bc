import { describe, expect, test } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import type { ToBridge, ToPage } from '../../core/transport/index.ts';
import {
  CLOSE,
  ReceiveCredit,
  SendCredit,
  clampWindow,
  closeMeaning,
  encodeMessage,
  parseToBridge,
  parseToPage,
} from '../../core/transport/index.ts';
import { Random } from '../support/random.ts';

describe('golden messages', () => {
  test.each<[string, ToBridge]>([
    ['{"t":"hello","window":4194304}', { t: 'hello', window: 4194304 }],
    ['{"t":"ack","n":0}', { t: 'ack', n: 0 }],
    ['{"t":"reset"}', { t: 'reset' }],
  ])('%s to the bridge', (text, message) => {
    expect(parseToBridge(text)).toEqual(message);
    expect(encodeMessage(message)).toBe(text);
  });

  test.each<[string, ToPage]>([
    [
      '{"t":"open","remote":"10.0.0.5:104","window":1048576,"maxFrame":262144}',
      { t: 'open', remote: '10.0.0.5:104', window: 1048576, maxFrame: 262144 },
    ],
    ['{"t":"ack","n":9007199254740991}', { t: 'ack', n: 9007199254740991 }],
    ['{"t":"error","code":"ECONNREFUSED","msg":"No."}', { t: 'error', code: 'ECONNREFUSED', msg: 'No.' }],
  ])('%s to the page', (text, message) => {
    expect(parseToPage(text)).toEqual(message);
    expect(encodeMessage(message)).toBe(text);
  });

  test('members that a later bridge adds are left out', () => {
    expect(parseToBridge('{"t":"reset","why":"tired"}')).toEqual({ t: 'reset' });
  });
});

describe('what is no message', () => {
  test.each([
    '',
    'reset',
    'null',
    '[]',
    '"reset"',
    '{}',
    '{"t":"open"}',
    '{"t":"hello"}',
    '{"t":"hello","window":"65536"}',
    '{"t":"hello","window":-1}',
    '{"t":"hello","window":1048576.5}',
    '{"t":"hello","window":9007199254740992}',
    '{"t":"ack"}',
    '{"t":"ack","n":-1}',
    '{"t":"ack","n":-0}',
    '{"t":"ack","n":0.5}',
    '{"t":"ack","n":1e300}',
    '{"t":"ack","n":9007199254740992}',
    '{"t":"ack","n":null}',
    '{"t":"__proto__"}',
    `{"t":"reset","padding":"${'x'.repeat(4096)}"}`,
  ])('to the bridge: %s', (text) => {
    expect(() => parseToBridge(text)).toThrowError(
      expect.objectContaining({ code: 'TUNNEL_PROTOCOL', details: { closeCode: CLOSE.PROTOCOL } }),
    );
  });

  test.each([
    '{"t":"hello","window":65536}',
    '{"t":"open","remote":1,"window":1048576,"maxFrame":1}',
    '{"t":"open","remote":"a","window":1048576,"maxFrame":0}',
    '{"t":"open","remote":"a","window":-1,"maxFrame":1}',
    '{"t":"error","code":1,"msg":""}',
    '{"t":"error","code":"a"}',
  ])('to the page: %s', (text) => {
    expect(() => parseToPage(text)).toThrowError(expect.objectContaining({ code: 'TUNNEL_PROTOCOL' }));
  });
});

test.each([
  [0, 524_288],
  [65_536, 524_288],
  [524_287, 524_288],
  [524_288, 524_288],
  [16_777_216, 16_777_216],
  [16_777_217, 16_777_216],
  [2 ** 53 - 1, 16_777_216],
])('a window of %i is taken as %i, on both sides', (named, taken) => {
  expect(parseToBridge(`{"t":"hello","window":${named}}`)).toEqual({ t: 'hello', window: taken });
  const open = parseToPage(`{"t":"open","remote":"a","window":${named},"maxFrame":1}`);
  expect(open).toMatchObject({ window: taken });
});

test('every close code has a sentence that names the peer where it concerns one', () => {
  for (const code of Object.values(CLOSE)) expect(closeMeaning(code, 'PACS').sentence).toMatch(/^[A-Z].*\.$/);
  expect(closeMeaning(CLOSE.RESET, '$&PEER')).toEqual({
    error: 'CONNECTION_LOST',
    sentence: '$&PEER cut the connection off; look at the log of the peer for the cause.',
  });
  expect(closeMeaning(CLOSE.NORMAL, 'PACS').error).toBeUndefined();
  expect(closeMeaning(4999, 'PACS')).toMatchObject({
    error: 'CONNECTION_LOST',
    sentence: expect.stringContaining('4999'),
  });
});

/** Seeded cases: messages as they should be, changed in one place, and anything; the sizes of frames. */
describe('fuzz', () => {
  const random = new Random(20260);

  const messages: (() => ToBridge | ToPage)[] = [
    () => ({ t: 'hello', window: clampWindow(random.int(1 << 25)) }),
    () => ({ t: 'ack', n: random.int(2 ** 31) }),
    () => ({ t: 'reset' }),
    () => ({
      t: 'open',
      remote: word(),
      window: clampWindow(random.int(1 << 25)),
      maxFrame: 1 + random.int(1 << 20),
    }),
    () => ({ t: 'error', code: word(), msg: word() }),
  ];

  function word(): string {
    return Array.from({ length: random.int(30) }, () => String.fromCharCode(random.int(0x3000))).join('');
  }

  function mutated(text: string): string {
    const at = random.int(text.length);
    const put = random.pick(['', '"', '}', '-', '.', '9', 'e9', ',', '\\', '\0', '[', 'null']);
    return text.slice(0, at) + put + text.slice(at + random.int(3));
  }

  /** A value that encodes and reads to an equal one, or a typed error. */
  function accepts(text: string): boolean {
    let accepted = false;
    for (const parse of [parseToBridge, parseToPage]) {
      try {
        const message = parse(text);
        expect(parse(encodeMessage(message))).toEqual(message);
        accepted = true;
      } catch (thrown) {
        if (!(thrown instanceof DicomError) || thrown.code !== 'TUNNEL_PROTOCOL') throw thrown;
      }
    }
    return accepted;
  }

  test('10,000 control messages', () => {
    let accepted = 0;
    for (let i = 0; i < 10_000; i++) {
      const text = encodeMessage(random.pick(messages)());
      const how = i % 5;
      const input = how < 2 ? text : how < 4 ? mutated(text) : word();
      if (accepts(input)) accepted++;
      else if (how < 2) expect.unreachable(`refused a valid message: ${text}`);
    }
    expect(accepted).toBeGreaterThan(10_000 / 3);
  });

  test('5,000 frames and acknowledgements against a plain model', () => {
    let accepted = 0;
    let sender = new SendCredit(65536);
    let receiver = new ReceiveCredit(65536);
    let model = { sent: 0, acknowledged: 0, consumed: 0, granted: 65536 };
    for (let i = 0; i < 5000; i++) {
      const length = random.int(40_000);
      const fits = model.sent + length <= model.granted;
      expect(attempt(() => receiver.received(length))).toBe(fits);
      if (fits) {
        sender.sent(length);
        model.sent += length;
      }
      const total = random.pick([
        model.consumed,
        model.sent,
        model.sent + 1,
        random.int(model.sent + 2),
        0.5,
      ]);
      const credible = Number.isInteger(total) && total >= model.acknowledged && total <= model.sent;
      expect(attempt(() => sender.acknowledge(total))).toBe(credible);
      if (credible) model.acknowledged = total;
      if (fits && credible) accepted++;
      expect(sender.underWay).toBe(model.sent - model.acknowledged);
      const read = random.int(model.sent - model.consumed + 1);
      model.consumed += read;
      const told = receiver.consumed(read);
      if (told !== undefined) {
        expect(told).toBe(model.consumed);
        model.granted = told + 65536;
      }
      if (i % 50 === 49) {
        sender = new SendCredit(65536);
        receiver = new ReceiveCredit(65536);
        model = { sent: 0, acknowledged: 0, consumed: 0, granted: 65536 };
      }
    }
    expect(accepted).toBeGreaterThan(5000 / 3);
  });

  function attempt(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof DicomError) || thrown.code !== 'TUNNEL_PROTOCOL') throw thrown;
      return false;
    }
  }
});
