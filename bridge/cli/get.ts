import { statusOf } from '../../core/dict/index.ts';
import type { InstanceStore, StoreChange } from '../../core/file/index.ts';
import { get } from '../../core/peer/index.ts';
import type { Call, Command } from './command.ts';
import { DiscardStore } from './discard.ts';
import type { Flags } from './flags.ts';
import { openFolder } from './folder.ts';
import { usage } from './flags.ts';
import { RETRIEVE_FLAGS, follow, requestOf } from './retrieve.ts';
import { SCU_FLAGS, peerOf, statusCode } from './scu.ts';

export const getCommand: Command = {
  name: 'get',
  words: 'PEER',
  summary: 'Fetches instances from a peer over the association we open (C-GET).',
  flags: {
    ...RETRIEVE_FLAGS,
    out: { value: 'DIR', help: 'where the files go, one per instance' },
    discard: { help: 'count and check what comes, keep nothing' },
    ...SCU_FLAGS,
  },
  examples: [
    'webdimse get ORTHANC@10.0.0.5:104 --study 1.2.3 --out study',
    'webdimse get ORTHANC@10.0.0.5:104 --study 1.2.3 --series 1.2.3.4 --discard',
  ],

  async run(call) {
    const { flags, signal } = call;
    flags.only(1);
    const request = requestOf(flags);
    const open = storeOf(flags);
    const peer = await peerOf(call);
    const store = await open();
    const stop = store.watch((change) => void printInstance(change, call));
    try {
      return await follow('C-GET', get(peer, { request, store, signal }), call);
    } finally {
      stop();
    }
  },
};

/** Where instances go; opened only once everything else that was typed is known to be right. */
function storeOf(flags: Flags): () => Promise<InstanceStore> {
  const out = flags.text('out');
  if (flags.on('discard') !== (out === undefined)) throw usage('give either --out DIR or --discard');
  return out === undefined ? () => Promise.resolve(new DiscardStore()) : () => openFolder(out, '--out');
}

function printInstance(change: StoreChange, { output }: Call): Promise<void> {
  if (change.kind !== 'stored') return Promise.resolve();
  const { sopInstanceUID, file, bytes } = change.instance;
  return output.record({
    type: 'instance',
    sopInstanceUID,
    status: statusCode(0),
    name: statusOf('C-STORE', 0).name,
    file: file ?? null,
    bytes,
  });
}
