/** `<dimse-queue>`: what is under way, and how the last ones ended. */
import { define } from './define.ts';
import { ElementBase } from './element.ts';
import QueueOnly from './QueueOnly.svelte';
import type { DimseJob, DimseQueueElement } from './types.ts';

export class DimseQueue extends ElementBase implements DimseQueueElement {
  override readonly component = QueueOnly;

  get jobs(): readonly DimseJob[] {
    return this.jobsTold();
  }
}

define('dimse-queue', DimseQueue);
