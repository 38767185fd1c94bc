import { move } from '../../core/peer/index.ts';
import type { Command } from './command.ts';
import { usage } from './flags.ts';
import { aeTitle } from './peers.ts';
import { RETRIEVE_FLAGS, follow, requestOf } from './retrieve.ts';
import { SCU_FLAGS, peerOf } from './scu.ts';

export const moveCommand: Command = {
  name: 'move',
  words: 'PEER',
  summary: 'Has a peer send instances to another AE title, whose address the peer must know (C-MOVE).',
  flags: {
    dest: { value: 'AET', help: 'who receives the instances' },
    ...RETRIEVE_FLAGS,
    ...SCU_FLAGS,
  },
  examples: ['webdimse move ORTHANC@10.0.0.5:104 --dest WORKSTATION --study 1.2.3'],

  async run(call) {
    const { flags, signal } = call;
    flags.only(1);
    const destination = flags.text('dest');
    if (destination === undefined) throw usage('where to? Give --dest AET');
    const request = requestOf(flags);
    const responses = move(await peerOf(call), request, aeTitle(destination, '--dest'), { signal });
    return follow('C-MOVE', responses, call);
  },
};
