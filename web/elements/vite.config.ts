import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { shortDictionary } from '../short-dictionary.ts';
import { oneSheet } from './one-sheet.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const TAGS = ['dimse-scu', 'dimse-query', 'dimse-queue', 'dimse-viewer', 'dimse-inspector'];
const files = { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' };

interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** A module with all that it imports at once. */
function atOnce(id: string, modules: Modules, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(id)) return found;
  found.add(id);
  for (const other of modules.getModuleInfo(id)?.importedIds ?? []) atOnce(other, modules, found);
  return found;
}

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [svelte({ configFile: false }), oneSheet()],
  worker: {
    format: 'es',
    plugins: () => [shortDictionary()],
    rolldownOptions: {
      output: { ...files, codeSplitting: { groups: [{ name: 'engine', tags: ['$initial'] }] } },
    },
  },
  build: {
    outDir: '../../dist/elements',
    emptyOutDir: true,
    copyPublicDir: false,
    sourcemap: false,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    cssCodeSplit: false,
    // Links in the head of another's page would be of no use to it.
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: Object.fromEntries([
        ['index', here('index.ts')],
        ...TAGS.map((tag) => [tag, here(`${tag}.ts`)]),
      ]),
      preserveEntrySignatures: 'strict',
      output: {
        ...files,
        assetFileNames: 'chunks/[name]-[hash][extname]',
        // What all elements share: Svelte, and what is behind every component.
        codeSplitting: {
          groups: [
            { name: 'svelte', test: /node_modules[\\/](svelte|esm-env|clsx)[\\/]/, tags: ['$initial'] },
            { name: (id, modules) => (atOnce(here('element.ts'), modules).has(id) ? 'core' : null) },
          ],
        },
      },
    },
  },
});
