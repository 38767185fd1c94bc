/**
 * A process of its own for the memory test: C-GET as the command line does it, into a sink that takes 20 MB/s.
 * Arguments are those of `webdimse get` without its flags for studies; each line on stdin is a study to get,
 * and each is answered by a line with the number of bytes that came.
 */
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { DiscardStore } from '../../bridge/cli/discard.ts';
import { Flags } from '../../bridge/cli/flags.ts';
import { createOutput } from '../../bridge/cli/output.ts';
import { SCU_FLAGS, peerOf } from '../../bridge/cli/scu.ts';
import { dataSet } from '../../core/data/index.ts';
import type { InstanceInfo, InstanceSink } from '../../core/file/index.ts';
import { get } from '../../core/peer/index.ts';

const BYTES_PER_MS = 20_000;

class SlowStore extends DiscardStore {
  override put(info: InstanceInfo): InstanceSink {
    const sink = super.put(info);
    let due = performance.now();
    return {
      ...sink,
      write: async (bytes) => {
        await sink.write(bytes);
        due = Math.max(due, performance.now() - 100) + bytes.length / BYTES_PER_MS;
        const early = due - performance.now();
        if (early > 20) await pause(early); // fewer, longer pauses: a busy machine makes each a little longer
      },
    };
  }
}

async function main(): Promise<void> {
  const peer = await peerOf({
    command: 'get',
    flags: Flags.parse(process.argv.slice(2), SCU_FLAGS),
    output: createOutput(true),
    signal: new AbortController().signal,
    sink: undefined,
    started: 0,
  });
  for await (const study of createInterface(process.stdin)) {
    const keys = dataSet({ StudyInstanceUID: study });
    const request = { model: 'STUDY', level: 'STUDY', keys } as const;
    const { bytes } = await get(peer, { request, store: new SlowStore() }).result;
    console.log(String(bytes));
  }
}

void main();
