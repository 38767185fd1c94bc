/** Does one order. */
import { TUNNEL_PROTOCOL, tunnelDialer } from '../../../core/transport/index.ts';
import { dataSet } from '../../../core/data/index.ts';
import type { InstanceStore } from '../../../core/file/index.ts';
import { get, send } from '../../../core/peer/index.ts';
import type { PeerAddress } from '../../../core/peer/index.ts';
import { DiscardStore } from '../../../bridge/cli/discard.ts';
import { StreamEnd } from '../stream.ts';
import { rest, wado } from './http.ts';
import { itemsInMemory } from './items.ts';
import type { Did, Order, Outcome, Visit } from './orders.ts';
import { timed } from './orders.ts';
import { ContiguousStore, ViewsStore } from './stores.ts';

/** Bytes as tunnel v1 has them, and no DICOM: from the opening of the WebSocket. */
function stream({ url, peer, kind, bytes }: Order): Promise<Did> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(`${url}?peer=${peer}`, TUNNEL_PROTOCOL);
    webSocket.binaryType = 'arraybuffer';
    const end = new StreamEnd(webSocket, true, kind === 'up' ? 'up' : 'down', bytes, (count) => {
      resolve({ count, bytes });
      webSocket.close(1000);
    });
    webSocket.addEventListener('open', () => end.start());
    webSocket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === 'string') end.told(data);
      else end.received(data.byteLength);
    });
    webSocket.addEventListener('close', ({ code }) => reject(new Error(`closed with ${code}: ${end.said}`)));
  });
}

function address({ url, peer, associations }: Order): PeerAddress {
  const open = (to: string, protocols: string[]): WebSocket => new WebSocket(to, protocols);
  return {
    dialer: tunnelDialer({ url, open }),
    target: { peer },
    aeTitle: peer,
    callingAETitle: 'BENCH',
    associations,
  };
}

async function fetchStudy(order: Order, store: InstanceStore): Promise<Did> {
  const keys = dataSet({ StudyInstanceUID: order.studyInstanceUID });
  const request = { model: 'STUDY', level: 'STUDY', keys } as const;
  const { received, bytes, verdict } = await get(address(order), { request, store }).result;
  if (verdict !== 'complete') throw new Error(`the retrieve was ${verdict}`);
  return { count: received, bytes };
}

function getting(order: Order): Promise<Outcome> {
  const stores = { nowhere: DiscardStore, views: ViewsStore, contiguous: ContiguousStore };
  const store = new stores[order.place as keyof typeof stores]();
  return timed(() => fetchStudy(order, store));
}

async function sending(order: Order): Promise<Outcome> {
  const items = await itemsInMemory(order.instances);
  return timed(async () => {
    const { sent, bytes } = await send(address(order), items).result;
    return { count: sent, bytes };
  });
}

type Kind = Exclude<Order['kind'], Visit>;

const DOES: Readonly<Record<Kind, (order: Order) => Promise<Outcome>>> = {
  down: (order) => timed(() => stream(order)),
  up: (order) => timed(() => stream(order)),
  get: getting,
  send: sending,
  rest: (order) => timed(() => rest(order)),
  wado: (order) => timed(() => wado(order)),
};

self.addEventListener('message', ({ data: order }: MessageEvent<Order & { kind: Kind }>) => {
  const nothing = { count: 0, bytes: 0, seconds: 0 };
  DOES[order.kind](order)
    .catch((error: unknown) => ({ ...nothing, error: String(error) }))
    .then((outcome) => self.postMessage(outcome));
});
