/** The API reference of the package: made without a complaint, with a page for what people look up. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildReference, entries } from '../bridge/docs.mjs';
import { temporaryFolder } from './support/peers-process.ts';

test('the reference tells of every subpath, and complains of nothing', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  expect(await buildReference(folder)).toEqual([]);
  const modules = [...entries().keys()].map((subpath) => `webdimse${subpath.slice(1)}`.replaceAll('/', '_'));
  const made = readdirSync(`${folder}/modules`).map((name) => name.replace(/\.html$/, ''));
  expect(made.toSorted()).toEqual(modules.toSorted());
  expect(readdirSync(`${folder}/functions`)).toEqual(
    expect.arrayContaining(['webdimse.echo.html', 'webdimse_node.createBridge.html']),
  );
});
