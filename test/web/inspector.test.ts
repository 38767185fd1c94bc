/** The engine's end of the inspector: its record while it grows, captures that were opened, and what is saved of them. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RingLimits } from '../../core/inspect/index.ts';
import { VERIFICATION } from '../../core/service/index.ts';
import { associate, serve } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import type { ViewState } from '../../web/engine/inspector-protocol.ts';
import { LIVE } from '../../web/engine/inspector-protocol.ts';
import { Inspector } from '../../web/engine/inspector.ts';
import { unpackPath } from '../../web/engine/packed-path.ts';
import { Recorder } from '../../web/engine/recorder.ts';
import { until } from './fake-engine.ts';

const CONTEXTS = [{ abstractSyntax: VERIFICATION, transferSyntaxes: ['1.2.840.10008.1.2'] }];
const FOLDED = { source: LIVE, filter: {}, unfolded: [] };

function stage(limits?: RingLimits) {
  const recorder = new Recorder(limits);
  const inspector = new Inspector(recorder);
  const network = new MemoryNetwork();
  const server = serve(network.listen('pacs', 104), { echo: () => undefined }, { aeTitle: 'PACS' });
  onTestFinished(() => server.close());
  const noted: number[] = [];
  const sink = recorder.sink((association) => noted.push(association));
  const echo = async (): Promise<void> => {
    const titles = { callingAETitle: 'WEBSCU', calledAETitle: 'PACS' };
    const association = await associate(
      network,
      { host: 'pacs', port: 104 },
      { ...titles, contexts: CONTEXTS, sink },
    );
    await association.echo();
    await association.release();
  };
  return { recorder, inspector, echo, noted };
}

/** Follows a view until the test is over. */
function follow(inspector: Inspector, wanted: Parameters<Inspector['timeline']>[0]) {
  const told: ViewState[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const ended = inspector.timeline(wanted, { signal, step: (state) => told.push(state) });
  const stop = async (): Promise<void> => {
    controller.abort();
    await ended;
  };
  onTestFinished(stop);
  return { told, stop, newest: () => told.at(-1)! };
}

const ONCE = { signal: new AbortController().signal, step: () => undefined };

async function messages(inspector: Inspector, view: number): Promise<(string | undefined)[]> {
  const { lines } = await inspector.lines({ view, from: 0, count: 100 });
  return lines.map(({ message, row }) => message?.name ?? row.pdu ?? row.kind);
}

describe('the live record', () => {
  it('is there from the first association on, and grows while somebody looks', async () => {
    const { inspector, echo, noted } = stage();
    await echo();
    const { newest } = follow(inspector, { view: 1, ...FOLDED });
    await until(() => newest()?.associations === 1);
    expect(await messages(inspector, 1)).toEqual([
      'step',
      'A-ASSOCIATE-RQ',
      'A-ASSOCIATE-AC',
      'C-ECHO-RQ',
      'C-ECHO-RSP',
      'A-RELEASE-RQ',
      'A-RELEASE-RP',
    ]);
    await echo();
    await until(() => newest().associations === 2);
    const { lines, heads } = await inspector.lines({ view: 1, from: 0, count: 100 });
    expect(lines.map(({ lane }) => lane)).toEqual(lines.map(() => 0));
    expect(heads.map(({ association, requestor, acceptor }) => [association, requestor, acceptor])).toEqual(
      [...new Set(noted)].map((association) => [association, 'WEBSCU', 'PACS']),
    );
    const place = await inspector.place({ view: 1, association: noted.at(-1)! });
    expect(lines[place]!.row.association).toBe(noted.at(-1));
    expect(lines[place - 1]!.row.association).toBe(noted[0]);
  });

  it('is cleared, stopped and gone on with, in the middle of an association, too', async () => {
    const { inspector, recorder, echo } = stage();
    const { newest } = follow(inspector, { view: 1, ...FOLDED });
    await echo();
    await inspector.recording({ clear: true });
    await until(() => newest()?.records === 0);
    await inspector.recording({ on: false });
    await echo();
    await until(() => !newest().on);
    expect(newest().records).toBe(0);
    await inspector.recording({ on: true });
    await echo();
    await until(() => newest().associations === 1 && newest().lines > 6);
    expect(recorder.ring.since(0).map(({ id }) => id)).toEqual(
      Array.from({ length: recorder.ring.length }, (_, i) => recorder.ring.first + i),
    );
  });

  it('lets go of what the ring drops', async () => {
    const { inspector, recorder, echo } = stage();
    const { newest } = follow(inspector, { view: 1, ...FOLDED });
    await echo();
    await until(() => newest()?.records > 6);
    const [sample] = recorder.ring.since(0);
    for (let id = recorder.ring.length + 1; id <= 20_010; id++) recorder.ring.add({ ...sample!, id });
    recorder.onChange!();
    await until(() => newest().dropped === 10);
    expect(newest().records).toBe(20_000);
    const { lines } = await inspector.lines({ view: 1, from: 0, count: 1 });
    expect(lines[0]!.row.id).toBe(11);
  });
});

describe('an association whose beginning the ring has dropped', () => {
  const ONE_ECHO = { records: 4 };

  it('is told with its contexts, its titles and its states', async () => {
    const { inspector, recorder, echo } = stage(ONE_ECHO);
    await echo();
    const { newest } = follow(inspector, { view: 1, ...FOLDED });
    await until(() => newest()?.records === 4);
    expect(newest()).toMatchObject({ dropped: 3, associations: 1 });
    expect(await messages(inspector, 1)).toEqual(['C-ECHO-RQ', 'C-ECHO-RSP', 'A-RELEASE-RQ', 'A-RELEASE-RP']);
    const { lines, heads } = await inspector.lines({ view: 1, from: 0, count: 9 });
    expect(heads).toMatchObject([{ requestor: 'WEBSCU', acceptor: 'PACS' }]);
    expect(lines[0]!.standings).toMatchObject({ requestor: { state: 'Sta6' }, acceptor: { state: 'Sta6' } });
    const details = await inspector.details({ source: LIVE, id: recorder.ring.first });
    expect(details).toMatchObject({ contexts: [{ abstractSyntax: { uid: VERIFICATION }, result: 0 }] });
  });

  it('is saved with its handshake, as nobody could read it without', async () => {
    const { inspector, echo } = stage(ONE_ECHO);
    await echo();
    await echo();
    const { blob } = await inspector.saveCapture({ source: LIVE, deidentify: false });
    const opened = await inspector.openCapture({ file: blob }, ONCE);
    expect(opened).toMatchObject({ associations: 1, problems: [] });
    const { newest } = follow(inspector, { ...FOLDED, view: 2, source: opened.source! });
    await until(() => newest()?.associations === 1);
    expect(await messages(inspector, 2)).toEqual(
      expect.arrayContaining(['A-ASSOCIATE-RQ', 'A-ASSOCIATE-AC', 'C-ECHO-RQ', 'C-ECHO-RSP']),
    );
  });
});

describe('what is saved', () => {
  it('is a capture that opens as the same lines', async () => {
    const { inspector, echo } = stage();
    await echo();
    const { blob, name } = await inspector.saveCapture({ source: LIVE, deidentify: false });
    expect(name).toBe('webdimse.pcapng');
    const opened = await inspector.openCapture({ file: blob }, ONCE);
    expect(opened).toMatchObject({ associations: 1, others: 0, problems: [] });
    const { newest } = follow(inspector, { ...FOLDED, view: 2, source: opened.source! });
    await until(() => newest()?.associations === 1);
    expect(await messages(inspector, 2)).toEqual([
      'transport',
      'A-ASSOCIATE-RQ',
      'A-ASSOCIATE-AC',
      'C-ECHO-RQ',
      'C-ECHO-RSP',
      'A-RELEASE-RQ',
      'A-RELEASE-RP',
      'transport',
    ]);
    await inspector.closeCapture({ source: opened.source! });
    await expect(inspector.saveCapture({ source: opened.source!, deidentify: false })).rejects.toThrow(
      'this capture was closed',
    );
  });

  it('is one association where one is wanted, as pcapng and in the words of DCMTK', async () => {
    const { inspector, echo, noted } = stage();
    await echo();
    await echo();
    const part = { source: LIVE, association: noted.at(-1)!, deidentify: false };
    const opened = await inspector.openCapture({ file: (await inspector.saveCapture(part)).blob }, ONCE);
    expect(opened.associations).toBe(1);
    const text = await inspector.dcmtkLog({ ...part, level: 'v', patients: false });
    expect(text.split('\n')).toEqual([
      'I: Requesting Association',
      expect.stringMatching(/^I: Association Accepted/),
      'I: Sending Echo Request (MsgID 1)',
      'I: Received Echo Response (Success)',
      'I: Releasing Association',
    ]);
    const both = await inspector.dcmtkLog({ source: LIVE, level: 'v', patients: false });
    expect(both).toBe(`${text}\n${text}`);
  });

  it('says in a sentence why a file is no capture', async () => {
    const { inspector } = stage();
    const { problems, associations } = await inspector.openCapture({ file: new Blob(['no capture']) }, ONCE);
    expect([associations, problems]).toEqual([
      0,
      ['This is no capture: it begins neither as pcap nor as pcapng.'],
    ]);
  });
});

it('tells the path of both machines of an association', async () => {
  const { inspector, echo, noted } = stage();
  await echo();
  const path = unpackPath(await inspector.path({ source: LIVE, association: noted[0]! }));
  const own = path.filter(({ side }) => side === 'requestor');
  expect(own.map(({ from, event, to }) => `${from} ${event} ${to}`).slice(0, 3)).toEqual([
    'Sta1 Evt1 Sta4',
    'Sta4 Evt2 Sta5',
    'Sta5 Evt3 Sta6',
  ]);
  expect(new Set(path.map(({ inferred, side }) => `${side} ${inferred}`))).toEqual(
    new Set(['requestor false', 'acceptor true']),
  );
});

it('tells all of a record, of a capture with the bytes of the file', async () => {
  const { inspector, echo } = stage();
  await echo();
  const ids = async (source: number): Promise<number> => {
    const { newest, stop } = follow(inspector, { ...FOLDED, view: 9, source });
    await until(() => newest()?.associations === 1);
    const { lines } = await inspector.lines({ view: 9, from: 0, count: 100 });
    await stop();
    return lines.find(({ message }) => message?.name === 'C-ECHO-RSP')!.row.id;
  };
  const live = (await inspector.details({ source: LIVE, id: await ids(LIVE) }))!;
  expect(live.messages).toMatchObject([{ name: 'C-ECHO-RSP', status: 'Success', contextId: 1 }]);
  expect(await inspector.details({ source: LIVE, id: 10_000 })).toBeUndefined();
  const { blob } = await inspector.saveCapture({ source: LIVE, deidentify: false });
  const source = (await inspector.openCapture({ file: blob }, ONCE)).source!;
  const read = (await inspector.details({ source, id: await ids(source) }))!;
  expect(read.pdu).toEqual(live.pdu);
  expect(read.messages[0]!.command!.rows).toEqual(live.messages[0]!.command!.rows);
});
