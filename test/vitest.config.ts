import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Tests that assert how long something takes: each runs with the machine to itself, when all others are done. */
const TIMED = [
  'test/browser/inspector.test.ts',
  'test/browser/query.test.ts',
  'test/browser/tasks.test.ts',
  'test/browser/window.test.ts',
  'test/cli/start.test.ts',
  'test/cli/transfers.test.ts',
  'test/inspect/cost.test.ts',
  'test/inspect/large-capture.test.ts',
];

/** The package as others get it: what everything else made is packed, installed and used. */
const PACKED = 'test/package/package.test.ts';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // The page's state classes are .svelte.ts files; they are tested without a DOM.
  plugins: [svelte({ configFile: false })],
  test: {
    environment: 'node',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // As long as a locator waits (browser/stage.ts): one second is little where others use the machine, too.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...TIMED, PACKED],
          // Two processes at most: the interoperability tests start servers of their own beside us.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'packed', include: [PACKED], maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
