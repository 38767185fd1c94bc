/** `--transfer-syntax UID-or-keyword`. */
import { DicomError } from '../../core/bytes/index.ts';
import { transferSyntax } from '../../core/data/index.ts';
import { isUID, UID, uidName } from '../../core/dict/index.ts';
import type { SendItem, SendResult } from '../../core/peer/index.ts';
import type { Call } from './command.ts';
import type { FlagTable } from './flags.ts';
import { usage } from './flags.ts';

export const SYNTAX_FLAGS: FlagTable = {
  'transfer-syntax': {
    value: 'UID|KEYWORD',
    multiple: true,
    help: 'propose only this one, as JPEG2000Lossless; several in the order of preference; store sends only files in it',
  },
};

/** Commands whose transfer syntaxes are those of instances, which we keep and send as they are. */
const OF_INSTANCES: readonly string[] = ['get', 'store'];

/** What was typed, as UIDs; undefined for none. @throws DicomError USAGE */
export function syntaxesOf({ command, flags }: Call): readonly string[] | undefined {
  const uids = flags.list('transfer-syntax').map(parseSyntax);
  if (uids.length === 0) return undefined;
  if (!OF_INSTANCES.includes(command) && !uids.some((uid) => transferSyntax(uid)?.writable)) {
    throw usage(
      `--transfer-syntax: what ${command} sends can be written in ImplicitVRLittleEndian and ExplicitVRLittleEndian only`,
    );
  }
  return uids;
}

/** What is in one of the transfer syntaxes given, and what becomes of the rest: nothing is transcoded. */
export function divideBySyntax(
  items: readonly SendItem[],
  uids: readonly string[] | undefined,
): [wanted: readonly SendItem[], refused: readonly SendResult[]] {
  if (uids === undefined) return [items, []];
  const [wanted, others]: [SendItem[], SendItem[]] = [[], []];
  for (const item of items) (uids.includes(item.transferSyntaxUID) ? wanted : others).push(item);
  return [wanted, others.map(refused)];
}

function refused(item: SendItem): SendResult {
  const { transferSyntaxUID } = item;
  const error = new DicomError(
    'TRANSFER_SYNTAX_UNSUPPORTED',
    `it is in ${uidName(transferSyntaxUID)}, which --transfer-syntax does not name, and nothing is transcoded`,
    { transferSyntaxUID },
  );
  return notSent(item, error);
}

/** What becomes of an item that is not even tried. */
export function notSent({ label, sopInstanceUID }: SendItem, error: DicomError): SendResult {
  return { label, sopInstanceUID, status: undefined, bytes: 0, error };
}

function parseSyntax(text: string): string {
  const uid = (UID as Readonly<Record<string, string | undefined>>)[text] ?? text;
  const known = transferSyntax(uid) !== undefined;
  // Private ones have UIDs that the standard does not list.
  if (known || (isUID(uid) && !uid.startsWith('1.2.840.10008.'))) return uid;
  throw usage(`--transfer-syntax is a UID or a keyword of PS3.6 as JPEGBaseline8Bit, not "${text}"`);
}
