/** The captured associations of test/fixtures/pdu, PDU by PDU in the order of the wire. */
import { readFileSync } from 'node:fs';
import type { Bytes } from '../../core/bytes/index.ts';
import { fromHex } from '../../core/bytes/index.ts';

export interface Captured {
  readonly from: 'requestor' | 'acceptor';
  readonly bytes: Bytes;
}

export const SESSIONS = ['echo', 'find', 'profile', 'worklist', 'refuse', 'abort'] as const;
export type Session = (typeof SESSIONS)[number];

const FOLDER = new URL('../fixtures/pdu/', import.meta.url);

export function fixture(name: string): URL {
  return new URL(name, FOLDER);
}

/** `# >` begins a PDU of the requestor, `# <` one of the acceptor; other `#` lines are for people. */
export function captured(session: Session): Captured[] {
  const text = readFileSync(fixture(`${session}.hex`), 'utf8');
  return text.split(/^(?=# [<>])/m).map((part) => ({
    from: part.startsWith('# >') ? 'requestor' : 'acceptor',
    bytes: fromHex(part.replace(/^#.*$/gm, '')),
  }));
}

export function allCaptured(): Bytes[] {
  return SESSIONS.flatMap((session) => captured(session).map(({ bytes }) => bytes));
}
