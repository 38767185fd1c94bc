/** What configuration files are made of, and how a mistake in one is told: by its path. */
import * as v from 'valibot';
import { DicomError } from '../../core/bytes/index.ts';
import { isAETitle } from '../../core/transport/index.ts';

export const portNumber: v.GenericSchema<number> = v.pipe(
  v.number(),
  v.integer('a port is a whole number'),
  v.minValue(1, 'a port is 1 to 65535'),
  v.maxValue(65535, 'a port is 1 to 65535'),
);

export const aeTitle: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.trim(),
  v.check(isAETitle, 'an AE title has 1 to 16 ASCII characters and no backslash'),
);

export const peerName: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(
    /^[^\p{Cc}\s=@]([^\p{Cc}=@]{0,62}[^\p{Cc}\s=@])?$/u,
    'a name has 1 to 64 characters, none of them = or @',
  ),
);

export const hostName: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(/^([\w.-]+|[\da-fA-F:.]*:[\da-fA-F:.]*(%[\w.-]+)?)$/, 'not a host name or an IP address'),
);

/** Everything, or each by its name. */
const all = v.literal('*');
export const names: v.GenericSchema<string[] | '*'> = v.union(
  [all, v.array(peerName)],
  'expected "*" or a list of names of peers',
);
export const titles: v.GenericSchema<string[] | '*'> = v.union(
  [all, v.array(aeTitle)],
  'expected "*" or a list of AE titles',
);

/**
 * Reads JSON of a known shape; `file` names it in messages. `more` tells what the shape cannot: the sentence of
 * a mistake. @throws DicomError USAGE naming the path of the culprit
 */
export function checked<S extends v.GenericSchema>(
  schema: S,
  text: string,
  file: string,
  more: (output: v.InferOutput<S>) => string | undefined = () => undefined,
): v.InferOutput<S> {
  const output = conforming(schema, parseJson(text, file), file);
  const problem = more(output);
  if (problem !== undefined) throw usage(`${file}: ${problem}`);
  return output;
}

/** A value of a known shape; `where` names it in messages. @throws DicomError USAGE */
export function conforming<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  where: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (!result.success) throw usage(`${where}: ${issueText(result.issues[0])}`);
  return result.output;
}

export function usage(message: string): DicomError {
  return new DicomError('USAGE', message);
}

function parseJson(text: string, file: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (Array.isArray(value)) throw usage(`${file}: expected Object, not Array`); // valibot takes one for an object
  return value;
}

function issueText(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).reduce(
    (text, { key }) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`,
    '',
  );
  if (issue.type === 'strict_object' && issue.expected === 'never') return `unknown key ${path}`;
  if (issue.received === 'undefined') return `${path} is missing`;
  const plain = issue.kind === 'schema' && issue.type !== 'picklist' && issue.type !== 'union';
  const message = plain
    ? `expected ${issue.expected ?? 'something else'}, not ${issue.received}`
    : issue.message;
  return path === '' ? message : `${path}: ${message}`;
}
