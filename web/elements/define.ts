/** Defines an element, once: a page may have loaded it before, by another script. */
export function define(tag: string, made: CustomElementConstructor): void {
  if (customElements.get(tag) === undefined) customElements.define(tag, made);
}
