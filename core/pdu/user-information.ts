/** User information item 50H with sub-items 51H, 52H and 55H, and the order of all (PS3.8 9.3.2.3, D.1; PS3.7 D.3.3). */
import type { Item, Part } from './items.ts';
import { inline, items, misplaced, nested, required, several } from './items.ts';
import { invalid, u32 } from './layout.ts';
import { text, uid } from './layout-text.ts';
import {
  ASYNC_WINDOW,
  COMMON_EXTENDED_NEGOTIATION,
  EXTENDED_NEGOTIATION,
  ROLE_SELECTION,
} from './negotiation.ts';
import type { UserInformation } from './types.ts';
import { USER_IDENTITY, USER_IDENTITY_RESPONSE } from './user-identity.ts';

const MAXIMUM_LENGTH: Item<UserInformation> = {
  type: 0x51,
  name: 'Maximum Length Sub-Item',
  clause: 'PS3.8 Table D.1-1',
  fields: [
    u32('Maximum-length-received', 'maximumLength', (length) => (length === 0 ? 'unlimited' : undefined)), // bytes 5-8
  ],
};

const IMPLEMENTATION_CLASS: Item<UserInformation> = {
  type: 0x52,
  name: 'Implementation Class UID Sub-Item',
  clause: 'PS3.7 Table D.3-1',
  fields: [uid('Implementation-class-uid', 'implementationClassUID')],
};

const IMPLEMENTATION_VERSION: Item<UserInformation> = {
  type: 0x55,
  name: 'Implementation Version Name Sub-Item',
  clause: 'PS3.7 Table D.3-3',
  fields: [text('Implementation-version-name', 'implementationVersionName')],
};

/** What both directions carry, in ascending type: other orders upset some peers. */
const BOTH: readonly Part<UserInformation>[] = [
  required(inline('maximumLength', MAXIMUM_LENGTH)),
  required(inline('implementationClassUID', IMPLEMENTATION_CLASS)),
  nested('asyncWindow', ASYNC_WINDOW),
  several('roles', ROLE_SELECTION),
  inline('implementationVersionName', IMPLEMENTATION_VERSION),
  several('extended', EXTENDED_NEGOTIATION),
];

const IN_REQUEST: readonly Part<UserInformation>[] = [
  ...BOTH,
  several('commonExtended', COMMON_EXTENDED_NEGOTIATION),
  nested('userIdentity', USER_IDENTITY),
  misplaced(USER_IDENTITY_RESPONSE),
];

const IN_ACCEPT: readonly Part<UserInformation>[] = [
  ...BOTH,
  misplaced(COMMON_EXTENDED_NEGOTIATION),
  misplaced(USER_IDENTITY),
  inline('userIdentityResponse', USER_IDENTITY_RESPONSE),
];

function userInformation(clause: string, parts: readonly Part<UserInformation>[]): Item<UserInformation> {
  const name = 'User Information Item';
  return { type: 0x50, name, clause, fields: [items(name, parts, 'unknown')] };
}

export const REQUEST_USER_INFORMATION: Item<UserInformation> = userInformation(
  'PS3.8 Table 9-16',
  IN_REQUEST,
);
export const ACCEPT_USER_INFORMATION: Item<UserInformation> = userInformation('PS3.8 Table 9-20', IN_ACCEPT);

/** @throws DicomError VALUE_INVALID for a sub-item of the other direction (PS3.7 D.3.3.6, D.3.3.7). */
export function checkDirection(information: UserInformation, pdu: 'A-ASSOCIATE-RQ' | 'A-ASSOCIATE-AC'): void {
  const foreign =
    pdu === 'A-ASSOCIATE-RQ'
      ? (['userIdentityResponse'] as const)
      : (['commonExtended', 'userIdentity'] as const);
  for (const key of foreign) {
    if (information[key] !== undefined) throw invalid(key, `does not belong into an ${pdu}`);
  }
}
