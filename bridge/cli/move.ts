import type { Task } from '../../core/peer/index.ts';
import { get, move } from '../../core/peer/index.ts';
import type { RetrieveOutcome, RetrieveProgress } from '../../core/peer/index.ts';
import type { Call, Command } from './command.ts';
import { usage } from './flags.ts';
import { openFolder } from './folder.ts';
import { recordInstance } from './instances.ts';
import { aeTitle } from './peers.ts';
import { receiverFlags, receiverOf } from './receiver.ts';
import { RETRIEVE_FLAGS, follow, requestOf } from './retrieve.ts';
import { SCU_FLAGS, peerOf } from './scu.ts';

/** The destination that is ourselves. */
const SELF = 'self';

export const moveCommand: Command = {
  words: 'PEER',
  flags: {
    dest: { value: 'AET', help: `who receives the instances; ${SELF} for us, at a port or by a bridge` },
    out: { value: 'DIR', help: `with --dest ${SELF}: where the files go, one per instance` },
    ...receiverFlags(`with --dest ${SELF}: to this port`),
    ...RETRIEVE_FLAGS,
    ...SCU_FLAGS,
  },
  examples: [
    'webdimse move ORTHANC@10.0.0.5:104 --dest WORKSTATION --study 1.2.3',
    'webdimse move ORTHANC --via ws://127.0.0.1:8080 --dest self --study 1.2.3 --out study',
  ],

  async run(call) {
    const { flags, signal } = call;
    flags.only(1);
    const destination = flags.text('dest');
    if (destination === undefined) throw usage('where to? Give --dest AET');
    if (destination === SELF) return moveHere(call);
    const unused = ['out', 'receive-port', 'receive-host', 'receive-aet'].find(
      (flag) => flags.text(flag) !== undefined,
    );
    if (unused !== undefined) throw usage(`--${unused} goes with --dest ${SELF}`);
    const request = requestOf(flags);
    const responses = move(await peerOf(call), request, aeTitle(destination, '--dest'), { signal });
    return follow('C-MOVE', responses, call);
  },
};

/** To us: kept in a folder, and compared with what the peer promised. */
async function moveHere(call: Call): Promise<number> {
  const { flags, output, signal } = call;
  const out = flags.text('out');
  if (out === undefined) throw usage(`where to? --dest ${SELF} needs --out DIR`);
  const request = requestOf(flags);
  const peer = await peerOf(call);
  const receiver = await receiverOf(call, peer);
  const store = await openFolder(out, '--out');
  const stop = store.watch((change) => {
    if (change.kind === 'stored') void recordInstance(change.instance, output);
  });
  try {
    const task: Task<RetrieveProgress, RetrieveOutcome> = get(peer, {
      request,
      store,
      signal,
      receiver,
      moveOnly: true,
    });
    return await follow('C-MOVE', task, call);
  } finally {
    stop();
  }
}
