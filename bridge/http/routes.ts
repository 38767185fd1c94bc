/** What the bridge answers over HTTP, path by path. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { PeerList } from '../../core/transport/index.ts';
import {
  DOOR_PATH,
  LISTEN_PATH,
  PEERS_PATH,
  TICKETS_PATH,
  TUNNEL_PATH,
  settingsOf,
} from '../../core/transport/index.ts';
import type { Peer } from '../../core/transport/index.ts';
import type { Rights } from '../access/access.ts';
import { ANYONE, mayCall } from '../access/access.ts';
import type { FileContent, StaticFile } from './files.ts';
import { formFor } from './files.ts';
import type { Refusal } from './door.ts';
import type { Exchange } from './http.ts';
import { answer, answerJson, refuse, respond } from './http.ts';
import type { DicomPortUse } from '../listening/shared.ts';
import type { TicketOffice } from '../access/ticket-office.ts';
import { signInFirst } from '../access/ticket-office.ts';

export type Method = 'GET' | 'POST';
export type Answerer = (exchange: Exchange) => void | Promise<void>;

/** What a path answers to; HEAD goes where GET goes. */
export type Route = Readonly<Partial<Record<Method, Answerer>>>;

export interface RouteSources {
  readonly office: TicketOffice;
  readonly listening: DicomPortUse | undefined;
  peers(): readonly Peer[];
  /** Whether addresses beside them are called for anybody. */
  targets(): boolean;
  readonly metrics: MetricsText | undefined;
  /** Who may read them, where users sign in. */
  metricsUsers(): readonly string[];
}

/** What the bridge counts, for Prometheus. */
export interface MetricsText {
  read(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** A monitoring system is told where the bridge is bound, not where it is seen from outside. */
export const METRICS_PATH = '/metrics';

/** The routes below the bridge's own address, without the files of the page. */
export function routesOf(sources: RouteSources): ReadonlyMap<string, Route> {
  const { office } = sources;
  return new Map<string, Route>([
    [
      `/${PEERS_PATH}`,
      {
        GET: async (exchange) => {
          const rights = await office.rightsOf(exchange);
          if (rights === undefined) signInFirst(exchange);
          else answerJson(exchange, 200, peerList(sources, rights));
        },
      },
    ],
    [`/${TICKETS_PATH}`, { POST: (exchange) => office.sell(exchange) }],
    [`/${DOOR_PATH}`, { GET: (exchange) => office.tell(exchange) }],
    [`/${TUNNEL_PATH}`, webSocketOnly],
    [`/${LISTEN_PATH}`, webSocketOnly],
    [METRICS_PATH, { GET: (exchange) => answerMetrics(exchange, sources) }],
  ]);
}

async function answerMetrics(exchange: Exchange, sources: RouteSources): Promise<void> {
  const { office, metrics, metricsUsers } = sources;
  if (metrics === undefined) return answerFile(exchange, METRICS_PATH, undefined);
  const rights = await office.rightsOf(exchange);
  if (rights === undefined) return signInFirst(exchange);
  if (rights !== ANYONE && !metricsUsers().includes(rights.user)) {
    return refuse(exchange, { status: 403, cause: 'user', reason: 'metricsUsers lists who may read this.' });
  }
  const { contentType, text } = await metrics.read();
  return respond(exchange, 200, { 'content-type': contentType, 'cache-control': 'no-store' }, text);
}

const webSocketOnly: Route = {
  GET: (exchange) => {
    answer(exchange, 426, 'A tunnel is opened by a WebSocket.', { upgrade: 'websocket' });
  },
};

/** The methods of a route, for `Allow`. */
export function methodsOf(route: Route): string {
  return [...(route.GET ? ['GET', 'HEAD'] : []), ...(route.POST ? ['POST'] : [])].join(', ');
}

/** Below it, behind the name of a peer, a service worker answers in the page (web/facade). */
export const FACADE_PATH = '/dicomweb/';
const UNCAUGHT: Refusal = {
  status: 503,
  cause: 'path',
  reason: 'Reload the page: its service worker, which answers here, is not in control of it.',
};

/** What a service worker should have caught: to answer with anything else would look like its answer. */
export function uncaught(path: string): Route | undefined {
  if (!path.startsWith(FACADE_PATH) || !path.slice(FACADE_PATH.length).includes('/')) return undefined;
  return { GET: (exchange) => refuse(exchange, UNCAUGHT), POST: (exchange) => refuse(exchange, UNCAUGHT) };
}

/** A file of the page, or why there is none. */
export async function answerFile(
  exchange: Exchange,
  path: string,
  file: StaticFile | undefined,
): Promise<void> {
  const unbuilt = 'The page is not built; run npm run build and start again.';
  if (file === undefined) return notThere(exchange, path === '/' ? unbuilt : 'Nothing is here.');
  const { request } = exchange;
  const { encoding, content } = formFor(file, String(request.headers['accept-encoding'] ?? ''));
  let read: FileContent;
  try {
    read = await content();
  } catch {
    return notThere(exchange, 'The file cannot be read any more; start again.');
  }
  const { body, etag } = read;
  const headers = { ...headersOf(exchange, file), etag, ...(encoding && { 'content-encoding': encoding }) };
  if (request.headers['if-none-match'] === etag) respond(exchange, 304, headers, '');
  else respond(exchange, 200, { ...headers, 'content-type': file.type }, body);
}

function notThere(exchange: Exchange, reason: string): void {
  refuse(exchange, { status: 404, cause: 'path', reason });
}

function headersOf(
  { admission }: Exchange,
  { cacheControl, policy, scope }: StaticFile,
): OutgoingHttpHeaders {
  return {
    'cache-control': cacheControl,
    vary: admission?.foreign === true ? 'Origin, Accept-Encoding' : 'Accept-Encoding',
    ...(policy && { 'content-security-policy': policy }),
    ...(scope && { 'service-worker-allowed': scope }),
  };
}

/** Whom this user may call; what only the bridge needs of a peer stays here. */
function peerList({ peers, targets, listening }: RouteSources, rights: Rights): PeerList {
  const own = peers().filter(({ name }) => mayCall(rights, name));
  return {
    peers: own.map(({ name, aeTitle, host, port, ...rest }) => ({
      name,
      aeTitle,
      host,
      port,
      ...settingsOf(rest),
    })),
    ...(listening && { listening: listening.at(rights) }),
    ...(rights.targets === true && targets() && { targets: true }),
    ...(rights.aeTitles !== '*' && { aeTitles: rights.aeTitles }),
  };
}
