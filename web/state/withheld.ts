/** What the browser keeps from the page where it trusts the address less: plain http, not of this machine. */
import { t } from '../strings/index.ts';

/** The part of the browser that is looked at. */
export interface Surrounding {
  readonly isSecureContext: boolean;
  readonly navigator: { readonly locks?: unknown; readonly storage?: unknown };
}

const FEATURES = ['locks', 'storage'] as const;

/** A few sentences for people; empty where nothing is to be told. `alone`: there is no bridge, which is told, too. */
export function withheldSentence({ isSecureContext, navigator }: Surrounding, alone = false): string {
  const missing = FEATURES.filter((name) => navigator[name] === undefined).map((name) => t.withheld[name]);
  const what = isSecureContext ? '' : missing.join(t.withheld.and);
  if (alone) return t.alone.notice + (what && t.alone.withheld(what));
  return what && t.withheld.sentence(what);
}
