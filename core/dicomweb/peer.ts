/** A peer as what the facade asks: C-FIND, and C-GET or C-MOVE into the archive. */
import type { Archive } from '../archive/index.ts';
import type { GetOptions, PeerAddress } from '../peer/index.ts';
import { get, query } from '../peer/index.ts';
import type { DicomWebOptions } from './types.ts';

/** How a peer is asked. */
export interface DicomWebPeerOptions extends Pick<GetOptions, 'receiver' | 'moveOnly'> {
  /** Ends what is under way: nobody else does, since several requests may wait for one retrieve. */
  readonly signal?: AbortSignal;
}

/** `find` and `retrieve` of the facade over a peer; what is retrieved goes into `archive`. */
export function dicomWebPeer(
  peer: PeerAddress,
  archive: Archive,
  { signal, ...how }: DicomWebPeerOptions = {},
): Required<Pick<DicomWebOptions, 'find' | 'retrieve'>> {
  const memory = {};
  return {
    find: (asked, whileAsked) => query(peer, asked, { signal: whileAsked }),
    retrieve(request) {
      // The peer may hold what its query does not list: only where something is here the list decides.
      const missingOnly = archive.select(request).length > 0;
      const options = { request, store: archive.store, missingOnly, memory, ...how };
      return get(peer, { ...options, ...(signal && { signal }) }).result;
    },
  };
}
