/** `--receive-port` and `--receive-aet`: where a peer may call us back. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { PeerAddress, Receiver } from '../../core/peer/index.ts';
import type { Target } from '../../core/transport/index.ts';
import type { Call } from './command.ts';
import { listenTcp } from '../node/index.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';
import { aeTitle } from './peers.ts';
import { DEFAULT_HOST } from './serving.ts';
import type { Bridge } from './via.ts';
import { bridgeOf, listenerThrough } from './via.ts';

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
      help: 'under this AE title, which the peer must know; --calling by default, any free one of a bridge',
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

/** Where the peer may send to us: at `--receive-port`, else by a title of the bridge that leads to it. @throws DicomError USAGE */
export async function receiverOf(call: Call, peer: PeerAddress): Promise<Receiver> {
  const { flags } = call;
  const port = receivePortOf(flags);
  if (port !== undefined) return receiverAt(port, peer, flags);
  const bridge = await bridgeOf(flags);
  if (bridge === undefined) throw usage('to us at which port? Give --receive-port N, or a bridge with --via');
  return receiverThrough(bridge, call);
}

/** A title of the bridge, leased only when it is needed. */
function receiverThrough(bridge: Bridge, { flags, signal, output }: Call): Receiver {
  const typed = flags.text('receive-aet');
  const wish = typed === undefined ? {} : { aeTitle: aeTitle(typed, '--receive-aet') };
  let leased = '';
  return {
    get aeTitle() {
      return leased;
    },
    async listen() {
      const listener = await listenerThrough(bridge, { ...wish, signal });
      leased = listener.aeTitle;
      const { host, port } = listener;
      await output.record({ type: 'leased', aeTitle: leased, host, port });
      return listener;
    },
  };
}

/** The address of this machine that packets to the target leave by: who is called there can call back. */
export async function facing(target: Target): Promise<string> {
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
