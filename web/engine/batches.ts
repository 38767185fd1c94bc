/** De-identifiers by batch: they live as long as the engine, so that a retry replaces as the first try did. */
import type { Deidentifier } from '../../core/deidentify/index.ts';
import { wholeDictionary } from '../dictionary.ts';
import type { Deidentification } from './protocol.ts';

export class Batches {
  readonly #made = new Map<string, Promise<Deidentifier>>();

  /** The batch's own; undefined where nothing is to be de-identified. The profile is fetched when it is first needed. */
  of(wanted: Deidentification): Promise<Deidentifier>;
  of(wanted: Deidentification | undefined): Promise<Deidentifier | undefined>;
  of(wanted: Deidentification | undefined): Promise<Deidentifier | undefined> {
    if (wanted === undefined) return Promise.resolve(undefined);
    const { batch, options } = wanted;
    const made = this.#made.get(batch) ?? this.#make(batch, options);
    this.#made.set(batch, made);
    return made;
  }

  /** Where loading fails, since the bridge is away, the next try loads again. */
  #make(batch: string, options: Deidentification['options']): Promise<Deidentifier> {
    return make(options).catch((error: unknown) => {
      this.#made.delete(batch);
      throw error;
    });
  }
}

async function make(options: Deidentification['options']): Promise<Deidentifier> {
  await wholeDictionary(); // what the dictionary does not know would be removed
  const { Deidentifier } = await import('../../core/deidentify/index.ts');
  return new Deidentifier(options);
}
