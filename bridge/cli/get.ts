import type { InstanceStore } from '../../core/file/index.ts';
import { get } from '../../core/peer/index.ts';
import type { Command } from './command.ts';
import { DiscardStore } from './discard.ts';
import type { Flags } from './flags.ts';
import { openFolder } from './folder.ts';
import { usage } from './flags.ts';
import { recordInstance } from './instances.ts';
import { receiverAt, receiverFlags, receivePortOf } from './receiver.ts';
import { RETRIEVE_FLAGS, follow, requestOf } from './retrieve.ts';
import { ASSOCIATIONS_FLAG } from './associations.ts';
import { SCU_FLAGS, peerOf } from './scu.ts';

export const getCommand: Command = {
  words: 'PEER',
  flags: {
    ...RETRIEVE_FLAGS,
    out: { value: 'DIR', help: 'where the files go, one per instance' },
    discard: { help: 'count and check what comes, keep nothing' },
    'missing-only': { value: 'DIR', help: 'as --out, but fetch only what the folder lacks' },
    associations: ASSOCIATIONS_FLAG,
    ...receiverFlags('have what C-GET does not bring moved to us, to this port'),
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
    const receivePort = receivePortOf(flags);
    const peer = await peerOf(call);
    const receiver = receivePort === undefined ? {} : { receiver: receiverAt(receivePort, peer, flags) };
    const store = await open();
    const stop = store.watch((change) => {
      if (change.kind === 'stored') void recordInstance(change.instance, call.output);
    });
    try {
      const missingOnly = flags.text('missing-only') !== undefined;
      const task = get(peer, { request, store, signal, missingOnly, ...receiver });
      return await follow('C-GET', task, call);
    } finally {
      stop();
    }
  },
};

/** Where instances go; opened only once everything else that was typed is known to be right. */
function storeOf(flags: Flags): () => Promise<InstanceStore> {
  const places = (['out', 'missing-only'] as const).filter((flag) => flags.text(flag) !== undefined);
  if (places.length + (flags.on('discard') ? 1 : 0) !== 1) {
    throw usage('give one of --out DIR, --missing-only DIR and --discard');
  }
  const [place] = places;
  if (place === undefined) return () => Promise.resolve(new DiscardStore());
  return () => openFolder(flags.text(place)!, `--${place}`);
}
