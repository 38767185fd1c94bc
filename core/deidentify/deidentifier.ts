/** De-identification by the Basic Application Level Confidentiality Profile (PS3.15 E). */
import type { Bytes } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { rewritableAs, rewritten } from '../data/index.ts';
import type { DeidentifyOptions } from './actions.ts';
import { goesWhole } from './actions.ts';
import { Replacements } from './batch.ts';
import { marked } from './marks.ts';
import type { AttributeChange } from './pass.ts';
import { Pass } from './pass.ts';
import type { DeidentifyWarning } from './warnings.ts';
import { warningsOf } from './warnings.ts';

/** A data set that was de-identified. */
export interface Deidentified {
  readonly dataSet: DataSet;
  /** In the order of the tags; what goes with its sequence is not told by itself. */
  readonly changes: readonly AttributeChange[];
  /** What may still tell who it is. */
  readonly warnings: readonly DeidentifyWarning[];
}

/**
 * De-identifies the instances of one batch: what is equal in them is replaced alike (UIDs, patients, the shift of
 * dates), and with this object the way back is gone. Pixel data is neither read nor changed. Private attributes, and
 * those that neither the profile nor the dictionary knows, are removed.
 */
export class Deidentifier {
  readonly #options: DeidentifyOptions;
  readonly #replacements = new Replacements();

  constructor(options: DeidentifyOptions = {}) {
    this.#options = options;
  }

  /** The SOP Instance UID under which an instance goes on. */
  sopInstanceUID(old: string): string {
    return this.#options.retainUIDs === true ? old : this.#replacements.uid(old);
  }

  /**
   * The transfer syntax of what `stream` gives: the same, but Explicit VR Little Endian for deflated ones.
   * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED for what cannot be read and written here.
   */
  transferSyntaxUID(old: string): string {
    return rewritableAs(old)[0]!; // there is one, or it throws
  }

  /** The attributes of a data set, without its pixel data. */
  dataSet(dataSet: DataSet): Deidentified {
    const pass = new Pass(this.#options, this.#replacements);
    const clean = marked(pass.level(dataSet), this.#options);
    const changes = [...pass.changes, ...pass.added(dataSet, clean)];
    return {
      dataSet: clean,
      changes: changes.sort((a, b) => (a.path < b.path ? -1 : 1)),
      warnings: warningsOf(dataSet),
    };
  }

  /**
   * The bytes of a data set, de-identified: the attributes in front of the pixel data are read and written before this
   * resolves, the pixel data streams through as it is, what follows it is dropped. `to` is another transfer syntax
   * than `transferSyntaxUID` gives, of those without compression.
   * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED; VALUE_INVALID for a value that cannot be written again.
   * @throws DecodeError DATASET_INVALID; LIMIT_EXCEEDED where the attributes take more than 64 MiB.
   */
  async stream(
    bytes: AsyncIterable<Bytes>,
    transferSyntaxUID: string,
    to: string = this.transferSyntaxUID(transferSyntaxUID),
  ): Promise<AsyncIterable<Bytes>> {
    const change = (dataSet: DataSet): DataSet => this.dataSet(dataSet).dataSet;
    return await rewritten(bytes, { from: transferSyntaxUID, to, change, omit: goesWhole });
  }
}
