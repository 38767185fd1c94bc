/** `<dimse-query>`: the search form and its results. */
import { define } from './define.ts';
import { ElementBase } from './element.ts';
import Query from './Query.svelte';
import type { DimseQueryElement } from './types.ts';

export class DimseQuery extends ElementBase implements DimseQueryElement {
  override readonly component = Query;

  get compact(): boolean {
    return this.hasAttribute('compact');
  }

  set compact(compact: boolean) {
    this.toggleAttribute('compact', compact);
  }
}

define('dimse-query', DimseQuery);
