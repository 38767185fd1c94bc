/** For the build: the page's styles as they hold in a shadow tree, as one text within the script. */
import type { Plugin } from 'vite';

/** Where `sheet.ts` wants it, as any minifier leaves a string. */
const PLACE = /(["'`])\/\* all styles \*\/\1/;

/**
 * The same rules for a shadow tree: what holds for the document holds for the element, or the ground in it, and what
 * goes by the window goes by the element.
 */
export function forShadowTree(css: string): string {
  return css
    .replace(/:root:root/g, '.ground.ground')
    .replace(/:root(?=\[data-theme)/g, '.ground')
    .replace(/:root\s*\{\s*color-scheme:\s*light dark;/g, ':host{')
    .replace(/:root/g, ':host')
    .replace(/\bhtml,\s*body\b/g, '.ground')
    .replace(/@media(?=\s*\([^{]*\b(?:width|height)\b)/g, '@container dimse')
    .replace(/(\d)dvh\b/g, '$1cqh');
}

/** Takes the style sheet out of what is built and puts it into the script. Throws where either is missing. */
export function oneSheet(): Plugin {
  return {
    name: 'one-sheet',
    enforce: 'post',
    generateBundle(_, bundle) {
      const sheets = Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.css'));
      const texts = sheets.map((file) => (file.type === 'asset' ? String(file.source) : ''));
      for (const { fileName } of sheets) delete bundle[fileName];
      const text = JSON.stringify(forShadowTree(texts.join('')));
      const places = Object.values(bundle).filter((file) => file.type === 'chunk' && PLACE.test(file.code));
      if (sheets.length !== 1 || places.length !== 1) throw new Error('one style sheet was to be built');
      for (const file of places) if (file.type === 'chunk') file.code = file.code.replace(PLACE, () => text);
    },
  };
}
