import { expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError } from '../../core/bytes/index.ts';
import type {
  AnsweredContext,
  AssociateAC,
  AssociateRQ,
  Pdu,
  UserInformation,
} from '../../core/pdu/index.ts';
import { encodePdu, PduDecoder, PduError } from '../../core/pdu/index.ts';
import { Random } from '../support/random.ts';
import { FULL_ACCEPT, FULL_REQUEST } from './samples.ts';
import { allCaptured } from './sessions.ts';

const CASES = 40_000;
const SEED = 0x0fd0;

const VALID: readonly Bytes[] = [
  encodePdu(FULL_REQUEST),
  encodePdu(FULL_ACCEPT),
  encodePdu({ type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 2 }),
  encodePdu({ type: 'A-ABORT', source: 2, reason: 2 }),
  ...allCaptured(),
];

const MUTATIONS: readonly ((bytes: Bytes, random: Random) => Bytes)[] = [
  changeBytes,
  changeBytes,
  (bytes, random) => sized(bytes.subarray(0, 6 + random.int(bytes.length - 5))),
  (bytes, random) => sized(concat([bytes, random.bytes(random.int(20))])),
  (bytes, random) => sized(duplicateSlice(bytes, random)),
  (bytes, random) => concat([bytes, random.pick(VALID)]),
];

function changeBytes(bytes: Bytes, random: Random): Bytes {
  const changed = bytes.slice();
  for (let count = 1 + random.int(3); count > 0; count--) changed[random.int(bytes.length)] = random.int(256);
  return changed;
}

function duplicateSlice(bytes: Bytes, random: Random): Bytes {
  const from = 6 + random.int(bytes.length - 6);
  const to = from + random.int(bytes.length - from);
  return concat([bytes.subarray(0, to), bytes.subarray(from)]);
}

/** Puts the true length into the header, so that what is behind it gets read. */
function sized(bytes: Bytes): Bytes {
  const whole = bytes.slice();
  new DataView(whole.buffer).setUint32(2, whole.length - 6);
  return whole;
}

/** A type that exists and a length that fits, then noise. */
function noise(random: Random): Bytes {
  const bytes = random.bytes(6 + random.int(120));
  if (random.int(4) === 0) return bytes;
  bytes[0] = 1 + random.int(7);
  return sized(bytes);
}

function fuzzed(random: Random): Bytes {
  return random.int(5) < 4 ? random.pick(MUTATIONS)(random.pick(VALID), random) : noise(random);
}

/** What `encodePdu` would write of a received value: no unknown items, and sendable stand-ins for what it refuses. */
function canonical(pdu: Pdu): readonly Pdu[] {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return [canonicalRequest(pdu)];
    case 'A-ASSOCIATE-AC':
      return [canonicalAccept(pdu)];
    case 'P-DATA-TF':
      return pdu.pdvs.map((pdv) => {
        const data = pdv.data.length % 2 === 0 ? pdv.data : concat([pdv.data, Uint8Array.of(0)]);
        return { type: 'P-DATA-TF', pdvs: [{ ...pdv, contextId: pdv.contextId | 1, data }] };
      });
    default:
      return [pdu];
  }
}

const uid = (value: string): string => (/^[0-9.]{1,64}$/.test(value) ? value : '0');
const title = (value: string): string => (/^[ -[\]-~]+$/.test(value) ? value : 'X');

/** Odd IDs, each once, up to 128. */
function distinct<T extends { readonly id: number }>(contexts: readonly T[], otherwise: T): T[] {
  const byId = new Map(contexts.map((context) => [context.id | 1, { ...context, id: context.id | 1 }]));
  return byId.size === 0 ? [otherwise] : [...byId.values()];
}

function canonicalRequest({ unknown: _unknown, ...pdu }: AssociateRQ): AssociateRQ {
  const contexts = distinct(pdu.contexts, { id: 1, abstractSyntax: '0', transferSyntaxes: [] });
  return {
    ...pdu,
    calledAETitle: title(pdu.calledAETitle),
    callingAETitle: title(pdu.callingAETitle),
    applicationContext: uid(pdu.applicationContext),
    contexts: contexts.map(({ id, abstractSyntax, transferSyntaxes }) => ({
      id,
      abstractSyntax: uid(abstractSyntax),
      transferSyntaxes: transferSyntaxes.length === 0 ? ['0'] : transferSyntaxes.map(uid),
    })),
    userInformation: canonicalUser(pdu.userInformation),
  };
}

function canonicalAccept({ unknown: _unknown, ...pdu }: AssociateAC): AssociateAC {
  const contexts = distinct<AnsweredContext>(pdu.contexts, { id: 1, result: 1 });
  return {
    ...pdu,
    applicationContext: uid(pdu.applicationContext),
    contexts: contexts.map((context) => ({ ...context, transferSyntax: uid(context.transferSyntax ?? '') })),
    userInformation: canonicalUser(pdu.userInformation),
  };
}

function canonicalUser({ unknown: _unknown, ...user }: UserInformation): UserInformation {
  const { implementationClassUID, implementationVersionName, roles, extended, commonExtended } = user;
  return {
    ...user,
    ...(implementationClassUID === undefined ? {} : { implementationClassUID: uid(implementationClassUID) }),
    ...(implementationVersionName === undefined
      ? {}
      : { implementationVersionName: name(implementationVersionName) }),
    ...(roles === undefined ? {} : { roles: roles.map(withUid) }),
    ...(extended === undefined ? {} : { extended: extended.map(withUid) }),
    ...(commonExtended === undefined
      ? {}
      : {
          commonExtended: commonExtended.map((one) => ({
            sopClassUID: uid(one.sopClassUID),
            serviceClassUID: uid(one.serviceClassUID),
            relatedSOPClassUIDs: one.relatedSOPClassUIDs.map(uid),
          })),
        }),
  };
}

const name = (value: string): string => (/^[ -~]{1,16}$/.test(value) ? value : 'X');
const withUid = <T extends { readonly sopClassUID: string }>(one: T): T => ({
  ...one,
  sopClassUID: uid(one.sopClassUID),
});

type Outcome = 'refused' | 'incomplete' | 'accepted';

function decode(bytes: Bytes, received: Pdu[]): Outcome {
  try {
    for (const { pdu } of new PduDecoder().push(bytes)) received.push(pdu);
  } catch (error) {
    // A plain check: expect() at each of so many cases takes most of the time.
    if (!(error instanceof PduError) || ![1, 6].includes(error.abortReason)) throw error;
    return 'refused';
  }
  return received.length === 0 ? 'incomplete' : 'accepted';
}

/** The PDU as encoded; what is refused, is refused with a typed error and has a canonical form. */
function encodings(pdu: Pdu): { pdus: readonly Pdu[]; asItIs: boolean } {
  const { unknown: _unknown, ...known } = pdu as AssociateRQ;
  const user = known.userInformation as UserInformation | undefined;
  if (user?.unknown !== undefined) return { pdus: canonical(pdu), asItIs: false };
  try {
    encodePdu(known as Pdu);
    const filled = known as unknown as AssociateAC;
    const refusedBare =
      pdu.type === 'A-ASSOCIATE-AC' && filled.contexts.some((one) => one.transferSyntax === undefined);
    return refusedBare ? { pdus: canonical(pdu), asItIs: false } : { pdus: [known as Pdu], asItIs: true };
  } catch (error) {
    if (!(error instanceof DicomError) || error.code !== 'VALUE_INVALID') throw error;
    return { pdus: canonical(pdu), asItIs: false };
  }
}

it(`answers ${CASES} wrong PDUs with a PduError, or a value that encodes and decodes to itself`, () => {
  const random = new Random(SEED);
  const counts: Record<Outcome, number> = { refused: 0, incomplete: 0, accepted: 0 };
  let asTheyAre = 0;
  for (let round = 0; round < CASES; round++) {
    const received: Pdu[] = [];
    counts[decode(fuzzed(random), received)]++;
    for (const pdu of received) {
      const { pdus, asItIs } = encodings(pdu);
      if (asItIs) asTheyAre++;
      const again: Pdu[] = [];
      decode(concat(pdus.map(encodePdu)), again);
      if (!same(again, pdus)) expect({ round, again }).toEqual({ round, again: pdus });
    }
  }
  expect(counts.accepted).toBeGreaterThan(CASES / 3);
  expect(counts.refused).toBeGreaterThan(CASES / 10);
  expect(asTheyAre).toBeGreaterThan(CASES / 4);
});

/** Structural equality as toEqual has it, but fast. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return (
    keys.length === others.length &&
    keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}
