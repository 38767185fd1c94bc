import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { Engine } from './engine/client.ts';
import type { EnginePort, Command, Report } from './engine/protocol.ts';
import { offerHook } from './hook.ts';
import { forgetAll } from './state/kept.ts';
import type { Wiped } from './opfs/place.ts';
import { WIPED_CHANNEL } from './opfs/place.ts';
import type { Wiping } from './state/keeping.svelte.ts';
import { Settings } from './state/settings.svelte.ts';
import { Session } from './state/session.svelte.ts';
import { browserSession } from './state/browser-session.ts';
import { withheldSentence } from './state/withheld.ts';
import { speak, t } from './strings/index.ts';
import { ROOMY_WIDTH, fetchJson, hand, pickers, storage } from './surroundings.ts';
import type { DoorAnswer, PeerList } from '../core/transport/peers.ts';
import { DOOR_PATH, PEERS_PATH, TUNNEL_PATH } from '../core/transport/peers.ts';

/** A route of the bridge, relative to where the page lies. */
function bridgeUrl(path: string): URL {
  return new URL(path, document.baseURI);
}

function startEngine(): Engine {
  const worker = new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module' });
  const tunnel = bridgeUrl(TUNNEL_PATH);
  tunnel.protocol = tunnel.protocol.replace('http', 'ws');
  const engine = new Engine(worker as EnginePort<Command, Report>, tunnel.href);
  worker.addEventListener('error', (event) => {
    const message = event.message || t.app.engineLost;
    engine.fail({ code: 'UNEXPECTED', message, details: {} });
  });
  return engine;
}

const NO_DOOR: DoorAnswer = { origin: null, ticket: false, user: null };

/** Whether the document says that there is no bridge behind it (bridge/build.mjs). */
const alone = document.querySelector('meta[name=webdimse-bridge][content=none]') !== null;

/** Where the document is the inspector of a capture that grows beside it (bridge/build.mjs). */
const capture = document.querySelector<HTMLMetaElement>('meta[name=webdimse-capture]');

const fetchPeers = (token?: string): Promise<PeerList> => fetchJson(bridgeUrl(PEERS_PATH), token);
const fetchDoor = (token?: string): Promise<DoorAnswer> => fetchJson(bridgeUrl(DOOR_PATH), token);

/** Who would have to wait for them is the first call; that they do not come is told there. */
async function startInPage(engine: Engine): Promise<PeerList> {
  engine.startInPage().catch(() => {});
  return (await import('./engine/in-page-peers.ts')).IN_PAGE_LIST;
}

/** Where the page begins anew after it was wiped. */
const WIPED = '#wiped';

/** Another tab, or the portal's sign-out, wipes: lists, pictures and the engine's memory go with the page. */
function hearWiped(channel: BroadcastChannel, session: Session, bridge: string): void {
  channel.onmessage = ({ data }: MessageEvent<Wiped>) => {
    const ours = data.bridge === undefined || (data.bridge === bridge && data.user === session.signIn.user);
    if (!ours) return;
    session.leave();
    location.reload();
  };
  if (location.hash !== WIPED) return;
  history.replaceState(null, '', location.pathname + location.search);
  session.tellWiped();
}

/** `channel` does not hear itself. */
function wipingBy(channel: BroadcastChannel, bridge: string, session: () => Session): Wiping {
  return {
    begin: () => {
      session().stop();
      channel.postMessage({ bridge, user: session().signIn.user } satisfies Wiped);
    },
    end: () => beginAnew(session()),
  };
}

function beginAnew(session: Session): void {
  const local = storage();
  if (local !== undefined) forgetAll(local);
  session.leave();
  history.replaceState(null, '', WIPED);
  location.reload();
}

/** A function, since another language is a script that waits for this one: awaited here at the top, none would end. */
async function begin(): Promise<void> {
  const engine = startEngine();
  const stored = storage();
  await speak(new Settings(stored).language, navigator.languages);
  if (capture !== null) {
    const { showCapture } = await import('./capture-page.ts');
    return showCapture(engine, bridgeUrl(capture.content).href, hand);
  }
  // The browser has its turn between reading the script and making the page: neither is short.
  await new Promise((resolve) => setTimeout(resolve));
  const channel = new BroadcastChannel(WIPED_CHANNEL);
  const session: Session = new Session({
    engine,
    bridgeHost: location.hostname,
    browserSession: browserSession(document, location.protocol),
    storage: stored,
    wiping: wipingBy(channel, engine.bridge, () => session),
    pickers: pickers(),
    withheld: withheldSentence(window, alone),
    roomy: () => window.innerWidth >= ROOMY_WIDTH,
    fetchDoor: alone ? async () => NO_DOOR : fetchDoor,
    fetchPeers: alone ? () => startInPage(engine) : fetchPeers,
    hand,
  });
  offerHook(engine);
  mount(App, { target: document.body, props: { session } });
  hearWiped(channel, session, engine.bridge);
  void session.start();
}

void begin();
