import { describe, expect, it } from 'vitest';
import { DicomError, fromHex } from '../../core/bytes/index.ts';
import type { AssociateAC, AssociateRQ, Pdu, UserInformation } from '../../core/pdu/index.ts';
import { encodePdu, P_DATA_HEADER, P_DATA_OVERHEAD, writePDataHeader } from '../../core/pdu/index.ts';
import { FULL_ACCEPT, FULL_REQUEST } from './samples.ts';

const request = (change: Partial<AssociateRQ>): Pdu => ({ ...FULL_REQUEST, ...change });
const accept = (change: Partial<AssociateAC>): Pdu => ({ ...FULL_ACCEPT, ...change });
const user = (change: UserInformation): Pdu => request({ userInformation: change });
const context = (id: number) => ({ id, abstractSyntax: '1.2', transferSyntaxes: ['1.2'] });
const pdv = { contextId: 1, command: false, last: true, data: fromHex('0102') };
const data = (...pdvs: (typeof pdv)[]): Pdu => ({ type: 'P-DATA-TF', pdvs });

function refusal(pdu: Pdu): unknown {
  try {
    encodePdu(pdu);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('encodePdu refuses', () => {
  it.each<[string, Pdu]>([
    ['an empty called title', request({ calledAETitle: '' })],
    ['a calling title of spaces', request({ callingAETitle: '   ' })],
    ['a title of 17 characters', request({ calledAETitle: 'A'.repeat(17) })],
    ['a title with backslash', request({ calledAETitle: 'A\\B' })],
    ['a title with a control character', request({ calledAETitle: 'A\tB' })],
    ['a title beyond ASCII', request({ calledAETitle: 'Ä' })],
    ['a title echo beyond Latin-1', accept({ calledAETitle: '山田' })],
    ['an empty UID', request({ applicationContext: '' })],
    ['a UID of 65 characters', request({ applicationContext: '1'.repeat(65) })],
    ['a UID with a letter', request({ applicationContext: '1.2.a' })],
    ['no context', request({ contexts: [] })],
    ['no context in an AC', accept({ contexts: [] })],
    ['an even context ID', request({ contexts: [context(2)] })],
    ['context ID 257', request({ contexts: [context(257)] })],
    ['context ID -1', request({ contexts: [context(-1)] })],
    ['a context ID twice', request({ contexts: [context(1), context(1)] })],
    ['129 contexts', request({ contexts: Array.from({ length: 129 }, (_, i) => context(2 * i + 1)) })],
    ['no transfer syntax', request({ contexts: [{ ...context(1), transferSyntaxes: [] }] })],
    ['acceptance of nothing', accept({ contexts: [{ id: 1, result: 0 }] })],
    ['a maximum length beyond 32 bits', user({ maximumLength: 2 ** 32 })],
    ['a fraction', user({ maximumLength: 0.5 })],
    ['NaN', user({ maximumLength: NaN })],
    ['a negative window', user({ asyncWindow: { invoked: -1, performed: 1 } })],
    ['an empty version name', user({ implementationVersionName: '' })],
    ['a version name of 17 characters', user({ implementationVersionName: 'V'.repeat(17) })],
    ['59H in a request', user({ userIdentityResponse: fromHex('00') })],
    ['58H in an AC', accept({ userInformation: FULL_REQUEST.userInformation })],
    [
      'an item beyond 65535 bytes',
      user({ extended: [{ sopClassUID: '1.2', applicationInformation: new Uint8Array(65_533) }] }),
    ],
    ['result 256', { type: 'A-ASSOCIATE-RJ', result: 256, source: 1, reason: 1 }],
    ['a P-DATA-TF without PDV', data()],
    ['two PDVs in a P-DATA-TF, which this library never sends', data(pdv, pdv)],
    ['a fragment of odd length', data({ ...pdv, data: fromHex('01') })],
    ['a PDV on an even context', data({ ...pdv, contextId: 2 })],
  ])('%s', (_name, pdu) => {
    const error = refusal(pdu);
    expect(error).toBeInstanceOf(DicomError);
    expect(error).toMatchObject({ code: 'VALUE_INVALID' });
  });
});

it('takes 128 contexts', () => {
  const contexts = Array.from({ length: 128 }, (_, i) => context(2 * i + 1));
  expect(refusal(request({ contexts }))).toBeUndefined();
});

it('sends a refused context with a transfer syntax all the same', () => {
  const bytes = encodePdu(accept({ contexts: [{ id: 1, result: 3 }] }));
  expect(bytes).toEqual(
    encodePdu(accept({ contexts: [{ id: 1, result: 3, transferSyntax: '1.2.840.10008.1.2' }] })),
  );
});

it('echoes titles in an AC that it would not send in a request', () => {
  expect(refusal(accept({ calledAETitle: '', callingAETitle: 'Ä\\' }))).toBeUndefined();
});

describe('writePDataHeader', () => {
  it('writes the bytes that the table gives', () => {
    expect(P_DATA_HEADER).toBe(12);
    expect(P_DATA_OVERHEAD).toBe(6);
    for (const command of [true, false]) {
      for (const last of [true, false]) {
        for (const length of [0, 2, 300, 70_000]) {
          const whole = encodePdu(data({ contextId: 255, command, last, data: new Uint8Array(length) }));
          const into = new Uint8Array(16).fill(0xaa);
          writePDataHeader(into, 2, { contextId: 255, command, last }, length);
          expect(into.subarray(2, 14)).toEqual(whole.subarray(0, 12));
          expect([into[1], into[14]]).toEqual([0xaa, 0xaa]);
        }
      }
    }
  });

  it.each([
    [2, 2],
    [0, 2],
    [257, 2],
    [NaN, 2],
    [1, 3],
  ])('refuses context %d with %d bytes', (contextId, length) => {
    const write = (): void =>
      writePDataHeader(new Uint8Array(12), 0, { contextId, command: true, last: true }, length);
    expect(write).toThrow(DicomError);
  });
});
