import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromLatin1, toLatin1 } from '../../core/bytes/index.ts';
import { multipart, MultipartParser } from '../../core/dicomweb/multipart.ts';
import type { OutgoingPart } from '../../core/dicomweb/multipart.ts';
import { Refusal } from '../../core/dicomweb/problem.ts';
import { Random } from '../support/random.ts';
import { split, SPLITS } from '../support/splits.ts';

interface Found {
  readonly headers: Record<string, string>;
  readonly text: string;
}

function parse(pieces: readonly Bytes[], boundary: string): Found[] {
  const parser = new MultipartParser(boundary);
  const found: Found[] = [];
  let headers: Record<string, string> | undefined;
  let text = '';
  for (const piece of pieces) {
    for (const event of parser.push(piece)) {
      if (event.kind === 'part') [headers, text] = [Object.fromEntries(event.headers), ''];
      else if (event.kind === 'bytes') text += toLatin1(event.bytes);
      else found.push({ headers: headers!, text });
    }
  }
  parser.finish();
  return found;
}

/** As RFC 2046 5.1.1 shows one, with what may stand around it. */
const MESSAGE = [
  'This is the preamble. It is to be ignored.',
  '--simple boundary',
  '',
  'It does NOT end with a linebreak.',
  '--simple boundary  ',
  'Content-type: text/plain;',
  '  charset=us-ascii',
  'X-Empty:',
  '',
  'It DOES end with a linebreak.',
  '',
  '--simple boundary',
  'A: b',
  '',
  '',
  '--simple boundary--',
  'This is the epilogue.',
].join('\r\n');

const PARTS = [
  { headers: {}, text: 'It does NOT end with a linebreak.' },
  {
    headers: { 'content-type': 'text/plain; charset=us-ascii', 'x-empty': '' },
    text: 'It DOES end with a linebreak.\r\n',
  },
  { headers: { a: 'b' }, text: '' },
];

describe.each(SPLITS)('bytes %s', (how) => {
  test('the parts of a message', () => {
    expect(parse(split(fromLatin1(MESSAGE), how, 7), 'simple boundary')).toEqual(PARTS);
  });

  test('a boundary at the first byte', () => {
    expect(parse(split(fromLatin1('--b\r\n\r\nx\r\n--b--'), how), 'b')).toEqual([{ headers: {}, text: 'x' }]);
  });

  test('what is almost a boundary', () => {
    const text = '\r\n--\r\n-\r\n--bount\r\n--boun\r\r\n--boundarx';
    const message = fromLatin1(`--boundary\r\n\r\n${text}\r\n--boundary--`);
    expect(parse(split(message, how, 3), 'boundary')).toEqual([{ headers: {}, text }]);
  });

  test.each([
    ['cut in the middle of a part', '--b\r\n\r\nx', 'The multipart message is cut off.'],
    ['without its last boundary', '--b\r\n\r\nx\r\n--b\r\n', 'The multipart message is cut off.'],
    [
      'with a line that goes on',
      '--b\r\n\r\nx\r\n--bc\r\n',
      'The multipart message has a boundary inside a line.',
    ],
    ['with a header that is none', '--b\r\nx\r\n\r\n', 'A header of a part is none.'],
    ['empty', '', 'The multipart message is cut off.'],
  ])('a message %s', (_, message, why) => {
    expect(() => parse(split(fromLatin1(message), how), 'b')).toThrow(why);
  });
});

test('limits', () => {
  expect(() => parse([fromLatin1(`--b\r\nA: ${'x'.repeat(9000)}\r\n\r\n\r\n--b--`)], 'b')).toThrow(
    '8192 bytes',
  );
  expect(() => parse(split(fromLatin1(`--b\r\nA: ${'x'.repeat(9000)}`), 'random'), 'b')).toThrow(
    '8192 bytes',
  );
  expect(() => parse([new Uint8Array(70_000)], 'b')).toThrow('no boundary');
  for (const boundary of ['', 'x'.repeat(71), 'a ', 'ä', 'a\r\n']) {
    expect(() => new MultipartParser(boundary)).toThrow(Refusal);
  }
});

test('what is written is read again, whatever the parts hold', async () => {
  const random = new Random(11);
  for (let round = 0; round < 300; round++) {
    const boundary = 'b'.repeat(1 + random.int(4));
    const parts = Array.from({ length: 1 + random.int(4) }, () => boundaryLike(random, boundary));
    async function* outgoing(): AsyncGenerator<OutgoingPart> {
      for (const body of parts) yield { media: 'application/dicom', location: 'here', body };
    }
    const pieces: Bytes[] = [];
    for await (const piece of multipart(outgoing(), `${boundary}x`)) pieces.push(piece);
    const found = parse(split(concat(pieces), 'random', round), `${boundary}x`);
    expect(found.map(({ text }) => text)).toEqual(parts.map(toLatin1));
    expect(found[0]!.headers).toEqual({ 'content-type': 'application/dicom', 'content-location': 'here' });
  }
});

/** Bytes out of which boundaries are made, none of them whole. */
function boundaryLike(random: Random, boundary: string): Bytes {
  const pieces = ['\r', '\n', '-', 'b', '\r\n', '\r\n--', `\r\n--${boundary}`, 'y'];
  return fromLatin1(Array.from({ length: random.int(40) }, () => random.pick(pieces)).join(''));
}

test('bytes that are no message are refused, and nothing else happens', () => {
  const random = new Random(5);
  const alphabet = fromLatin1('\r\n--bA: \x00');
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from({ length: random.int(60) }, () => random.pick([...alphabet]));
    try {
      parse(split(bytes, 'random', round), 'b');
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
    }
  }
});
