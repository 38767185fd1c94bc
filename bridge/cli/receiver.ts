/** `--receive-port` and `--receive-aet`: where a peer may call us back. */
import type { PeerAddress, Receiver } from '../../core/peer/index.ts';
import { listenTcp } from '../node/index.ts';
import type { FlagTable, Flags } from './flags.ts';
import { aeTitle } from './peers.ts';
import { DEFAULT_HOST } from './serving.ts';

/** The flags, `purpose` being what the port is for. */
export function receiverFlags(purpose: string): FlagTable {
  return {
    'receive-port': { value: 'N', help: purpose },
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

/** A listener on loopback that is opened only when it is needed. @throws DicomError USAGE */
export function receiverAt(port: number, peer: PeerAddress, flags: Flags): Receiver {
  const title = flags.text('receive-aet');
  return {
    aeTitle: title === undefined ? peer.callingAETitle : aeTitle(title, '--receive-aet'),
    listen: () => listenTcp({ host: DEFAULT_HOST, port }),
  };
}
