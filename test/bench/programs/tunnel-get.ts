/** Gets a study through a bridge with a window of so many bytes: `tunnel-get URL PEER STUDY WINDOW`. Prints `{"count","bytes"}`. */
import { WebSocket } from 'ws';
import { DiscardStore } from '../../../bridge/cli/discard.ts';
import { dataSet } from '../../../core/data/index.ts';
import { get } from '../../../core/peer/index.ts';
import { tunnelDialer } from '../../../core/transport/index.ts';

const [url = '', aeTitle = '', studyInstanceUID = '', window = ''] = process.argv.slice(2);
const open = (to: string, protocols: string[]): WebSocket =>
  new WebSocket(to, protocols, { perMessageDeflate: false });
const peer = {
  dialer: tunnelDialer({ url, open, window: Number(window) }),
  target: { peer: aeTitle },
  aeTitle,
  callingAETitle: 'BENCH',
  associations: 1,
};
const keys = dataSet({ StudyInstanceUID: studyInstanceUID });
const request = { model: 'STUDY', level: 'STUDY', keys } as const;
const { received: count, bytes } = await get(peer, { request, store: new DiscardStore() }).result;
console.log(JSON.stringify({ count, bytes }));
