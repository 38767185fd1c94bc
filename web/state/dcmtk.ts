/** What people type in a terminal for what the page does: commands of DCMTK, to compare and to put into a ticket. */
import type { Level, Model } from '../../core/service/types.ts';
import { IN_PAGE_HOST } from '../engine/in-page-host.ts';
import type { Keys, Question } from '../engine/protocol.ts';
import type { Asked } from './asked.ts';

/** Whom DCMTK calls, as whom. */
export interface DcmtkPeer {
  readonly host: string;
  readonly port: number;
  readonly aeTitle: string;
  readonly callingAETitle: string;
}

/** What is asked for, by keyword, tag or path. */
export interface DcmtkRequest {
  readonly model: Model;
  readonly level: Level;
  readonly keys: Keys;
}

const MODEL: Readonly<Record<Model, string>> = { PATIENT: '-P', STUDY: '-S', 'PATIENT/STUDY ONLY': '-O' };

/** The peer that was asked; DCMTK reaches it from the bridge's network. */
export function dcmtkPeer({ peer, at }: Asked): DcmtkPeer {
  return { ...at, aeTitle: peer.aeTitle, callingAETitle: peer.callingAETitle };
}

export function echoCommand(peer: DcmtkPeer): string {
  return command('echoscu', peer, []);
}

/** `findscu` with the keys of a query, return keys included. */
export function findCommand(peer: DcmtkPeer, { model, level, keys }: DcmtkRequest): string {
  return command('findscu', peer, [MODEL[model], ...keyWords({ QueryRetrieveLevel: level, ...keys })]);
}

/** A command for each peer and each alternative, as a search of several modalities has several; none for this page. */
export function findCommands(asked: readonly Asked[], { model, level, keys }: Question): string {
  const others = asked.filter(({ peer }) => peer.here !== true);
  const commands = others.flatMap((each) =>
    keys.map((alternative) => findCommand(dcmtkPeer(each), { model, level, keys: alternative })),
  );
  return commands.join('\n');
}

/** `findscu` on the worklist. */
export function worklistCommand(peer: DcmtkPeer, keys: Keys): string {
  return command('findscu', peer, ['-W', ...keyWords(keys)]);
}

/** `getscu`; the files go into the folder it is called in. */
export function getCommand(peer: DcmtkPeer, { model, level, keys }: DcmtkRequest): string {
  return command('getscu', peer, [MODEL[model], ...keyWords({ QueryRetrieveLevel: level, ...keys })]);
}

export function moveCommand(
  peer: DcmtkPeer,
  { model, level, keys }: DcmtkRequest,
  destination: string,
): string {
  const words = keyWords({ QueryRetrieveLevel: level, ...keys });
  return command('movescu', peer, [MODEL[model], '-aem', destination, ...words]);
}

/**
 * `storescu`: files by name, whatever their syntax, going on after one that fails; or, without names, all that lies
 * below the folder it is called in.
 */
export function storeCommand(peer: DcmtkPeer, names: readonly string[]): string {
  return command(
    'storescu',
    peer,
    ['-R', '-nh', ...(names.length === 0 ? ['+sd', '+r'] : [])],
    names.length === 0 ? ['.'] : names,
  );
}

/** Empty where no program of the computer reaches the peer. */
function command(
  program: string,
  { host, port, aeTitle, callingAETitle }: DcmtkPeer,
  options: readonly string[],
  files: readonly string[] = [],
): string {
  if (host === IN_PAGE_HOST) return '';
  const words = [
    program,
    '-aet',
    callingAETitle,
    '-aec',
    aeTitle,
    ...options,
    host,
    String(port),
    ...files.map(noOption),
  ];
  return words.map(quoted).join(' ');
}

/** A name that begins with a hyphen would be taken for an option. */
function noOption(name: string): string {
  return name.startsWith('-') ? `./${name}` : name;
}

/** A word as a POSIX shell takes it for one, whatever is in it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const UTF8_KEY = 'SpecificCharacterSet';

/** `-k KEY=VALUE` for each; DCMTK sends values as the terminal has them. */
function keyWords(keys: Keys): string[] {
  const ascii = Object.values(keys).every((value) => !/[^\0-\x7f]/.test(value));
  const all = ascii ? keys : { [UTF8_KEY]: 'ISO_IR 192', ...keys };
  return Object.entries(all).flatMap(([key, value]) => [
    '-k',
    value === '' ? named(key) : `${named(key)}=${value}`,
  ]);
}

/** DCMTK writes tags with a comma; keywords and paths as we do. */
function named(key: string): string {
  return /^[0-9A-F]{8}$/i.test(key) ? `${key.slice(0, 4)},${key.slice(4)}` : key;
}
