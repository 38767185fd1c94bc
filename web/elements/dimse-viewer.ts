/** `<dimse-viewer>`: a picture, a report, a waveform, a document. */
import { define } from './define.ts';
import { ElementBase } from './element.ts';
import Picture from './Picture.svelte';
import type { DimseViewerElement } from './types.ts';

export class DimseViewer extends ElementBase implements DimseViewerElement {
  override readonly component = Picture;

  close(): void {
    this.session?.looking.close();
  }
}

define('dimse-viewer', DimseViewer);
