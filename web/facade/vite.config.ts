import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The facade's scripts, beside the page and with its decoders; a portal names `dicomweb/boot.js`, so that name stays. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  worker: {
    format: 'es',
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'facade', tags: ['$initial' as const] }] } },
    },
  },
  build: {
    sourcemap: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { boot: fileURLToPath(new URL('boot.ts', import.meta.url)) },
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'dicomweb/[name].js' },
    },
  },
});
