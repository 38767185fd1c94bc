/** Presentation contexts and user information: what is proposed, and what was agreed (PS3.8 7.1, PS3.7 D.3). */
import { DicomError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { isUID } from '../dict/index.ts';
import type {
  AnsweredContext,
  AssociateAC,
  AssociateRQ,
  ProposedContext,
  RoleSelection,
  UserInformation,
} from '../pdu/index.ts';

/** DICOM Application Context Name (PS3.7 A.2.1). */
export const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

/** What we offer as maximum length, in bytes: DCMTK's largest. A peer without 51H gets 16384 assumed. */
export const DEFAULT_MAXIMUM_LENGTH = 131_072;
export const ASSUMED_MAXIMUM_LENGTH = 16_384;

/** At most this many presentation contexts have an identifier: the odd numbers 1 to 255 (PS3.8 9.3.2.2). */
export const MAXIMUM_CONTEXTS = 128;

/** Results of a presentation context (PS3.8 Table 9-18). */
export const CONTEXT_RESULT = {
  acceptance: 0,
  userRejection: 1,
  noReason: 2,
  abstractSyntaxNotSupported: 3,
  transferSyntaxesNotSupported: 4,
} as const;

/** Written into a refusal, where the field is not significant but has to be a UID. */
const INSIGNIFICANT_SYNTAX = '1.2.840.10008.1.2';

/** One SOP class to propose; identifiers are given in order. */
export interface ContextProposal {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** Role selection (PS3.7 D.3.3.4): proposed where we want another role than SCU, as for C-GET. */
  readonly role?: { readonly scu: boolean; readonly scp: boolean };
}

/** An accepted presentation context. */
export interface PresentationContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
  /** What the association requestor may be in it; the acceptor is the counterpart. */
  readonly requestor: { readonly scu: boolean; readonly scp: boolean };
  /** What the acceptor answered to the extended negotiation of its SOP class (PS3.7 D.3.3.5). */
  readonly extended?: Bytes;
}

/** A proposed context that the peer did not accept. `result` is undefined where the answer misses it. */
export interface RefusedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly result: number | undefined;
}

/** What either side has told of itself. */
export interface Party {
  readonly aeTitle: string;
  /** Longest P-DATA-TF that this party takes, in bytes of its variable field; 0 is unlimited. */
  readonly maximumLength: number;
  readonly implementationClassUID: string;
  readonly implementationVersionName: string;
}

/** What an answer does against the standard and we take all the same. Codes are stable; texts are not. */
export const ANSWER_DEVIATIONS = {
  CONTEXT_UNKNOWN: 'an answer to a presentation context that was not proposed; ignored',
  CONTEXT_UNANSWERED: 'no answer to a proposed presentation context; taken as refused',
  SYNTAX_NOT_PROPOSED: 'an acceptance without a transfer syntax that was proposed; taken as refused',
} as const;
export type AnswerDeviationCode = keyof typeof ANSWER_DEVIATIONS;

export interface AnswerDeviation {
  readonly code: AnswerDeviationCode;
  readonly contextId: number;
}

export interface Negotiated {
  readonly accepted: ReadonlyMap<number, PresentationContext>;
  readonly refused: readonly RefusedContext[];
  readonly deviations: readonly AnswerDeviation[];
  /** 59H (PS3.7 D.3.3.7.2); undefined where the acceptor sent none. */
  readonly userIdentityResponse?: Bytes;
}

const DEFAULT_ROLES = { scu: true, scp: false } as const;

/** Gives proposals their identifiers. @throws DicomError LIMIT_EXCEEDED above 128, USAGE for none. */
export function proposedContexts(proposals: readonly ContextProposal[]): ProposedContext[] {
  if (proposals.length === 0) throw new DicomError('USAGE', 'An association needs a presentation context.');
  if (proposals.length > MAXIMUM_CONTEXTS) {
    throw new DicomError(
      'LIMIT_EXCEEDED',
      `An association has ${MAXIMUM_CONTEXTS} presentation contexts at most; ${proposals.length} are wanted.`,
      { limit: MAXIMUM_CONTEXTS, wanted: proposals.length },
    );
  }
  return proposals.map(({ abstractSyntax, transferSyntaxes }, i) => ({
    id: 2 * i + 1,
    abstractSyntax,
    transferSyntaxes,
  }));
}

/** One role selection item a SOP class, for the classes that want one (PS3.7 D.3.3.4). */
export function proposedRoles(proposals: readonly ContextProposal[]): RoleSelection[] {
  const roles = new Map<string, RoleSelection>();
  for (const { abstractSyntax, role } of proposals) {
    if (role) roles.set(abstractSyntax, { sopClassUID: abstractSyntax, ...role });
  }
  return [...roles.values()];
}

/** Reads an answer (PS3.8 9.3.3.2): a context missing in it, or with a syntax not proposed, counts as refused. */
export function negotiated(rq: AssociateRQ, ac: AssociateAC): Negotiated {
  const answers = new Map(ac.contexts.map((answer) => [answer.id, answer]));
  const accepted = new Map<number, PresentationContext>();
  const refused: RefusedContext[] = [];
  const deviations: AnswerDeviation[] = [];
  for (const proposed of legalContexts(rq)) {
    const answer = answers.get(proposed.id);
    answers.delete(proposed.id);
    const transferSyntax = usable(proposed, answer);
    if (transferSyntax === undefined) {
      const code = deviationOf(answer);
      if (code) deviations.push({ code, contextId: proposed.id });
      refused.push({ id: proposed.id, abstractSyntax: proposed.abstractSyntax, result: answer?.result });
    } else {
      const { id, abstractSyntax } = proposed;
      const requestor = rolesOf(abstractSyntax, rq.userInformation, ac.userInformation);
      const extended = extendedAnswer(abstractSyntax, rq.userInformation, ac.userInformation);
      accepted.set(id, { id, abstractSyntax, transferSyntax, requestor, ...(extended && { extended }) });
    }
  }
  for (const contextId of answers.keys()) deviations.push({ code: 'CONTEXT_UNKNOWN', contextId });
  const response = ac.userInformation.userIdentityResponse?.slice(); // a view into what was received
  return { accepted, refused, deviations, ...(response && { userIdentityResponse: response }) };
}

/** What is wrong with an answer that leaves its context unusable; a plain refusal is in order. */
function deviationOf(answer: AnsweredContext | undefined): AnswerDeviationCode | undefined {
  if (answer === undefined) return 'CONTEXT_UNANSWERED';
  return answer.result === CONTEXT_RESULT.acceptance ? 'SYNTAX_NOT_PROPOSED' : undefined;
}

function usable(proposed: ProposedContext, answer: AnsweredContext | undefined): string | undefined {
  if (answer?.result !== CONTEXT_RESULT.acceptance || answer.transferSyntax === undefined) return undefined;
  return proposed.transferSyntaxes.includes(answer.transferSyntax) ? answer.transferSyntax : undefined;
}

/** PS3.7 D.3.3.4: without an answer the default roles hold; an answer may only keep or lower what was proposed. */
function rolesOf(
  sopClassUID: string,
  rq: UserInformation,
  ac: UserInformation,
): { scu: boolean; scp: boolean } {
  const find = (from: UserInformation): RoleSelection | undefined =>
    from.roles?.find((role) => role.sopClassUID === sopClassUID);
  const proposed = find(rq);
  const answered = find(ac);
  if (!proposed || !answered) return DEFAULT_ROLES;
  return { scu: proposed.scu && answered.scu, scp: proposed.scp && answered.scp };
}

/** PS3.7 D.3.3.5: counts only where it was proposed, and as far. */
function extendedAnswer(sopClassUID: string, rq: UserInformation, ac: UserInformation): Bytes | undefined {
  const find = (from: UserInformation): Bytes | undefined =>
    from.extended?.find((item) => item.sopClassUID === sopClassUID)?.applicationInformation;
  const proposed = find(rq);
  return proposed && find(ac)?.slice(0, proposed.length);
}

/** How an acceptor decides on one context: a transfer syntax of the proposed ones, or why not. */
export type ContextPolicy = (
  proposed: ProposedContext,
) => { readonly transferSyntax: string } | { readonly result: 1 | 2 | 3 | 4 };

/**
 * Answers contexts in the order proposed (PS3.8 9.3.3.2). Identifiers that are not odd, or come again, cannot
 * stand in an answer and get none; transfer syntaxes that are no UIDs count as not proposed.
 */
export function answeredContexts(rq: AssociateRQ, policy: ContextPolicy): AnsweredContext[] {
  return legalContexts(rq).map(({ id, abstractSyntax, transferSyntaxes }) => {
    const decision = policy({ id, abstractSyntax, transferSyntaxes: transferSyntaxes.filter(isUID) });
    return 'transferSyntax' in decision
      ? { id, result: CONTEXT_RESULT.acceptance, transferSyntax: decision.transferSyntax }
      : { id, result: decision.result, transferSyntax: INSIGNIFICANT_SYNTAX };
  });
}

/** Contexts whose identifier is odd and comes for the first time (PS3.8 9.3.2.2): 128 at most. */
export function legalContexts({ contexts }: AssociateRQ): ProposedContext[] {
  const seen = new Set<number>();
  return contexts.filter(({ id }) => {
    const legal = id % 2 === 1 && !seen.has(id);
    seen.add(id);
    return legal;
  });
}

/** What the other side says of itself; parts it leaves out get the standard's meaning, or are empty. */
export function partyOf(aeTitle: string, information: UserInformation): Party {
  return {
    aeTitle,
    maximumLength: information.maximumLength ?? ASSUMED_MAXIMUM_LENGTH,
    implementationClassUID: information.implementationClassUID ?? '',
    implementationVersionName: information.implementationVersionName ?? '',
  };
}
