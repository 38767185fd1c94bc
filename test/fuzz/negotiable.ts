/** What both sides may ask for beyond contexts, and answer: users, extended negotiation, storage commitment. */
import type { Bytes } from '../../core/bytes/index.ts';
import { fromLatin1 } from '../../core/bytes/index.ts';
import type { UserInformation } from '../../core/pdu/index.ts';
import { QUERY_RETRIEVE, USER_REFUSED } from '../../core/service/index.ts';
import type {
  CommitmentRequest,
  Decision,
  ExtendedBehavior,
  ReferencedInstance,
  UserIdentity,
} from '../../core/service/index.ts';
import type { Random } from '../support/random.ts';
import { SAMPLES } from './samples.ts';

const FAIR_USER = 'jane';
const USERS: readonly UserIdentity[] = [
  { type: 'user name', userName: 'jane' },
  { type: 'passcode', userName: 'jane', passcode: 'secret' },
  { type: 'kerberos', ticket: Uint8Array.of(0x60, 1, 2) },
  { type: 'saml', assertion: '<a/>' },
  { type: 'jwt', token: 'e30.e30.' },
];

/** What our side asks for when it associates. */
export function wishes(random: Random): { userIdentity?: UserIdentity; extended?: ExtendedBehavior } {
  const [relational, fuzzy, timezone] = [0, 1, 2].map(() => random.int(2) === 0);
  return {
    ...(random.int(4) === 0 && {
      userIdentity: { ...random.pick(USERS), positiveResponseRequested: random.int(2) === 0 },
    }),
    ...(random.int(4) === 0 && { extended: { relational: relational!, fuzzy: fuzzy!, timezone: timezone! } }),
  };
}

/** What our acceptor makes of a user; it never refuses whom fair peers name. */
export function decisionOn(user: UserIdentity | undefined, random: Random, fair: boolean): Decision {
  if (user === undefined) return undefined;
  const known = fair || ('userName' in user && user.userName === FAIR_USER);
  const welcome = { userIdentityResponse: fromLatin1('welcome') };
  return random.pick<Decision>(known ? [undefined, welcome] : [undefined, welcome, USER_REFUSED]);
}

const bytesUpTo = (random: Random, length: number): Bytes => random.bytes(random.int(length + 1));

/** Items of a peer that asks, or that answers; what a fair one says means something. */
export function peersItems(random: Random, fair: boolean, asks: boolean): Partial<UserInformation> {
  if (random.int(4) > 0) return {};
  const { FIND, GET } = QUERY_RETRIEVE.STUDY;
  const sopClassUID = fair ? FIND : random.pick([FIND, GET, '1.2.840.10008.1.1', '1.2.3.4.5']);
  const applicationInformation = fair
    ? Uint8Array.of(1, 0, 1)
    : random.pick([Uint8Array.of(1, 1, 1, 1), bytesUpTo(random, 8)]);
  const extended = [{ sopClassUID, applicationInformation }];
  if (!asks) return { extended, ...(!fair && { userIdentityResponse: bytesUpTo(random, 8) }) };
  const userIdentity = {
    type: fair ? 1 : random.int(7),
    positiveResponseRequested: random.int(2) === 0,
    primary: fair ? fromLatin1(FAIR_USER) : bytesUpTo(random, 8),
    secondary: fair ? new Uint8Array(0) : bytesUpTo(random, 8),
  };
  return { extended, userIdentity };
}

/** Some instances, one in so many of which the mini-PACS does not have. */
export function commitmentOf(random: Random): CommitmentRequest {
  const instances = Array.from({ length: 1 + random.int(3) }, (_, i): ReferencedInstance => {
    const { sopClassUID, sopInstanceUID } = random.pick(SAMPLES).info;
    return { sopClassUID, sopInstanceUID: random.int(4) === 0 ? `2.25.404.${i}` : sopInstanceUID };
  });
  return { transactionUID: `2.25.${1 + random.int(1 << 30)}`, instances };
}
