/** Names of SOP classes in a list: the table of all UIDs is loaded when the first is shown. */
import type { uidName } from '../../core/dict/identifiers.ts';

let named = $state.raw<typeof uidName>((uid) => uid);
let loading: Promise<void> | undefined;

/** The name of a SOP class; its UID until the table is here, and where there is no name. */
export function className(uid: string): string {
  void loadClassNames();
  return named(uid);
}

/** Never rejects: without the table, UIDs stand for themselves. */
export function loadClassNames(): Promise<void> {
  loading ??= import('../../core/dict/identifiers.ts').then(
    (dictionary) => void (named = dictionary.uidName),
    () => void (loading = undefined),
  );
  return loading;
}
