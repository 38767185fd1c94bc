/** What the browser keeps from the page where it trusts the address less: plain http, not of this machine. */

/** The part of the browser that is looked at. */
export interface Surrounding {
  readonly isSecureContext: boolean;
  readonly navigator: { readonly locks?: unknown; readonly storage?: unknown };
}

/** What is missing, and what follows for who sits there. */
const FEATURES = [
  ['locks', 'locks between tabs (use one at a time)'],
  ['storage', 'storage for files (those received go with this tab)'],
] as const;

/** A few sentences for people; empty where nothing is withheld. */
export function withheldSentence({ isSecureContext, navigator }: Surrounding): string {
  const missing = FEATURES.filter(([name]) => navigator[name] === undefined).map(([, what]) => what);
  if (isSecureContext || missing.length === 0) return '';
  return (
    'This page came over plain http: others on the network could read what passes, and the browser withholds ' +
    `${missing.join(' and ')}. Ask who runs the bridge for https.`
  );
}
