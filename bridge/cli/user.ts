/** `--user NAME`: who asks (PS3.7 D.3.3.7). Secrets come from files: arguments and environment are seen by others. */
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { UserIdentity } from '../../core/service/index.ts';
import type { Call } from './command.ts';
import type { FlagTable } from './flags.ts';
import { usage } from './flags.ts';
import { printable } from './output.ts';
import { reason } from '../dial/reason.ts';

const TOKENS = ['kerberos', 'saml', 'jwt'] as const;

export const USER_FLAGS: FlagTable = {
  user: { value: 'NAME', help: 'ask as this user, and whether the peer confirms it' },
  'user-token': {
    value: TOKENS.join('|'),
    help: 'instead of a name: a Kerberos ticket, a SAML assertion or a JSON Web Token',
  },
  'user-secret': {
    value: 'FILE',
    help: 'the file that holds the passcode of --user, or what --user-token names',
  },
};

/** Longest field of a user identity, in bytes (PS3.7 Table D.3-14). */
const LONGEST = 0xffff;

/** What was typed, with the secret read; undefined for none. @throws DicomError USAGE, which never shows the secret */
export async function userOf(call: Call): Promise<UserIdentity | undefined> {
  const { flags } = call;
  const userName = flags.text('user');
  const token = flags.choice('user-token', TOKENS);
  const file = flags.text('user-secret');
  if (userName !== undefined && token !== undefined) throw usage('give one of --user and --user-token');
  const positiveResponseRequested = true;
  if (token !== undefined) {
    if (file === undefined) throw usage('--user-token needs --user-secret FILE');
    return { ...tokenOf(token, await secretIn(file, call), file), positiveResponseRequested };
  }
  if (userName === undefined) {
    if (file !== undefined) throw usage('--user-secret needs --user or --user-token');
    return undefined;
  }
  if (file === undefined) return { type: 'user name', userName, positiveResponseRequested };
  const passcode = textOf(await secretIn(file, call), file);
  return { type: 'passcode', userName, passcode, positiveResponseRequested };
}

function tokenOf(token: (typeof TOKENS)[number], secret: Buffer, file: string): UserIdentity {
  switch (token) {
    case 'kerberos':
      return { type: token, ticket: new Uint8Array(secret) };
    case 'saml':
      return { type: token, assertion: textOf(secret, file) };
    case 'jwt':
      return { type: token, token: textOf(secret, file) };
  }
}

async function secretIn(file: string, call: Call): Promise<Buffer> {
  const found = await stat(file).catch(unreadable(file));
  if (found.size > LONGEST) throw usage(`--user-secret: ${file} is longer than ${LONGEST} bytes`);
  noteShared(found, file, call);
  const secret = await readFile(file).catch(unreadable(file));
  if (secret.length > LONGEST) throw usage(`--user-secret: ${file} is longer than ${LONGEST} bytes`); // a pipe
  if (secret.length === 0) throw usage(`--user-secret: ${file} is empty`);
  return secret;
}

/** No refusal: where secrets are mounted, as in containers, the platform sets the mode. */
export function noteShared(found: Stats, file: string, { command, output }: Call): void {
  if (!found.isFile() || process.platform === 'win32' || (found.mode & 0o044) === 0) return;
  output.note(
    `webdimse ${command}: others on this machine can read ${printable(file)}; "chmod 600" ends that.`,
  );
}

function unreadable(file: string): (error: unknown) => never {
  return (error) => {
    throw usage(`--user-secret: ${file}: ${reason(error)}`);
  };
}

/** Without the end of line that editors leave behind. */
function textOf(secret: Buffer, file: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(secret).replace(/\r?\n$/, '');
    if (text !== '') return text;
  } catch {
    throw usage(`--user-secret: ${file} is no text in UTF-8`);
  }
  throw usage(`--user-secret: ${file} is empty`);
}

/** What proves a user goes as it is where there is no TLS: says so where it leaves this machine for `host`. */
export function warnOfPlainText(call: Call, user: UserIdentity | undefined, host: string | undefined): void {
  if (host !== undefined && user !== undefined && user.type !== 'user name') {
    noteInTheClear('secret', host, call);
  }
}

/** Says that what must stay secret goes unencrypted to a host, where that is another machine. */
export function noteInTheClear(what: 'secret' | 'token', host: string, { command, output }: Call): void {
  if (isLoopback(host)) return;
  output.note(
    `webdimse ${command}: the ${what} travels unencrypted to ${printable(host)}: who can listen on the way can read it.`,
  );
}

/** Whether a host, as it is typed or stands in a URL, is this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;
