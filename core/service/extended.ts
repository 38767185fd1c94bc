/** SOP class extended negotiation of the Query/Retrieve classes (PS3.4 C.5, PS3.7 D.3.3.5). */
import type { Bytes } from '../bytes/index.ts';
import type { AnsweredContext, AssociateRQ, ExtendedNegotiation } from '../pdu/index.ts';
import type { PresentationContext } from '../ul/index.ts';
import { queryRetrieveOf } from './sop-classes.ts';
import type { ExtendedBehavior } from './types.ts';

type Field = keyof ExtendedBehavior;

/** Service-class-application-information, a byte each: 1 is yes (PS3.4 C.5.1.1, C.5.2.1, C.5.3.1). */
const FIELDS: Readonly<Record<'FIND' | 'MOVE' | 'GET', readonly Field[]>> = {
  FIND: ['relational', 'combinedDateTime', 'fuzzy', 'timezone'],
  MOVE: ['relational'],
  GET: ['relational'],
};

function fieldsOf(sopClassUID: string): readonly Field[] {
  const service = queryRetrieveOf(sopClassUID)?.service;
  return service === undefined ? [] : FIELDS[service];
}

/** SCU: one item for each class that is asked for something, no longer than that needs. */
export function proposedExtended(
  contexts: readonly { readonly abstractSyntax: string }[],
  asked: ExtendedBehavior,
): ExtendedNegotiation[] {
  const classes = [...new Set(contexts.map(({ abstractSyntax }) => abstractSyntax))];
  return classes.flatMap((sopClassUID) => {
    const fields = fieldsOf(sopClassUID);
    const length = fields.findLastIndex((field) => asked[field]) + 1;
    return length === 0 ? [] : [{ sopClassUID, applicationInformation: written(fields, length, asked) }];
  });
}

/** SCP: what of the proposed is supported, for the classes that are accepted; as many bytes as were proposed, at most. */
export function answeredExtended(
  { contexts, userInformation }: AssociateRQ,
  answered: readonly AnsweredContext[],
  supported: ExtendedBehavior,
): ExtendedNegotiation[] {
  const accepted = new Set(answered.filter(({ result }) => result === 0).map(({ id }) => id));
  const classes = new Set(contexts.filter(({ id }) => accepted.has(id)).map((each) => each.abstractSyntax));
  return (userInformation.extended ?? []).flatMap(({ sopClassUID, applicationInformation }) => {
    const fields = fieldsOf(sopClassUID);
    const length = Math.min(fields.length, applicationInformation.length);
    if (length === 0 || !classes.delete(sopClassUID)) return []; // what comes twice is answered once
    const agreed = both(read(fields, applicationInformation), supported);
    return [{ sopClassUID, applicationInformation: written(fields, length, agreed) }];
  });
}

/** What was agreed on for a context; nothing where the acceptor did not answer. */
export function extendedOf({ abstractSyntax, extended }: PresentationContext): ExtendedBehavior {
  return extended === undefined ? {} : read(fieldsOf(abstractSyntax), extended);
}

/** What is true in both. */
export function both(one: ExtendedBehavior, other: ExtendedBehavior): ExtendedBehavior {
  return Object.fromEntries(Object.entries(one).filter(([field, yes]) => yes && other[field as Field]));
}

function read(fields: readonly Field[], bytes: Bytes): ExtendedBehavior {
  return Object.fromEntries(fields.flatMap((field, i) => (bytes[i] === 1 ? [[field, true]] : [])));
}

function written(fields: readonly Field[], length: number, behavior: ExtendedBehavior): Bytes {
  return Uint8Array.from(fields.slice(0, length), (field) => (behavior[field] ? 1 : 0));
}
