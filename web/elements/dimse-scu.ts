/** `<dimse-scu>`: the whole page. */
import { define } from './define.ts';
import { ElementBase } from './element.ts';
import Whole from './Whole.svelte';
import type { DimseScuElement } from './types.ts';

const VIEWS: readonly DimseScuElement['view'][] = ['find', 'worklist', 'received', 'send', 'learn'];

export class DimseScu extends ElementBase implements DimseScuElement {
  override readonly component = Whole;

  get view(): DimseScuElement['view'] {
    return VIEWS.find((view) => view === this.getAttribute('view')) ?? 'find';
  }

  set view(view: DimseScuElement['view']) {
    this.setAttribute('view', view);
  }
}

define('dimse-scu', DimseScu);
