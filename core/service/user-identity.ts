/** User identity negotiation (PS3.7 D.3.3.7): who the requestor is, as it says and as the acceptor hears it. */
import { DicomError, EMPTY } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import type { UserIdentityItem } from '../pdu/index.ts';
import type { Credentials, Decision, Rejection, UserIdentity } from './types.ts';

/**
 * For users who are refused: PS3.8 Table 9-21 has no reason of their own, so no-reason-given; it is the service-user
 * that decides, and permanent, as the same identity would be refused again.
 */
export const USER_REFUSED: Rejection = { result: 1, source: 1, reason: 1 };

/** What is sent as 58H. @throws DicomError USAGE where a part is empty */
export function userIdentityItem(identity: UserIdentity): UserIdentityItem {
  const [type, primary, secondary = EMPTY] = fieldsOf(identity);
  if (primary.length === 0 || (type === 2 && secondary.length === 0)) {
    throw new DicomError('USAGE', `The user identity (${identity.type}) is empty or lacks a part.`);
  }
  const { positiveResponseRequested = false } = identity;
  return { type, positiveResponseRequested, primary, secondary };
}

function fieldsOf(identity: Credentials): [type: number, primary: Bytes, secondary?: Bytes] {
  switch (identity.type) {
    case 'user name':
      return [1, utf8(identity.userName)];
    case 'passcode':
      return [2, utf8(identity.userName), utf8(identity.passcode)];
    case 'kerberos':
      return [3, identity.ticket];
    case 'saml':
      return [4, utf8(identity.assertion)];
    case 'jwt':
      return [5, utf8(identity.token)];
  }
}

/** What came as 58H; undefined for none, and for a type that the standard does not name. */
export function readUserIdentity(item: UserIdentityItem | undefined): UserIdentity | undefined {
  const credentials = item && credentialsOf(item);
  return credentials && { ...credentials, positiveResponseRequested: item.positiveResponseRequested };
}

function credentialsOf({ type, primary, secondary }: UserIdentityItem): Credentials | undefined {
  switch (type) {
    case 1:
      return { type: 'user name', userName: textOf(primary) };
    case 2:
      return { type: 'passcode', userName: textOf(primary), passcode: textOf(secondary) };
    case 3:
      return { type: 'kerberos', ticket: primary.slice() };
    case 4:
      return { type: 'saml', assertion: textOf(primary) };
    case 5:
      return { type: 'jwt', token: textOf(primary) };
    default:
      return undefined;
  }
}

/** 59H for a user who was accepted and wanted to know it; empty for types 1 and 2 (PS3.7 Table D.3-15). */
export function userIdentityAnswer(
  item: UserIdentityItem | undefined,
  decision: Decision,
): { readonly userIdentityResponse?: Bytes } {
  if (!item?.positiveResponseRequested || !decision || !('userIdentityResponse' in decision)) return {};
  return { userIdentityResponse: item.type <= 2 ? EMPTY : decision.userIdentityResponse };
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const textOf = (bytes: Bytes): string => new TextDecoder().decode(bytes);
