/** PDUs at random, for properties. */
import * as fc from 'fast-check';
import type { Bytes } from '../../core/bytes/index.ts';
import type { AnsweredContext, Pdu, ProposedContext, UserInformation } from '../../core/pdu/index.ts';

export const byte: fc.Arbitrary<number> = fc.nat(255);
export const bytes = (maxLength: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ maxLength }).map((array) => new Uint8Array(array));
const characters = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i));
const visible = characters(0x21, 0x7e);

const uid = fc.string({ unit: fc.constantFrom(...'0123456789.'), minLength: 1, maxLength: 64 });
const title = fc.string({
  unit: fc.constantFrom(...visible.filter((one) => one !== '\\')),
  minLength: 1,
  maxLength: 16,
});
const versionName = fc.string({ unit: fc.constantFrom(...visible), minLength: 1, maxLength: 16 });

/** A record of which any part may be missing, as `exactOptionalPropertyTypes` has it: absent, not undefined. */
function optional<T extends object>(parts: { [K in keyof Required<T>]: fc.Arbitrary<Required<T>[K]> }) {
  return fc.record(parts, { requiredKeys: [] }) as unknown as fc.Arbitrary<T>;
}

export const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: 1, maxLength: 4 });

const both = {
  maximumLength: fc.nat(2 ** 32 - 1),
  implementationClassUID: uid,
  asyncWindow: fc.record({ invoked: fc.nat(65_535), performed: fc.nat(65_535) }),
  roles: some(fc.record({ sopClassUID: uid, scu: fc.boolean(), scp: fc.boolean() })),
  implementationVersionName: versionName,
  extended: some(fc.record({ sopClassUID: uid, applicationInformation: bytes(20) })),
};

const requestUser = optional<Omit<UserInformation, 'userIdentityResponse' | 'unknown'>>({
  ...both,
  commonExtended: some(
    fc.record({
      sopClassUID: uid,
      serviceClassUID: uid,
      relatedSOPClassUIDs: fc.array(uid, { maxLength: 3 }),
    }),
  ),
  userIdentity: fc.record({
    type: byte,
    positiveResponseRequested: fc.boolean(),
    primary: bytes(30),
    secondary: bytes(30),
  }),
});

const acceptUser = optional<Omit<UserInformation, 'commonExtended' | 'userIdentity' | 'unknown'>>({
  ...both,
  userIdentityResponse: bytes(30),
});

function contexts<T>(one: fc.Arbitrary<T>): fc.Arbitrary<(T & { id: number })[]> {
  const numbered = fc.tuple(fc.nat(127), one).map(([n, rest]) => ({ id: 2 * n + 1, ...rest }));
  return fc.uniqueArray(numbered, { selector: ({ id }) => id, minLength: 1, maxLength: 12 });
}

const proposed: fc.Arbitrary<ProposedContext[]> = contexts(
  fc.record({ abstractSyntax: uid, transferSyntaxes: some(uid) }),
);
const answered: fc.Arbitrary<AnsweredContext[]> = contexts(fc.record({ result: byte, transferSyntax: uid }));

const fixed = {
  protocolVersion: fc.nat(65_535),
  calledAETitle: title,
  callingAETitle: title,
  applicationContext: uid,
};

/** Every PDU that can be sent, in any of its forms. */
export const pdu: fc.Arbitrary<Pdu> = fc.oneof(
  fc.record({
    type: fc.constant('A-ASSOCIATE-RQ' as const),
    ...fixed,
    contexts: proposed,
    userInformation: requestUser,
  }),
  fc.record({
    type: fc.constant('A-ASSOCIATE-AC' as const),
    ...fixed,
    contexts: answered,
    userInformation: acceptUser,
  }),
  fc.record({ type: fc.constant('A-ASSOCIATE-RJ' as const), result: byte, source: byte, reason: byte }),
  fc.record({
    type: fc.constant('P-DATA-TF' as const),
    pdvs: fc
      .record({
        contextId: fc.nat(127).map((n) => 2 * n + 1),
        command: fc.boolean(),
        last: fc.boolean(),
        data: bytes(200).map((data) => data.subarray(0, data.length & ~1)),
      })
      .map((pdv) => [pdv]),
  }),
  fc.constant({ type: 'A-RELEASE-RQ' as const }),
  fc.constant({ type: 'A-RELEASE-RP' as const }),
  fc.record({ type: fc.constant('A-ABORT' as const), source: byte, reason: byte }),
);
