/** Who takes data sets. */
import { DicomError, EMPTY, Writer } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';

/** Takes the data set of a message as it arrives. A promise holds the peer back. */
export interface DataSetReceiver {
  /** `data` is a view that ends with the call. */
  write(data: Bytes): void | Promise<void>;
  end(): void | Promise<void>;
  /** The association ended before the last fragment. */
  abort(error: DicomError): void;
}

/** Takes what nobody wants. */
export const DISCARD: DataSetReceiver = {
  write: () => undefined,
  end: () => undefined,
  abort: () => undefined,
};

/** Holds a data set whole up to a limit. @throws DicomError LIMIT_EXCEEDED from `write`, which ends the association. */
export function collect(limit: number, deliver: (dataSet: Bytes) => void | Promise<void>): DataSetReceiver {
  let first: Bytes | undefined;
  let whole: Writer | undefined; // one buffer: peers may cut a data set into single bytes
  return {
    write(data) {
      if ((whole ?? first ?? EMPTY).length + data.length > limit) {
        throw new DicomError('LIMIT_EXCEEDED', `A data set to be held whole is longer than ${limit} bytes.`, {
          limit,
        });
      }
      if (first === undefined) return void (first = data.slice());
      if (whole === undefined) (whole = new Writer()).put(first);
      whole.put(data);
    },
    end: () => deliver(whole?.finish() ?? first ?? EMPTY),
    abort: () => undefined,
  };
}
