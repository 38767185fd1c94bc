/** Where the page of the bench keeps what it gets. */
import { DiscardStore } from '../../../bridge/cli/discard.ts';
import type { Bytes } from '../../../core/bytes/index.ts';
import { HeaderCollector } from '../../../core/file/index.ts';
import type { InstanceInfo, InstanceSink, Stored } from '../../../core/file/index.ts';

/** Keeps the pieces as they come, each copied once: what comes is lent. */
export class ViewsStore extends DiscardStore {
  readonly kept: Bytes[][] = [];

  override put(info: InstanceInfo): InstanceSink {
    const sink = super.put(info);
    const pieces: Bytes[] = [];
    return {
      ...sink,
      write: (bytes) => {
        pieces.push(bytes.slice());
        return sink.write(bytes);
      },
      commit: () => {
        this.kept.push(pieces);
        return sink.commit();
      },
    };
  }
}

/** Keeps each instance in one buffer, and has read its header. */
export class ContiguousStore extends DiscardStore {
  readonly kept: Bytes[] = [];

  override put(info: InstanceInfo): InstanceSink {
    const header = new HeaderCollector(info.transferSyntaxUID);
    let [buffer, length] = [new Uint8Array(FIRST), 0];
    return {
      write: (bytes) => {
        if (length + bytes.length > buffer.length) {
          const larger = new Uint8Array(Math.max(2 * buffer.length, length + bytes.length));
          larger.set(buffer.subarray(0, length));
          buffer = larger;
        }
        buffer.set(bytes, length);
        length += bytes.length;
        header.write(bytes);
      },
      commit: async (): Promise<Stored> => {
        this.kept.push(buffer.subarray(0, length));
        return { ...info, bytes: length, header: header.finish() };
      },
      abort: async () => {},
    };
  }
}

/** A slice of S fits; a longer one is copied as it grows. */
const FIRST = 600 << 10;
