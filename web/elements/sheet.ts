/** All styles as one constructable sheet: a policy without 'unsafe-inline' lets no other into a shadow tree. */
import '../app.css';
import './ground.css';

/** The build puts all styles in its place (`one-sheet.ts`), when it knows them. */
const TEXT = '/* all styles */';

let sheet: CSSStyleSheet | undefined;

/** The same for all elements. */
export function oneSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(TEXT);
  }
  return sheet;
}
