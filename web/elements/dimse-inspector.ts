/** `<dimse-inspector>`: what was sent and received, byte by byte. */
import { define } from './define.ts';
import { ElementBase } from './element.ts';
import Inspector from './Inspector.svelte';
import type { DimseInspectorElement } from './types.ts';

export class DimseInspector extends ElementBase implements DimseInspectorElement {
  override readonly component = Inspector;

  async openCapture(file: File): Promise<void> {
    await this.ready;
    await (await this.session?.inspecting.inspector())?.openCapture(file);
  }
}

define('dimse-inspector', DimseInspector);
