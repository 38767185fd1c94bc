import { describe, expect, test } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import type { ListenToBridge, ListenToPage } from '../../core/transport/index.ts';
import {
  CLOSE,
  encodeListenMessage,
  parseListenToBridge,
  parseListenToPage,
} from '../../core/transport/index.ts';
import { Random } from '../support/random.ts';

describe('golden messages', () => {
  test.each<[string, ListenToBridge]>([
    ['{"t":"lease"}', { t: 'lease' }],
    ['{"t":"lease","aeTitle":"WEB 01"}', { t: 'lease', aeTitle: 'WEB 01' }],
    ['{"t":"lease","aeTitle":"WEB01","secret":"a-b_C9"}', { t: 'lease', aeTitle: 'WEB01', secret: 'a-b_C9' }],
    ['{"t":"release"}', { t: 'release' }],
  ])('%s to the bridge', (text, message) => {
    expect(parseListenToBridge(text)).toEqual(message);
    expect(encodeListenMessage(message)).toBe(text);
  });

  test.each<[string, ListenToPage]>([
    [
      '{"t":"leased","aeTitle":"WEB01","host":"0.0.0.0","port":11114,"secret":"x"}',
      { t: 'leased', aeTitle: 'WEB01', host: '0.0.0.0', port: 11114, secret: 'x' },
    ],
    [
      '{"t":"incoming","ticket":"x","node":"y","called":"WEB01","calling":"","remote":"10.0.0.5:1"}',
      { t: 'incoming', ticket: 'x', node: 'y', called: 'WEB01', calling: '', remote: '10.0.0.5:1' },
    ],
    ['{"t":"withdrawn","ticket":"x"}', { t: 'withdrawn', ticket: 'x' }],
    ['{"t":"error","code":"busy","msg":"No."}', { t: 'error', code: 'busy', msg: 'No.' }],
  ])('%s to the page', (text, message) => {
    expect(parseListenToPage(text)).toEqual(message);
    expect(encodeListenMessage(message)).toBe(text);
  });
});

describe('what is no message', () => {
  const refused = expect.objectContaining({
    code: 'TUNNEL_PROTOCOL',
    details: { closeCode: CLOSE.PROTOCOL },
  });

  test.each([
    '',
    '[]',
    '{"t":"hello","window":65536}',
    '{"t":"lease","aeTitle":""}',
    '{"t":"lease","aeTitle":"WEB01 "}',
    '{"t":"lease","aeTitle":"SEVENTEEN LETTERS"}',
    '{"t":"lease","aeTitle":"a\\\\b"}',
    '{"t":"lease","aeTitle":1}',
    '{"t":"lease","secret":""}',
    '{"t":"lease","secret":"a,b"}',
    `{"t":"lease","secret":"${'x'.repeat(65)}"}`,
    `{"t":"release","padding":"${'x'.repeat(4096)}"}`,
  ])('to the bridge: %s', (text) => {
    expect(() => parseListenToBridge(text)).toThrowError(refused);
  });

  test.each([
    '{"t":"lease"}',
    '{"t":"leased","aeTitle":"WEB01","host":"h","port":0,"secret":"x"}',
    '{"t":"incoming","ticket":"a/b","node":"y","called":"WEB01","calling":"","remote":""}',
    '{"t":"incoming","ticket":"x","node":"../y","called":"WEB01","calling":"","remote":""}',
    '{"t":"incoming","ticket":"x","node":"y","called":"","calling":"","remote":""}',
    '{"t":"withdrawn"}',
  ])('to the page: %s', (text) => {
    expect(() => parseListenToPage(text)).toThrowError(refused);
  });
});

test('10,000 messages, whole, changed in one place, or anything: read as they are, or a typed error', () => {
  const random = new Random(40426);
  const word = (): string =>
    Array.from({ length: 1 + random.int(16) }, () => String.fromCharCode(65 + random.int(26))).join('');
  const messages: (() => ListenToBridge | ListenToPage)[] = [
    () => ({ t: 'lease', aeTitle: word(), secret: word() }),
    () => ({ t: 'release' }),
    () => ({ t: 'leased', aeTitle: word(), host: word(), port: 1 + random.int(65535), secret: word() }),
    () => ({
      t: 'incoming',
      ticket: word(),
      node: word(),
      called: word(),
      calling: word(),
      remote: word(),
    }),
    () => ({ t: 'withdrawn', ticket: word() }),
  ];
  let accepted = 0;
  for (let i = 0; i < 10_000; i++) {
    const text = encodeListenMessage(random.pick(messages)());
    const at = random.int(text.length);
    const put = random.pick(['', '"', '}', '-', '\\', '\0', ' ', '/', 'null', '\u3042']);
    const input = i % 3 === 0 ? text : text.slice(0, at) + put + text.slice(at + random.int(3));
    for (const parse of [parseListenToBridge, parseListenToPage]) {
      try {
        const message = parse(input);
        expect(parse(encodeListenMessage(message))).toEqual(message);
        accepted++;
      } catch (thrown) {
        if (!(thrown instanceof DicomError) || thrown.code !== 'TUNNEL_PROTOCOL') throw thrown;
      }
    }
  }
  expect(accepted).toBeGreaterThan(10_000 / 3);
});
