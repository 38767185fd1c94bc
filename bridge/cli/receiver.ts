/** `--receive-port` and `--receive-aet`: where a peer may call us back. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { PeerAddress, Receiver } from '../../core/peer/index.ts';
import type { Target } from '../../core/transport/index.ts';
import { listenTcp } from '../node/index.ts';
import type { FlagTable, Flags } from './flags.ts';
import { aeTitle } from './peers.ts';
import { DEFAULT_HOST } from './serving.ts';

/** The flags, `purpose` being what the port is for. */
export function receiverFlags(purpose: string): FlagTable {
  return {
    'receive-port': { value: 'N', help: purpose },
    'receive-host': {
      value: 'H',
      help: 'the address to listen on; by default that by which this machine reaches the peer',
    },
    'receive-aet': {
      value: 'AET',
      help: 'under this AE title, which the peer must know; --calling by default',
    },
  };
}

/** The port that was typed. @throws DicomError USAGE */
export function receivePortOf(flags: Flags): number | undefined {
  return flags.int('receive-port', 1, 65535);
}

/** A listener that is opened only when it is needed. @throws DicomError USAGE */
export function receiverAt(port: number, peer: PeerAddress, flags: Flags): Receiver {
  const title = flags.text('receive-aet');
  return {
    aeTitle: title === undefined ? peer.callingAETitle : aeTitle(title, '--receive-aet'),
    listen: async () => listenTcp({ host: flags.text('receive-host') ?? (await facing(peer.target)), port }),
  };
}

/** The address of this machine that packets to the target leave by: who is called there can call back. */
async function facing(target: Target): Promise<string> {
  if (!('host' in target)) return DEFAULT_HOST; // behind a bridge the way is not known
  const { address, family } = await lookup(target.host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    // Connecting UDP sends nothing; it only asks the system for the way.
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(target.port, address, resolve);
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}
