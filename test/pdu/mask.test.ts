import { expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex, fromLatin1 } from '../../core/bytes/index.ts';
import type { FieldSpan } from '../../core/pdu/index.ts';
import { describe, encodePdu, withoutSecrets } from '../../core/pdu/index.ts';
import { FULL_ACCEPT, FULL_REQUEST } from './samples.ts';

const ANSWER = {
  ...FULL_ACCEPT,
  userInformation: { ...FULL_ACCEPT.userInformation, userIdentityResponse: fromLatin1('ticket') },
};

const latin1 = (bytes: Bytes): string => String.fromCharCode(...bytes);

function flat(spans: readonly FieldSpan[]): FieldSpan[] {
  return spans.flatMap((span) => [span, ...flat(span.children ?? [])]);
}

/** The PDU with these bytes behind its user information, lengths put right. */
function longer(pdu: Bytes, userInformationAt: number, more: Bytes): Bytes {
  const bytes = concat([pdu, more]);
  const view = new DataView(bytes.buffer);
  view.setUint32(2, view.getUint32(2) + more.length);
  view.setUint16(userInformationAt + 2, view.getUint16(userInformationAt + 2) + more.length);
  return bytes;
}

it('hides name and passcode of a request, and nothing else', () => {
  const bytes = encodePdu(FULL_REQUEST);
  const before = latin1(bytes);
  const after = latin1(withoutSecrets(bytes));
  expect(after).toBe(before.replace('golden', '******').replace('\0\x05bytes', '\0\x05*****'));
  expect(after).not.toBe(before);
  expect(latin1(bytes)).toBe(before); // what is sent stays
});

it('hides the response of an acceptor', () => {
  const bytes = encodePdu(ANSWER);
  expect(latin1(withoutSecrets(bytes))).toBe(latin1(bytes).replace('ticket', '******'));
});

it('leaves PDUs without identity as they are', () => {
  const { userIdentity: _, ...userInformation } = FULL_REQUEST.userInformation;
  const bytes = encodePdu({ ...FULL_REQUEST, userInformation });
  expect(withoutSecrets(bytes)).toBe(bytes);
});

it('keeps every field where it is', () => {
  for (const pdu of [FULL_REQUEST, ANSWER]) {
    const bytes = encodePdu(pdu);
    expect(describe(withoutSecrets(bytes))).toEqual(describe(bytes));
  }
});

it.each<[string, Bytes]>([
  ['a second one', fromHex('5800000d 01 00 0005 7365637265 0002 7421')],
  ['bytes behind its fields', fromHex('5800000e 01 00 0000 0000 7365637265742121')],
  ['one of the other direction', fromHex('59000008 0006 736563726574')],
])('hides what nobody reads: %s', (_, item) => {
  const bytes = longer(encodePdu(FULL_REQUEST), 230, item);
  expect(latin1(bytes)).toContain('secre');
  const hidden = withoutSecrets(bytes);
  expect(latin1(hidden)).not.toMatch(/secre|t!/);
  expect(hidden.length).toBe(bytes.length);
});

it('describes an identity by its length', () => {
  const meaning = (pdu: Bytes, name: string): string | undefined =>
    flat(describe(pdu)).find((span) => span.name === name)?.meaning;
  expect(meaning(encodePdu(FULL_REQUEST), 'Primary-field')).toBe('6 bytes, not shown');
  expect(meaning(encodePdu(FULL_REQUEST), 'Secondary-field')).toBe('5 bytes, not shown');
  expect(meaning(encodePdu(ANSWER), 'Server-response')).toBe('6 bytes, not shown');
});
