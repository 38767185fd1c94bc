/** Presentation contexts, roles and user information (PS3.8 9.3.2.2, 9.3.3.2; PS3.7 D.3.3). */
import { describe, expect, test } from 'vitest';
import { encodePdu } from '../../core/pdu/index.ts';
import type { AnsweredContext, AssociateAC, AssociateRQ, ProposedContext } from '../../core/pdu/index.ts';
import {
  answeredContexts,
  ASSUMED_MAXIMUM_LENGTH,
  negotiated,
  partyOf,
  proposedContexts,
  proposedRoles,
} from '../../core/ul/index.ts';
import type { ContextPolicy, Negotiated } from '../../core/ul/index.ts';
import { AC, CT_IMAGE, IMPLICIT, RQ, STUDY_FIND, VERIFICATION } from '../support/parrot.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';

function answered(...contexts: AnsweredContext[]): Negotiated {
  return negotiated(RQ, { ...AC, contexts });
}

function proposing(...contexts: ProposedContext[]): AssociateRQ {
  return { ...RQ, contexts };
}

const context = (id: number, abstractSyntax = VERIFICATION, ...syntaxes: string[]): ProposedContext => ({
  id,
  abstractSyntax,
  transferSyntaxes: syntaxes.length > 0 ? syntaxes : [IMPLICIT],
});

const takeFirst: ContextPolicy = ({ transferSyntaxes }) => ({ transferSyntax: transferSyntaxes[0]! });

/** The answer as it would be sent, which the encoder checks. */
function answer(rq: AssociateRQ, policy: ContextPolicy = takeFirst): AssociateAC {
  const ac: AssociateAC = { ...AC, contexts: answeredContexts(rq, policy) };
  encodePdu(ac);
  return ac;
}

describe('what is proposed', () => {
  test('gets the odd identifiers in order, 128 at most', () => {
    const many = Array.from({ length: 128 }, () => ({
      abstractSyntax: CT_IMAGE,
      transferSyntaxes: [IMPLICIT],
    }));
    expect(proposedContexts(many).map(({ id }) => id)).toEqual(many.map((_, i) => 2 * i + 1));
    expect(() => proposedContexts([...many, many[0]!])).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
    expect(() => proposedContexts([])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test('names a role once a SOP class, and only where one is wanted', () => {
    const role = { scu: false, scp: true };
    const proposals = [
      { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] },
      { abstractSyntax: CT_IMAGE, transferSyntaxes: [IMPLICIT], role },
      { abstractSyntax: CT_IMAGE, transferSyntaxes: [EXPLICIT], role },
    ];
    expect(proposedRoles(proposals)).toEqual([{ sopClassUID: CT_IMAGE, ...role }]);
  });
});

describe('how an answer is read', () => {
  test('by identifier, in any order; what is missing is refused', () => {
    const { accepted, refused } = answered(
      { id: 5, result: 0, transferSyntax: IMPLICIT },
      { id: 1, result: 0, transferSyntax: IMPLICIT },
    );
    expect([...accepted.values()].map(({ id, abstractSyntax }) => [id, abstractSyntax])).toEqual([
      [1, VERIFICATION],
      [5, CT_IMAGE],
    ]);
    expect(refused).toEqual([{ id: 3, abstractSyntax: STUDY_FIND, result: undefined }]);
  });

  test('a refusal with any transfer syntax, or none, is a refusal', () => {
    const { accepted, refused } = answered(
      { id: 1, result: 3 },
      { id: 3, result: 4, transferSyntax: IMPLICIT },
      { id: 5, result: 77, transferSyntax: '' },
    );
    expect(accepted.size).toBe(0);
    expect(refused.map(({ result }) => result)).toEqual([3, 4, 77]);
  });

  test('an acceptance without a syntax, or with one not proposed, is of no use', () => {
    const { accepted } = answered({ id: 1, result: 0 }, { id: 3, result: 0, transferSyntax: EXPLICIT });
    expect(accepted.size).toBe(0);
  });

  test('identifiers that were not proposed are ignored', () => {
    const { accepted, refused } = answered(...AC.contexts, { id: 99, result: 0, transferSyntax: IMPLICIT });
    expect([...accepted.keys()]).toEqual([1, 3, 5]);
    expect(refused).toEqual([]);
  });

  test('roles are kept or lowered, never raised; without an answer the default holds', () => {
    const roles = (scu: boolean, scp: boolean): AssociateRQ['userInformation'] => ({
      roles: [{ sopClassUID: CT_IMAGE, scu, scp }],
    });
    const read = (proposed: AssociateRQ['userInformation'], given: AssociateRQ['userInformation']): unknown =>
      negotiated({ ...RQ, userInformation: proposed }, { ...AC, userInformation: given }).accepted.get(5)!
        .requestor;
    expect(read(roles(false, true), roles(false, true))).toEqual({ scu: false, scp: true });
    expect(read(roles(true, true), roles(false, true))).toEqual({ scu: false, scp: true });
    expect(read(roles(false, true), roles(true, true))).toEqual({ scu: false, scp: true });
    expect(read(roles(false, true), {})).toEqual({ scu: true, scp: false });
    expect(read({}, roles(true, true))).toEqual({ scu: true, scp: false });
  });

  test('a party that leaves out its maximum length gets 16384 assumed', () => {
    expect(partyOf('X', {})).toEqual({
      aeTitle: 'X',
      maximumLength: ASSUMED_MAXIMUM_LENGTH,
      implementationClassUID: '',
      implementationVersionName: '',
    });
    expect(partyOf('X', { maximumLength: 0 }).maximumLength).toBe(0);
  });
});

describe('how a request is answered', () => {
  test('in the order proposed, by the policy', () => {
    const rq = proposing(context(5, CT_IMAGE, EXPLICIT, IMPLICIT), context(1));
    const { contexts } = answer(rq, (proposed) =>
      proposed.abstractSyntax === CT_IMAGE ? { transferSyntax: EXPLICIT } : { result: 3 },
    );
    expect(contexts).toMatchObject([
      { id: 5, result: 0, transferSyntax: EXPLICIT },
      { id: 1, result: 3 },
    ]);
  });

  test('even, zero and repeated identifiers cannot be answered: only the legal are, and the answer can be sent', () => {
    const rq = proposing(context(0), context(2), context(1, CT_IMAGE), context(1, VERIFICATION), context(3));
    const ac = answer(rq);
    expect(ac.contexts.map(({ id }) => id)).toEqual([1, 3]);
    const { accepted } = negotiated(rq, ac);
    expect([...accepted.values()].map(({ id, abstractSyntax }) => [id, abstractSyntax])).toEqual([
      [1, CT_IMAGE], // what the policy has seen, not what came later under the same number
      [3, VERIFICATION],
    ]);
  });

  test('200 contexts are answered as far as there are numbers', () => {
    const ac = answer(proposing(...Array.from({ length: 200 }, (_, i) => context((2 * i + 1) & 0xff))));
    expect(ac.contexts).toHaveLength(128);
  });

  test('a transfer syntax that is no UID is not offered to the policy', () => {
    const seen: (readonly string[])[] = [];
    const rq = proposing(context(1, CT_IMAGE, 'nonsense', '', IMPLICIT), context(3, CT_IMAGE, 'nonsense'));
    const { contexts } = answer(rq, ({ transferSyntaxes }) => {
      seen.push(transferSyntaxes);
      const [first] = transferSyntaxes;
      return first === undefined ? { result: 4 } : { transferSyntax: first };
    });
    expect(seen).toEqual([[IMPLICIT], []]);
    expect(contexts).toMatchObject([{ transferSyntax: IMPLICIT }, { result: 4 }]);
  });
});
