/** The elements of one instance, searched, folded and copied. */
import type { Looked } from '../engine/looked.ts';
import type { TagRow } from './tag-rows.ts';
import { foundRows, tagRows, tagsText } from './tag-rows.ts';

export class Tags {
  readonly #looked: Looked;
  readonly #all: readonly TagRow[];
  #query = $state.raw('');
  #folded = $state.raw<ReadonlySet<string>>(new Set());

  constructor(looked: Looked) {
    this.#looked = looked;
    this.#all = tagRows(looked.dataSet, looked.left);
  }

  get count(): number {
    return this.#all.length;
  }

  get query(): string {
    return this.#query;
  }

  set query(query: string) {
    this.#query = query;
  }

  isOpen(id: string): boolean {
    return !this.#folded.has(id);
  }

  toggle(id: string): void {
    const folded = new Set(this.#folded);
    if (!folded.delete(id)) folded.add(id);
    this.#folded = folded;
  }

  /** What is found, without what is folded away. */
  get rows(): readonly TagRow[] {
    const found = foundRows(this.#all, this.#query);
    if (this.#folded.size === 0) return found;
    const hidden = new Set<string>();
    return found.filter(({ id, parent }) => {
      if (this.#folded.has(parent) || hidden.has(parent)) hidden.add(id);
      return !hidden.has(id);
    });
  }

  /** What is found, as lines. */
  get text(): string {
    return tagsText(foundRows(this.#all, this.#query));
  }

  /** The whole data set as DICOM JSON (PS3.18 F), without the values that stayed behind. */
  get json(): string {
    return JSON.stringify(this.#looked.dataSet, undefined, 2);
  }
}
