import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex, fromLatin1, toHex } from '../../core/bytes/index.ts';
import type { Pdu } from '../../core/pdu/index.ts';
import { encodePdu, PduDecoder } from '../../core/pdu/index.ts';
import { split, SPLITS } from '../support/splits.ts';
import { FULL_ACCEPT, FULL_REQUEST } from './samples.ts';
import type { Session } from './sessions.ts';
import { captured, SESSIONS } from './sessions.ts';

const DCMTK = {
  maximumLength: 16_384,
  implementationClassUID: '1.2.276.0.7230010.3.0.3.6.7',
  implementationVersionName: 'OFFIS_DCMTK_367',
};

function associate(calledAETitle = 'QRSCP') {
  return {
    protocolVersion: 1,
    calledAETitle,
    callingAETitle: 'WEBSCU',
    applicationContext: '1.2.840.10008.3.1.1.1',
    userInformation: DCMTK,
  } as const;
}

function echoRequest(calledAETitle?: string): Pdu {
  return {
    type: 'A-ASSOCIATE-RQ',
    ...associate(calledAETitle),
    contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }],
  };
}

function echoAccept(calledAETitle?: string): Pdu {
  return {
    type: 'A-ASSOCIATE-AC',
    ...associate(calledAETitle),
    contexts: [{ id: 1, result: 0, transferSyntax: '1.2.840.10008.1.2' }],
  };
}

function data(command: boolean, hex: string): Pdu {
  return { type: 'P-DATA-TF', pdvs: [{ contextId: 1, command, last: true, data: fromHex(hex) }] };
}

const VERIFICATION = '000002001200 0000 312e322e3834302e31303030382e312e3100';
const STUDY_FIND = '000002001c00 0000 312e322e3834302e31303030382e352e312e342e312e322e322e3100';

function findResponse(type: string, status: string): Pdu {
  const elements = `000020010200 0000 0100 000000080200 0000 ${type} 000000090200 0000 ${status}`;
  return data(true, `000000000400 0000 4c000000 ${STUDY_FIND} 000000010200 0000 2080 ${elements}`);
}

const RELEASED: readonly Pdu[] = [{ type: 'A-RELEASE-RQ' }, { type: 'A-RELEASE-RP' }];

const EXPLICIT = '1.2.840.10008.1.2.1';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const THREE_SYNTAXES = [EXPLICIT, '1.2.840.10008.1.2.2', '1.2.840.10008.1.2'];

const ECHO_MESSAGES: readonly Pdu[] = [
  data(
    true,
    `000000000400 0000 38000000 ${VERIFICATION} 000000010200 0000 3000 000010010200 0000 0100 000000080200 0000 0101`,
  ),
  data(
    true,
    `000000000400 0000 42000000 ${VERIFICATION} 000000010200 0000 3080 000020010200 0000 0100 000000080200 0000 0101 000000090200 0000 0000`,
  ),
];

/** What the captures say, typed by hand from tshark's reading of them. */
const MEANING: Record<Session, readonly Pdu[]> = {
  echo: [echoRequest(), echoAccept(), ...ECHO_MESSAGES, ...RELEASED],
  find: [
    {
      type: 'A-ASSOCIATE-RQ',
      ...associate(),
      contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1', transferSyntaxes: THREE_SYNTAXES }],
    },
    {
      type: 'A-ASSOCIATE-AC',
      ...associate(),
      contexts: [{ id: 1, result: 0, transferSyntax: EXPLICIT }],
    },
    data(
      true,
      `000000000400 0000 4c000000 ${STUDY_FIND} 000000010200 0000 2000 000010010200 0000 0100 000000070200 0000 0000 000000080200 0000 0100`,
    ),
    data(false, '080052004353 0600 535455445920 10001000504e 0800 476f6c64656e2a20 20000d005549 0000'),
    findResponse('0100', '00ff'),
    data(
      false,
      `080052004353 0600 535455445920 080054004145 0600 515253435020
       10001000504e 0c00 476f6c64656e5e4279746520
       20000d005549 1e00 312e322e3832362e302e312e333638303034332e382e313035352e312e32`,
    ),
    findResponse('0101', '0000'),
    ...RELEASED,
  ],
  profile: [
    {
      type: 'A-ASSOCIATE-RQ',
      ...associate(),
      contexts: [
        {
          id: 1,
          abstractSyntax: SECONDARY_CAPTURE,
          transferSyntaxes: ['1.2.840.10008.1.2', EXPLICIT],
        },
        {
          id: 3,
          abstractSyntax: '1.2.840.10008.5.1.4.1.1.2',
          transferSyntaxes: ['1.2.840.10008.1.2', EXPLICIT],
        },
      ],
      userInformation: {
        ...DCMTK,
        roles: [{ sopClassUID: SECONDARY_CAPTURE, scu: true, scp: true }],
        extended: [
          { sopClassUID: SECONDARY_CAPTURE, applicationInformation: Uint8Array.of(2, 0, 1, 0, 0, 0) },
        ],
        userIdentity: {
          type: 2,
          positiveResponseRequested: true,
          primary: fromLatin1('golden'),
          secondary: fromLatin1('bytes'),
        },
      },
    },
    {
      type: 'A-ASSOCIATE-AC',
      ...associate(),
      contexts: [
        { id: 1, result: 0, transferSyntax: EXPLICIT },
        { id: 3, result: 0, transferSyntax: EXPLICIT },
      ],
      userInformation: { ...DCMTK, roles: [{ sopClassUID: SECONDARY_CAPTURE, scu: true, scp: true }] },
    },
  ],
  worklist: [
    {
      type: 'A-ASSOCIATE-RQ',
      ...associate(),
      contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.5.1.4.31', transferSyntaxes: THREE_SYNTAXES }],
    },
    {
      type: 'A-ASSOCIATE-AC',
      ...associate(),
      contexts: [{ id: 1, result: 3, transferSyntax: '1.2.840.10008.1.2' }],
    },
  ],
  refuse: [echoRequest('STORESCP'), { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 1 }],
  abort: [
    echoRequest('STORESCP'),
    echoAccept('STORESCP'),
    ...ECHO_MESSAGES,
    { type: 'A-ABORT', source: 0, reason: 0 },
  ],
};

function decode(pieces: readonly Bytes[]) {
  const decoder = new PduDecoder();
  return pieces.flatMap((piece) => [...decoder.push(piece)]);
}

describe.each(SESSIONS)('the captured session %s', (session) => {
  const bytes = captured(session).map((one) => one.bytes);

  it.each(SPLITS)('means what tshark read, with bytes %s', (how) => {
    const received = decode(split(concat(bytes), how));
    expect(received.map(({ pdu }) => pdu)).toEqual(MEANING[session]);
    expect(received.map((one) => toHex(one.bytes))).toEqual(bytes.map(toHex));
  });

  it('is what we encode, but for reserved bytes that DCMTK does not zero', () => {
    for (const { pdu, bytes: sent, deviations } of decode(bytes)) {
      const zeroed = sent.slice();
      for (const { code, offset } of deviations) {
        expect(code).toBe('RESERVED_NOT_ZERO');
        zeroed.fill(0, offset, offset + 3); // the reserved bytes 6 to 8 of the presentation context
      }
      expect(toHex(encodePdu(pdu))).toBe(toHex(zeroed));
    }
  });
});

it('holds all seven PDUs', () => {
  expect(new Set(Object.values(MEANING).flatMap((pdus) => pdus.map(({ type }) => type))).size).toBe(7);
});

it.each(SPLITS)('reads back every item that we send, with bytes %s', (how) => {
  const bytes = concat([encodePdu(FULL_REQUEST), encodePdu(FULL_ACCEPT)]);
  const received = decode(split(bytes, how));
  expect(received.map(({ pdu }) => pdu)).toEqual([FULL_REQUEST, FULL_ACCEPT]);
  expect(received.flatMap(({ deviations }) => deviations)).toEqual([]);
});
