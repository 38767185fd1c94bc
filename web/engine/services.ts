/** The calls of the page, done with core/peer over the tunnel. */
import type { Sink } from '../../core/bytes/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import { requestorsOnly } from '../../core/inspect/recording.ts';
import type { PeerAddress, RetrieveMemory } from '../../core/peer/index.ts';
import type * as Probing from '../../core/peer/probe.ts';
import { echo } from '../../core/peer/index.ts';
import { deadlinesOf } from '../../core/service/index.ts';
import type { Dialer, TunnelListener } from '../../core/transport/index.ts';
import { DEFAULT_ASSOCIATIONS } from '../../core/transport/peers.ts';
import { wholeDictionary } from '../dictionary.ts';
import { attributeHints, find, findHere, findWorklist } from './finding.ts';
import type { Noting, Services } from './host.ts';
import type * as Exporting from './export.ts';
import { IN_PAGE_HOST } from './in-page-host.ts';
import type * as Inspect from './inspect.ts';
import type { Inspecting, Inspector } from './inspector.ts';
import type * as Look from './look.ts';
import type { TunnelMeter } from './meter.ts';
import { Pace } from './pace.ts';
import type { PageStore } from './page-store.ts';
import type { Pictures } from './pictures.ts';
import type { CalledPeer } from './protocol.ts';
import { Recorder } from './recorder.ts';
import { slotsOfPeers } from './slots.ts';
import type { SlotLocks } from './slots.ts';
import type { Tickets } from './tickets.ts';
import type * as Transfers from './transfers.ts';

export interface Equipment {
  readonly tickets: Tickets;
  readonly dialer: Dialer;
  /** Leases a title by which others call this page. */
  readonly lease: () => Promise<TunnelListener>;
  readonly meter: TunnelMeter;
  readonly store: PageStore;
  /** Its address, by which archives of several bridges are told apart. */
  readonly bridge: string;
  /** `navigator.locks`; absent where the browser has none, and then each tab counts for itself. */
  readonly locks?: SlotLocks | undefined;
}

export function peerServices({ dialer, lease, meter, store, bridge, tickets, locks }: Equipment): Services {
  const recorder = new Recorder();
  const pace = new Pace();
  const pictures = picturesOf(store);
  const known = new Map<string, RetrieveMemory>();
  const batches = once(async () => new (await later(import('./batches.ts'))).Batches());
  const here = once(async () => new (await later(import('./here.ts'))).Here(store));
  const inPage = once(async () => {
    const { startInPage } = await later(import('./in-page.ts'));
    return startInPage(requestorsOnly(recorder.sink(() => {})));
  });
  const title = once(async () => new (await later(import('./shared-title.ts'))).SharedTitle(lease));
  const slotsOf = slotsOfPeers(locks);
  /** Of both ends in this page one is watched. */
  const watch = (within: boolean, { noted }: Noting): Sink =>
    within ? requestorsOnly(recorder.sink(noted)) : recorder.sink(noted);
  const address = async (peer: CalledPeer, running: Noting): Promise<PeerAddress> => {
    const { name, aeTitle, callingAETitle, target, ...settings } = peer;
    const { timeouts = {}, associations, characterSet, emptyCharacterSet } = settings;
    return {
      dialer: isInPage(peer) ? (await inPage()).dialer : dialer,
      target: target ?? { peer: name },
      aeTitle,
      callingAETitle,
      deadlines: deadlinesOf(timeouts),
      ...(associations !== undefined && { associations }),
      ...(characterSet !== undefined && { characterSet }),
      ...(emptyCharacterSet !== undefined && { emptyCharacterSet }),
      slots: slotsOf(name, associations ?? DEFAULT_ASSOCIATIONS),
      sink: watch(isInPage(peer), running),
    };
  };
  const inlet = async (within: boolean, running: Noting): Promise<Transfers.Inlet> => ({
    title: within ? (await inPage()).title : await title(),
    store,
    pace,
    sink: watch(within, running),
  });
  const memoryOf = ({ name }: CalledPeer): RetrieveMemory => {
    const memory = known.get(name) ?? {};
    known.set(name, memory);
    return memory;
  };

  return {
    access: async (access) => {
      tickets.access = access;
      await store.enter({ bridge, user: access.user ?? '', session: access.session ?? '' });
    },
    echo: async ({ peer }, running) => echo(await address(peer, running), running),
    probe: async ({ peer, since }, running) => {
      const { probe, summaryOf } = await probing();
      return summaryOf(await probe(await address(peer, running), { since, signal: running.signal }));
    },
    find: async ({ peer, query, limit }, running) =>
      peer.here
        ? findHere(await here(), query, limit, running)
        : find(await address(peer, running), query, limit, running).finally(() => void store.wake()),
    worklist: async ({ peer, keys, limit }, running) =>
      findWorklist(await address(peer, running), keys, limit, running),
    attributes: ({ typed }) => attributeHints(typed),
    get: async ({ peer, ...args }, running) => {
      const [{ retrieve }, from, to] = await Promise.all([
        transfers(),
        address(peer, running),
        inlet(isInPage(peer), running),
      ]);
      return retrieve(from, args, to, memoryOf(peer), running);
    },
    move: async ({ peer, ...args }, running) =>
      (await transfers()).moveAway(await address(peer, running), args, running),
    startInPage: async () => void (await inPage()),
    receive: async ({ inPage: within }, running) =>
      (await transfers()).receive(await inlet(within, running), running),
    inspect: async ({ files }, running) => (await choosing()).inspectFiles(store, files, running),
    accepts: async ({ peer, kinds, deidentify }, running) =>
      (await choosing()).acceptedKinds(
        await address(peer, running),
        kinds,
        deidentify !== undefined,
        running.signal,
      ),
    preview: async ({ file, deidentify }) => {
      const deidentifier = await (await batches()).of(deidentify);
      return (await choosing()).previewFile(store, file, deidentifier);
    },
    send: async ({ peer, ...args }, running) => {
      const deidentifier = await (await batches()).of(args.deidentify);
      return (await transfers()).sendFiles(await address(peer, running), store, args, running, deidentifier);
    },
    save: async (args, running) => (await import('./saving.ts')).saved(store, args, running),
    saveTo: async (args, running) => (await import('./saving.ts')).saveTo(store, args, running),
    exportTo: async (args, running) => (await exporting()).exportTo(store, args, running),
    remove: ({ sopInstanceUIDs }) => store.deleteAll(sopInstanceUIDs),
    archive: () => store.state(),
    keep: ({ keep }) => store.setKeep(keep),
    wipe: () => store.wipe(),
    unfinished: () => store.unfinished(),
    remember: ({ transfers }) => store.remember(transfers),
    look: async ({ sopInstanceUID }) => (await looking()).look(store, sopInstanceUID),
    stack: async (keys) => (await looking()).stack(store, keys),
    value: async (wanted) => (await looking()).valueOf(store, wanted),
    picture: async (wanted) => (await pictures()).draw(wanted),
    prepare: async (wanted) => (await pictures()).prepare(wanted),
    lesson: async ({ lesson, values }, { noted }) => {
      const { runLesson } = await later(import('../lessons/run.ts'));
      return runLesson(lesson, values, recorder.sink(noted));
    },
    stats: async () => ({ ...meter.stats(), stored: store.used }),
    pace: async ({ bytesPerSecond }) => pace.set(bytesPerSecond),
    ...inspecting(once(async () => new (await later(import('./inspector.ts'))).Inspector(recorder))),
  };
}

/** Each of them loads the inspector, if it is the first. */
function inspecting(inspector: () => Promise<Inspector>): Inspecting {
  const operations = INSPECTING.map((name) => [
    name,
    async (args: never, running: never) => (await inspector())[name](args, running),
  ]);
  return Object.fromEntries(operations) as Inspecting;
}

const INSPECTING: readonly (keyof Inspecting)[] = [
  'timeline',
  'lines',
  'place',
  'path',
  'details',
  'recording',
  'openCapture',
  'followCapture',
  'closeCapture',
  'saveCapture',
  'dcmtkLog',
];

/** Loaded with the first image, the decoders with the first that needs one. */
function picturesOf(store: InstanceStore): () => Promise<Pictures> {
  return once(async () => {
    const [{ Pictures: made }, { CodecClient }] = await Promise.all([
      import('./pictures.ts'),
      import('../codec/client.ts'),
      wholeDictionary(),
    ]);
    return new made(store, new CodecClient().decoders, (rgba, columns, rows) =>
      createImageBitmap(new ImageData(rgba, columns, rows)),
    );
  });
}

/** Whether the peer runs in this engine. */
function isInPage({ target }: CalledPeer): boolean {
  return target?.host === IN_PAGE_HOST;
}

/** Where it fails, since the bridge is away, the next who needs it tries again. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  const again = (error: unknown): never => {
    loaded = undefined;
    throw error;
  };
  return () => (loaded ??= load().catch(again));
}

// The first search needs none of these, and waits for the less to be loaded.
const transfers = (): Promise<typeof Transfers> => later(import('./transfers.ts'));
const choosing = (): Promise<typeof Inspect> => later(import('./inspect.ts'));
const exporting = (): Promise<typeof Exporting> => later(import('./export.ts'));
const looking = (): Promise<typeof Look> => later(import('./look.ts'));
const probing = (): Promise<typeof Probing> => later(import('../../core/peer/probe.ts'));

/** Whatever is loaded later may go by the whole dictionary. */
async function later<T>(module: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([module, wholeDictionary()]);
  return loaded;
}
