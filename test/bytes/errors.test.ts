/** The codes that errors carry: none stands in the table without being raised. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DicomError, ERROR_CODES } from '../../core/bytes/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['core', 'bridge', 'web']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, name), 'utf8'));

test.each(Object.entries(ERROR_CODES))('%s is raised somewhere: %s', (code) => {
  expect(sources.some((source) => source.includes(`'${code}'`))).toBe(true);
});

test('an error carries its code, its numbers and its cause', () => {
  const cause = new Error('why');
  const error = new DicomError('LIMIT_EXCEEDED', 'too long', { length: 7 }, cause);
  expect(error).toMatchObject({ name: 'DicomError', code: 'LIMIT_EXCEEDED', details: { length: 7 }, cause });
  expect('cause' in new DicomError('USAGE', 'no')).toBe(false);
});
