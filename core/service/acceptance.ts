/** Which presentation contexts and roles an SCP accepts, from what its handlers offer (PS3.8 9.3.3.2, PS3.7 D.3.3.4). */
import { transferSyntax } from '../data/index.ts';
import type { RoleSelection } from '../pdu/index.ts';
import { CONTEXT_RESULT } from '../ul/index.ts';
import type { ContextPolicy } from '../ul/index.ts';
import {
  isStorageClass,
  MODALITY_WORKLIST,
  queryRetrieveOf,
  STORAGE_COMMITMENT,
  VERIFICATION,
} from './sop-classes.ts';
import { NATIVE_SYNTAXES } from './syntaxes.ts';
import type { Handlers } from './types.ts';

/** Storage takes every syntax and keeps the bytes; all else takes the native ones. */
export function acceptanceOf(handlers: Handlers, moves: boolean): ContextPolicy {
  return ({ abstractSyntax, transferSyntaxes }) => {
    if (!offers(handlers, moves, abstractSyntax))
      return { result: CONTEXT_RESULT.abstractSyntaxNotSupported };
    const chosen =
      native(transferSyntaxes) ?? (isInstances(abstractSyntax) ? transferSyntaxes[0] : undefined);
    if (chosen === undefined) return { result: CONTEXT_RESULT.transferSyntaxesNotSupported };
    const first = transferSyntaxes[0]!; // chosen is one of them
    // A sender that puts its compressed syntax first has the instance in it: decoding is not ours to ask for.
    return {
      transferSyntax: isInstances(abstractSyntax) && transferSyntax(first)?.encapsulated ? first : chosen,
    };
  };
}

/**
 * PS3.7 D.3.3.4: the requestor of a C-GET becomes SCP of the storage classes, who reports on storage commitment SCP of
 * that (PS3.4 J.3.3); others keep the default.
 */
export function acceptedRoles(
  { get, commit, commitment }: Handlers,
  proposed: readonly RoleSelection[],
): RoleSelection[] {
  return proposed.flatMap((role) => {
    if (role.sopClassUID !== STORAGE_COMMITMENT) return get && isStorageClass(role.sopClassUID) ? [role] : [];
    return commitment ? [{ ...role, scu: role.scu && commit !== undefined }] : [];
  });
}

function native(proposed: readonly string[]): string | undefined {
  return NATIVE_SYNTAXES.find((syntax) => proposed.includes(syntax));
}

function offers(handlers: Handlers, moves: boolean, abstractSyntax: string): boolean {
  if (abstractSyntax === VERIFICATION) return true;
  if (abstractSyntax === MODALITY_WORKLIST) return handlers.worklist !== undefined;
  if (abstractSyntax === STORAGE_COMMITMENT) return (handlers.commit ?? handlers.commitment) !== undefined;
  switch (queryRetrieveOf(abstractSyntax)?.service) {
    case 'FIND':
      return handlers.find !== undefined;
    case 'GET':
      return handlers.get !== undefined;
    case 'MOVE':
      return handlers.move !== undefined && moves;
    case undefined:
      return isInstances(abstractSyntax) && (handlers.store !== undefined || handlers.get !== undefined);
  }
}

function isInstances(abstractSyntax: string): boolean {
  return (
    abstractSyntax !== VERIFICATION && !queryRetrieveOf(abstractSyntax) && isStorageClass(abstractSyntax)
  );
}
