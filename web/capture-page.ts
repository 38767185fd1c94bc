/** The inspector as a page of its own: it follows a capture while a program writes it. */
import { mount } from 'svelte';
import type { Engine } from './engine/client.ts';
import type { SavedFile } from './engine/protocol.ts';
import Sequence from './panels/inspector/Sequence.svelte';
import { Inspector } from './state/inspector.svelte.ts';

/** `url` answers `Range: bytes=N-` with what is behind that, when there is any. */
export function showCapture(engine: Engine, url: string, hand: (file: SavedFile) => void): void {
  const inspector = new Inspector({ engine, hand });
  void inspector.follow(url);
  mount(Sequence, { target: document.body, props: { inspector, alone: true } });
}
