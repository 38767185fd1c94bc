/** What a sign-in by bearer token is made of, whoever checks the token (RFC 6750). */
import type { IncomingMessage } from 'node:http';
import type { Authorize, Rights } from './access.ts';

/** Tells users apart, and what one may now. */
export interface Authority {
  readonly authorize: Authorize;
  /** Undefined where it does not know this user, or not any more. */
  rightsOf(rights: Rights): Rights | undefined;
}

/** Longer tokens are no tokens of ours; a header may have 16 KiB in all. */
const LONGEST_TOKEN = 8192;

/** The bearer token of a request (RFC 6750 2.1). */
export function bearerOf(request: IncomingMessage): string | undefined {
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1];
  return token !== undefined && token.length <= LONGEST_TOKEN ? token : undefined;
}

/** Asks one after the other. */
export function anyOf(authorities: readonly Authority[]): Authority {
  return {
    authorize: async (request) => {
      for (const { authorize } of authorities) {
        const rights = await authorize(request);
        if (rights !== undefined) return rights;
      }
      return undefined;
    },
    rightsOf: (rights) => {
      for (const authority of authorities) {
        const now = authority.rightsOf(rights);
        if (now !== undefined) return now;
      }
      return undefined;
    },
  };
}
