/** What people type in a terminal for what the page does: commands of DCMTK, to compare and to put into a ticket. */
import { attribute } from '../../core/dict/index.ts';
import { items, texts } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { Model, Query, RetrieveRequest } from '../../core/service/types.ts';

/** Whom DCMTK calls, as whom. */
export interface DcmtkPeer {
  readonly host: string;
  readonly port: number;
  readonly aeTitle: string;
  readonly callingAETitle: string;
}

const MODEL: Readonly<Record<Model, string>> = { PATIENT: '-P', STUDY: '-S', 'PATIENT/STUDY ONLY': '-O' };

export function echoCommand(peer: DcmtkPeer): string {
  return command('echoscu', peer, []);
}

/** `findscu` with the keys of a query, return keys included. */
export function findCommand(peer: DcmtkPeer, { model, level, keys }: Query): string {
  return command('findscu', peer, [MODEL[model], ...keyWords({ ...levelKey(level), ...keys })]);
}

/** `findscu` on the worklist. */
export function worklistCommand(peer: DcmtkPeer, keys: DataSet): string {
  return command('findscu', peer, ['-W', ...keyWords(keys)]);
}

/** `getscu`; the files go into the folder it is called in. */
export function getCommand(peer: DcmtkPeer, { model, level, keys }: RetrieveRequest): string {
  return command('getscu', peer, [MODEL[model], ...keyWords({ ...levelKey(level), ...keys })]);
}

export function moveCommand(
  peer: DcmtkPeer,
  { model, level, keys }: RetrieveRequest,
  destination: string,
): string {
  const words = keyWords({ ...levelKey(level), ...keys });
  return command('movescu', peer, [MODEL[model], '-aem', destination, ...words]);
}

/** `storescu`: files by name, whatever their syntax; or, without names, all that lies below the folder it is called in. */
export function storeCommand(peer: DcmtkPeer, names: readonly string[]): string {
  return command(
    'storescu',
    peer,
    ['-R', ...(names.length === 0 ? ['+sd', '+r'] : [])],
    names.length === 0 ? ['.'] : names,
  );
}

function command(
  program: string,
  { host, port, aeTitle, callingAETitle }: DcmtkPeer,
  options: readonly string[],
  files: readonly string[] = [],
): string {
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

function levelKey(level: string): DataSet {
  return { '00080052': { vr: 'CS', Value: [level] } };
}

const UTF8_KEY = 'SpecificCharacterSet';

/** `-k KEY=VALUE` for each, those within items by their path; DCMTK sends values as the terminal has them. */
function keyWords(keys: DataSet): string[] {
  const pairs = paths(keys, '');
  const ascii = pairs.every(([, value]) => !/[^\0-\x7f]/.test(value));
  const all = ascii || '00080005' in keys ? pairs : [[UTF8_KEY, 'ISO_IR 192'] as const, ...pairs];
  return all.flatMap(([path, value]) => ['-k', value === '' ? path : `${path}=${value}`]);
}

function paths(keys: DataSet, above: string): (readonly [path: string, value: string])[] {
  return Object.entries(keys).flatMap(([tag, { vr }]) => {
    const name = attribute(tag)?.keyword || `${tag.slice(0, 4)},${tag.slice(4)}`;
    const below = items(keys, tag);
    if (vr !== 'SQ' || below.length === 0) return [[above + name, texts(keys, tag).join('\\')] as const];
    return below.flatMap((item, i) => paths(item, `${above}${name}[${i}].`));
  });
}
