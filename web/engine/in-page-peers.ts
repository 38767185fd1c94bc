/** The AEs that run in the page's own engine (`in-page.ts`), for whoever has to name them. */
import type { Peer, PeerList } from '../../core/transport/peers.ts';
import { IN_PAGE_HOST } from './in-page-host.ts';

/** Two small PACS: the first holds the synthetic studies and a worklist of today, the second begins empty. */
export const IN_PAGE_PEERS: readonly [Peer, Peer] = [
  { name: 'DEMOPACS', aeTitle: 'DEMOPACS', host: IN_PAGE_HOST, port: 11112 },
  { name: 'DEMOARCHIVE', aeTitle: 'DEMOARCHIVE', host: IN_PAGE_HOST, port: 11113 },
];

/** The page itself, as they call it when they move to it. */
export const THIS_PAGE = { aeTitle: 'THISPAGE', host: IN_PAGE_HOST, port: 11114 } as const;

/** What a bridge would tell of its peers, where there is none. */
export const IN_PAGE_LIST: PeerList = {
  peers: IN_PAGE_PEERS,
  listening: { host: THIS_PAGE.host, port: THIS_PAGE.port, pools: { page: [THIS_PAGE.aeTitle] } },
};
