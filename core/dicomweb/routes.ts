/** Resources and what stands in their paths (PS3.18 10.1.1). */
import { isHarmlessUID } from '../dict/index.ts';
import { Refusal } from './problem.ts';

/** What a path names. Frames count from 1, as they do there. */
export interface Target {
  readonly resource: Resource;
  readonly study?: string;
  readonly series?: string;
  readonly instance?: string;
  readonly frames?: readonly number[];
  /** Path of an element, as a span has it: `00282000`, `54000100[0].54001010`. */
  readonly element?: string;
}

/** What is asked for: entities to search, or a representation of what the UIDs name. */
export type Resource =
  | 'studies'
  | 'series'
  | 'instances'
  | 'dicom'
  | 'metadata'
  | 'rendered'
  | 'thumbnail'
  | 'frames'
  | 'bulkdata';

/** Frames in one list; a viewer asks for one. */
const MOST_FRAMES = 1000;
/** Longer paths name nothing; a UID has 64 characters. */
const LONGEST_PATH = 8192;

/** Every path, `:` in front of what varies; `*` takes the rest. */
const PATHS: readonly (readonly [path: string, resource: Resource])[] = [
  ['studies', 'studies'],
  ['series', 'series'],
  ['instances', 'instances'],
  ['studies/:study', 'dicom'],
  ['studies/:study/series', 'series'],
  ['studies/:study/instances', 'instances'],
  ['studies/:study/metadata', 'metadata'],
  ['studies/:study/thumbnail', 'thumbnail'],
  ['studies/:study/series/:series', 'dicom'],
  ['studies/:study/series/:series/instances', 'instances'],
  ['studies/:study/series/:series/metadata', 'metadata'],
  ['studies/:study/series/:series/thumbnail', 'thumbnail'],
  ...instancePaths([
    ['', 'dicom'],
    ['/metadata', 'metadata'],
    ['/rendered', 'rendered'],
    ['/thumbnail', 'thumbnail'],
    ['/frames/:frames', 'frames'],
    ['/frames/:frames/rendered', 'rendered'],
    ['/frames/:frames/thumbnail', 'thumbnail'],
    ['/bulkdata/*', 'bulkdata'],
  ]),
];

function instancePaths(below: readonly (readonly [string, Resource])[]): [string, Resource][] {
  return below.map(([path, resource]) => [
    `studies/:study/series/:series/instances/:instance${path}`,
    resource,
  ]);
}

/** @throws Refusal 404 where there is no such path, 400 where what stands in it is no UID, frame or element. */
export function targetOf(path: string): Target {
  const segments = path.length > LONGEST_PATH ? [] : path.replace(/\/$/, '').split('/');
  for (const [pattern, resource] of PATHS) {
    const found = match(pattern.split('/'), segments);
    if (found !== undefined) return { resource, ...read(found) };
  }
  throw new Refusal(404, 'There is no such resource; the paths are those of PS3.18 10.1.1.');
}

type Variables = Readonly<Record<string, string>>;

function match(pattern: readonly string[], segments: readonly string[]): Variables | undefined {
  const rest = pattern.at(-1) === '*';
  if (rest ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const found: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    if (part === '*') found['element'] = segments.slice(i).join('/');
    else if (part.startsWith(':'))
      found[part.slice(1)] = segments[i]!; // as many as the pattern has
    else if (part !== segments[i]) return undefined;
  }
  return found;
}

function read({ frames, element, ...uids }: Variables): Omit<Target, 'resource'> {
  for (const [name, uid] of Object.entries(uids)) {
    if (!isHarmlessUID(uid))
      throw new Refusal(400, `What stands for the UID of the ${name} in the path is none.`);
  }
  return {
    ...uids,
    ...(frames !== undefined && { frames: frameList(frames) }),
    ...(element !== undefined && { element: elementPath(element) }),
  };
}

function frameList(text: string): readonly number[] {
  const list = decoded(text).split(',');
  if (list.length > MOST_FRAMES)
    throw new Refusal(400, `At most ${MOST_FRAMES} frames can be asked for at once.`);
  if (list.every((frame) => /^[1-9]\d{0,8}$/.test(frame))) return list.map(Number);
  throw new Refusal(400, 'Frames are numbers from 1, separated by commas.');
}

/** `54000100/0/54001010`, as our metadata write it, with items from 0. */
function elementPath(text: string): string {
  if (!/^[0-9A-F]{8}(\/\d{1,9}\/[0-9A-F]{8})*$/i.test(text)) {
    throw new Refusal(
      400,
      'A path of bulk data is a tag of eight hexadecimal digits, or leads to one through items.',
    );
  }
  return text.toUpperCase().replace(/\/(\d+)\//g, (_, item: string) => `[${Number(item)}].`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
