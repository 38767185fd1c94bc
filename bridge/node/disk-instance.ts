/** An instance of a folder. */
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { KeptInstance } from '../../core/file/index.ts';

/** Where the data set of an instance is. */
export interface Place {
  readonly folder: string;
  /** Of its file below the folder. */
  readonly name: string;
  /** Bytes of the file in front of the data set. */
  readonly dataSetOffset: number;
}

/** Names that follow from a UID, as `instanceFileName` makes them. */
const PLAIN = /^[\d.]+\.dcm$/;

/** Names and headers of a hundred thousand are held in memory: what follows from the UID is not. */
export class DiskInstance extends KeptInstance {
  readonly dataSetOffset: number;
  readonly #folder: string;
  readonly #name: string | undefined;

  constructor(
    {
      sopInstanceUID,
      bytes,
      kind,
      shared,
      own,
    }: Pick<KeptInstance, 'sopInstanceUID' | 'bytes' | 'kind' | 'shared' | 'own'>,
    { folder, name, dataSetOffset }: Place,
  ) {
    super(sopInstanceUID, bytes, kind, shared, own);
    this.dataSetOffset = dataSetOffset;
    this.#folder = folder;
    this.#name = PLAIN.test(name) && name === plainName(sopInstanceUID) ? undefined : name;
  }

  /** The name of its file below the folder. */
  get name(): string {
    return this.#name ?? plainName(this.sopInstanceUID);
  }

  /** Whether no other instance can have a file of this name. */
  get isPlainlyNamed(): boolean {
    return this.#name === undefined;
  }

  get file(): string {
    return join(this.#folder, this.name);
  }
}

function plainName(sopInstanceUID: string): string {
  return `${sopInstanceUID}.dcm`;
}

/**
 * Changes with every change of a file: size, times of writing and of any change in milliseconds, and its number. Who sets the
 * time of writing back changes the other one.
 */
export function signatureOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}
