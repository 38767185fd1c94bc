import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { shortDictionary } from './short-dictionary.ts';

// One script for all that is needed at once: each further one is a request, and compresses by itself.
const atOnce = (name: string) => ({
  output: {
    codeSplitting: { groups: [{ name, tags: ['$initial' as const] }] },
    comments: { annotation: false }, // for bundlers, and none comes after this one
  },
});

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Every URL is relative: the page works under any path that the bridge or a proxy gives it.
  base: './',
  plugins: [svelte({ configFile: false })],
  worker: { format: 'es', plugins: () => [shortDictionary()], rolldownOptions: atOnce('engine') },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    sourcemap: true,
    target: 'es2022',
    // The first with light-dark(); older ones would get a rewritten, longer style sheet.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The content security policy lets nothing in as a data: URL but images.
    assetsInlineLimit: 0,
    rolldownOptions: atOnce('page'),
  },
});
