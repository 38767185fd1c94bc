/** The AEs within the page's engine, by the calls of the page: no bridge, no socket. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SinkEvent } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import { STATUS } from '../../core/dict/index.ts';
import { move } from '../../core/peer/index.ts';
import type { Dialer, Peer } from '../../core/transport/index.ts';
import type { Operations } from '../../web/engine/protocol.ts';
import { startInPage } from '../../web/engine/in-page.ts';
import { IN_PAGE_PEERS, THIS_PAGE } from '../../web/engine/in-page-peers.ts';
import type { Noting, Running, Services } from '../../web/engine/host.ts';
import { TunnelMeter } from '../../web/engine/meter.ts';
import { PageStore } from '../../web/engine/page-store.ts';
import { peerServices } from '../../web/engine/services.ts';
import { TicketClient } from '../../web/engine/tickets.ts';

const PACS = called(IN_PAGE_PEERS[0]);
const ARCHIVE = called(IN_PAGE_PEERS[1]);
const STUDY = 'StudyInstanceUID';
const BRIDGE = 'ws://127.0.0.1/bridge/v1/connect';

function called({ name, aeTitle, host, port }: Peer) {
  return { name, aeTitle, callingAETitle: 'WEBSCU', target: { host, port } };
}

/** Nothing here may ask the bridge for anything. */
const noBridge: Dialer = {
  connect: () => {
    throw new Error('the bridge was called');
  },
};

describe('the AEs within the page', () => {
  let store: PageStore;
  let services: Services;

  beforeAll(async () => {
    store = new PageStore();
    services = peerServices({
      dialer: noBridge,
      lease: () => Promise.reject(new Error('the bridge was asked for a title')),
      meter: new TunnelMeter(),
      store,
      bridge: BRIDGE,
      tickets: new TicketClient(BRIDGE),
    });
    await services.access({ tickets: false }, running());
  });
  afterAll(() => store.wipe());

  function running<T>(signal: AbortSignal = new AbortController().signal) {
    const steps: T[] = [];
    const way: Running<T> & Noting = { signal, step: (step) => void steps.push(step), noted: () => {} };
    return { ...way, steps };
  }

  async function find(peer: typeof PACS, keys: Record<string, string>): Promise<DataSet[]> {
    const way = running<DataSet>();
    const query = { model: 'STUDY', level: 'STUDY', keys: [keys] } as const;
    await services.find({ peer, query, limit: 100 }, way);
    return way.steps;
  }

  const whole = (uid: string) =>
    ({ model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: uid }) }) as const;

  async function aStudy(): Promise<string> {
    const [match] = await find(PACS, { PatientName: 'Phantom^Ada', ModalitiesInStudy: 'CT', [STUDY]: '' });
    return text(match!, STUDY);
  }

  it('answer echo, find and worklist', async () => {
    for (const peer of [PACS, ARCHIVE]) {
      expect((await services.echo({ peer }, running())).milliseconds).toHaveLength(1);
    }
    expect((await find(PACS, { PatientName: '', [STUDY]: '' })).length).toBe(7);
    const worklist = running<DataSet>();
    await services.worklist({ peer: PACS, keys: [{}], limit: 100 }, worklist);
    expect(worklist.steps.length).toBeGreaterThan(0);
  });

  it('move between each other', async () => {
    const uid = await aStudy();
    expect(await find(ARCHIVE, { [STUDY]: uid })).toEqual([]);
    const args = { peer: PACS, request: whole(uid), destination: ARCHIVE.aeTitle };
    expect(await services.move(args, running())).toMatchObject({ status: 0, completed: 24, failed: 0 });
    expect(await find(ARCHIVE, { [STUDY]: uid })).toHaveLength(1);
    const unknown = await services.move({ ...args, destination: 'NOBODY' }, running());
    expect(unknown.status).toBe(STATUS.moveDestinationUnknown);
  });

  it('give by C-GET, and by C-MOVE to this page', async () => {
    const request = whole(await aStudy());
    expect(await services.get({ peer: PACS, request }, running())).toMatchObject({ received: 24, failed: 0 });
    await store.wipe();
    await services.access({ tickets: false }, running());
    const moved = await services.get({ peer: PACS, request, byMove: 'all' }, running());
    expect(moved).toMatchObject({ received: 24, failed: 0 });
  });

  it('move to this page while it receives, and not before', async () => {
    const request = whole(await aStudy());
    const args = { peer: PACS, request, destination: THIS_PAGE.aeTitle };
    expect(await services.move(args, running())).toMatchObject({ completed: 0, failed: 24 });
    const stop = new AbortController();
    const receiving = running<Operations['receive']['step']>(stop.signal);
    const began = new Promise<void>((resolve) => {
      receiving.step = (step) => resolve(void receiving.steps.push(step));
    });
    const received = services.receive({ inPage: true }, receiving);
    await began;
    expect(receiving.steps).toEqual([THIS_PAGE]);
    expect(await services.move(args, running())).toMatchObject({ completed: 24, failed: 0 });
    stop.abort();
    await received;
  });

  it('take what the page keeps', async () => {
    const request = whole(await aStudy());
    await services.get({ peer: PACS, request }, running());
    const files = [];
    for await (const { sopInstanceUID, bytes } of store.entries()) {
      files.push({ path: sopInstanceUID, sopInstanceUID, bytes });
    }
    const tally = await services.send({ peer: ARCHIVE, files }, running());
    expect(tally).toMatchObject({ stored: 24, failed: 0 });
  });

  it('leave every other call to the bridge', async () => {
    const peer = { name: 'PACS', aeTitle: 'PACS', callingAETitle: 'WEBSCU' };
    await expect(services.echo({ peer }, running())).rejects.toThrow('the bridge was called');
    await expect(services.receive({ inPage: false }, running())).rejects.toThrow('asked for a title');
  });
});

it('a PACS within the page tells a sink what it does, and for which association it opens another', async () => {
  const events: SinkEvent[] = [];
  const { dialer } = await startInPage((event) => void events.push(event));
  const request = {
    model: 'PATIENT',
    level: 'PATIENT',
    keys: dataSet({ PatientID: 'SAMPLE-001' }),
  } as const;
  await move({ ...PACS, dialer }, request, ARCHIVE.aeTitle).result;
  const children = events.filter(({ parent }) => parent !== undefined);
  const own = new Set(events.filter(({ parent }) => parent === undefined).map((event) => event.association));
  expect(children.length).toBeGreaterThan(0);
  for (const { parent } of children) expect(own).toContain(parent);
});
