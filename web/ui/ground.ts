/**
 * What a component stands in: its own page, or the shadow tree of an element in somebody else's page, where it keeps to
 * itself (`web/elements`). Events and the focus are looked for there, never in the document.
 */
import { on } from 'svelte/events';

export type Ground = Document | ShadowRoot;

/** Of a node that is in a tree. */
export function groundOf(node: Node): Ground {
  return node.getRootNode() as Ground;
}

/** What carries theme and language. */
export function surfaceOf(node: Element): HTMLElement {
  return node.closest<HTMLElement>('.ground') ?? document.documentElement;
}

/** An attachment: hears of every key that is pressed in the ground of its element. */
export function groundKeys(heard: (event: KeyboardEvent) => void): (node: Element) => () => void {
  return (node) => on(groundOf(node), 'keydown', (event) => heard(event as KeyboardEvent));
}
