import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // The page's state classes are .svelte.ts files; they are tested without a DOM.
  plugins: [svelte({ configFile: false })],
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // As long as a locator waits (browser/stage.ts): one second is little where others use the machine, too.
    expect: { poll: { timeout: 10_000 } },
    // Two processes at most: the interoperability tests start servers of their own beside us.
    maxWorkers: 2,
  },
});
