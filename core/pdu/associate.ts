/** A-ASSOCIATE-RQ and A-ASSOCIATE-AC (PS3.8 9.3.2, 9.3.3) with the application context item 10H. */
import { UID } from '../dict/index.ts';
import type { Item, Part } from './items.ts';
import { inline, items, nested, required } from './items.ts';
import type { Field, Layout } from './layout.ts';
import { invalid, position, reserved, u16, untested } from './layout.ts';
import { aeTitle, echoedTitle, uid } from './layout-text.ts';
import type { PduCodec } from './codec.ts';
import { PDU_HEADER } from './codec.ts';
import { ANSWERED_CONTEXTS, PROPOSED_CONTEXTS } from './presentation-context.ts';
import type { AnsweredContext, AssociateAC, AssociateRQ } from './types.ts';
import { ACCEPT_USER_INFORMATION, checkDirection, REQUEST_USER_INFORMATION } from './user-information.ts';
import type { Walk } from './walk.ts';

type Associate = AssociateRQ | AssociateAC;

const APPLICATION_CONTEXT: Item<Pick<Associate, 'applicationContext'>> = {
  type: 0x10,
  name: 'Application Context Item',
  clause: 'PS3.8 Table 9-12',
  fields: [uid('Application-context-name', 'applicationContext')],
};

const REQUEST_ITEMS: readonly Part<AssociateRQ>[] = [
  required(inline('applicationContext', APPLICATION_CONTEXT)),
  PROPOSED_CONTEXTS,
  required(nested('userInformation', REQUEST_USER_INFORMATION)),
];

/** PS3.8 Table 9-11, from byte 7. */
const REQUEST: Layout<AssociateRQ> = [
  protocolVersion(), // 7-8
  reserved(2), // 9-10
  aeTitle('Called-AE-title', 'calledAETitle'), // 11-26
  aeTitle('Calling-AE-title', 'callingAETitle'), // 27-42
  reserved(32), // 43-74
  items('A-ASSOCIATE-RQ', REQUEST_ITEMS, 'unknown'), // 75-
];

const ACCEPT_ITEMS: readonly Part<AssociateAC>[] = [
  required(inline('applicationContext', APPLICATION_CONTEXT)),
  ANSWERED_CONTEXTS,
  required(nested('userInformation', ACCEPT_USER_INFORMATION)),
];

/** PS3.8 Table 9-17, from byte 7. */
const ACCEPT: Layout<AssociateAC> = [
  protocolVersion(), // 7-8
  reserved(2), // 9-10
  echoedTitle('Reserved (Called-AE-title of the RQ)', 'calledAETitle'), // 11-26
  echoedTitle('Reserved (Calling-AE-title of the RQ)', 'callingAETitle'), // 27-42
  untested(32), // 43-74
  items('A-ASSOCIATE-AC', ACCEPT_ITEMS, 'unknown'), // 75-
];

/** Bytes of the variable field before its items. */
const FIXED_PART = 68;

export const ASSOCIATE_RQ: PduCodec<AssociateRQ> = {
  type: 0x01,
  name: 'A-ASSOCIATE-RQ',
  clause: 'PS3.8 Table 9-11',
  minimum: FIXED_PART,
  limit: 'associatePdu',
  fields: REQUEST,
  empty: () => ({ type: 'A-ASSOCIATE-RQ', ...NOTHING_SENT, contexts: [] }),
  review: reviewContexts,
  check(pdu) {
    checkContexts(pdu);
    checkDirection(pdu.userInformation, pdu.type);
    if (pdu.contexts.some(({ transferSyntaxes }) => transferSyntaxes.length === 0)) {
      throw invalid('transferSyntaxes', 'a context proposes at least one');
    }
    return pdu;
  },
};

export const ASSOCIATE_AC: PduCodec<AssociateAC> = {
  type: 0x02,
  name: 'A-ASSOCIATE-AC',
  clause: 'PS3.8 Table 9-17',
  minimum: FIXED_PART,
  limit: 'associatePdu',
  fields: ACCEPT,
  empty: () => ({ type: 'A-ASSOCIATE-AC', ...NOTHING_SENT, contexts: [] }),
  review: reviewContexts,
  check(pdu) {
    checkContexts(pdu);
    checkDirection(pdu.userInformation, pdu.type);
    return { ...pdu, contexts: pdu.contexts.map(withTransferSyntax) };
  },
};

/** What stands in for items that a peer left out. */
const NOTHING_SENT = { applicationContext: '', userInformation: {} } as const;

function protocolVersion<T extends Associate>(): Field<T> {
  const plain = u16<Associate>('Protocol-version', 'protocolVersion');
  return {
    read(from, into, walk) {
      const offset = position(from);
      plain.read(from, into, walk);
      if (into.protocolVersion !== 1) walk.note('PROTOCOL_VERSION', 'Protocol-version', offset);
    },
    write: (to, value) => plain.write(to, value),
  };
}

/** Presentation context IDs are odd 8-bit numbers, each once (PS3.8 9.3.2.2). */
const MOST_CONTEXTS = 128;

function reviewContexts({ contexts }: Associate, walk: Walk): void {
  const where = ['Presentation Context Items', PDU_HEADER + FIXED_PART] as const;
  if (contexts.length > MOST_CONTEXTS) walk.note('CONTEXT_COUNT', ...where);
  if (repeatsId(contexts)) walk.note('CONTEXT_ID_DUPLICATE', ...where);
}

function repeatsId(contexts: readonly { readonly id: number }[]): boolean {
  return new Set(contexts.map(({ id }) => id)).size < contexts.length;
}

function checkContexts({ contexts }: Associate): void {
  if (contexts.length === 0) throw invalid('contexts', 'an association needs at least one');
  if (contexts.length > MOST_CONTEXTS) {
    throw invalid(
      'contexts',
      `${contexts.length} do not fit, an association has 128 at most; divide them among several associations`,
    );
  }
  if (repeatsId(contexts)) throw invalid('contexts', 'each presentation context ID may come once only');
}

/** A refusal also carries one transfer syntax, which means nothing (PS3.8 9.3.3.2): the default one if none is given. */
function withTransferSyntax(context: AnsweredContext): AnsweredContext {
  if (context.transferSyntax !== undefined) return context;
  if (context.result === 0) throw invalid('transferSyntax', 'an accepted context names the one accepted');
  return { ...context, transferSyntax: UID.ImplicitVRLittleEndian };
}
