/** The inspector's state over a real message channel, with the real engine's end and conversations over memory. */
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { associate, serve, VERIFICATION } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import { Inspector as EngineEnd } from '../../web/engine/inspector.ts';
import type { SavedFile } from '../../web/engine/protocol.ts';
import { Recorder } from '../../web/engine/recorder.ts';
import { Inspector } from '../../web/state/inspector.svelte.ts';
import { wordsOf } from '../../web/state/timeline-words.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngine, until } from './fake-engine.ts';

const CONTEXTS = [{ abstractSyntax: VERIFICATION, transferSyntaxes: ['1.2.840.10008.1.2'] }];
const TITLES = { callingAETitle: 'WEBSCU', calledAETitle: 'PACS' };

let fake: FakeEngine | undefined;
afterEach(() => fake?.close());

/** `asked` is called whenever lines are. */
function stage(asked: (inspector: Inspector) => void = () => {}) {
  const recorder = new Recorder();
  const end = new EngineEnd(recorder);
  fake = fakeEngine({
    timeline: (args, running) => end.timeline(args, running),
    lines: (args) => {
      asked(inspector);
      return end.lines(args);
    },
    place: (args) => end.place(args),
    details: (args) => end.details(args),
    recording: (args) => end.recording(args),
    openCapture: (args, running) => end.openCapture(args, running),
    closeCapture: (args) => end.closeCapture(args),
    saveCapture: (args) => end.saveCapture(args),
    dcmtkLog: (args) => end.dcmtkLog(args),
  });
  const saved: SavedFile[] = [];
  const inspector = new Inspector({ engine: fake.engine, hand: (file) => saved.push(file) });
  onTestFinished(inspector.timeline.look());
  inspector.timeline.see(0, 20);
  const network = new MemoryNetwork();
  const server = serve(network.listen('pacs', 104), { echo: () => undefined }, { aeTitle: 'PACS' });
  onTestFinished(() => server.close());
  const numbers: number[] = [];
  const sink = recorder.sink((association) => numbers.push(association));
  const echo = async (): Promise<number> => {
    const at = { host: 'pacs', port: 104 };
    const association = await associate(network, at, { ...TITLES, contexts: CONTEXTS, sink });
    await association.echo();
    await association.release();
    return numbers.at(-1)!;
  };
  return { inspector, echo, saved };
}

function names({ timeline: { window } }: Inspector): string[] {
  return window.lines.map((line) => wordsOf(line).name);
}

const ECHO = [
  'Evt1',
  'A-ASSOCIATE-RQ',
  'A-ASSOCIATE-AC',
  'C-ECHO-RQ 1',
  'C-ECHO-RSP 1',
  'A-RELEASE-RQ',
  'A-RELEASE-RP',
];

describe('the inspector', () => {
  it('follows the newest until a line before it is chosen', async () => {
    const { inspector, echo } = stage();
    await echo();
    await until(() => inspector.timeline.window.lines.length === ECHO.length);
    expect(names(inspector)).toEqual(ECHO);
    expect(inspector.timeline.following).toBe(true);
    await inspector.timeline.select(2);
    expect(inspector.timeline.following).toBe(false);
    expect(wordsOf(inspector.timeline.selected!)).toEqual({
      name: 'A-ASSOCIATE-AC',
      about: '1 of 1 context accepted',
      size: expect.stringMatching(/^\d+ B$/),
    });
    await echo();
    await until(() => inspector.timeline.count === 2 * ECHO.length);
    expect([inspector.timeline.index, wordsOf(inspector.timeline.selected!).name]).toEqual([
      2,
      'A-ASSOCIATE-AC',
    ]);
  });

  it('goes on though its lines say what is in sight while more are on their way, as they do', async () => {
    const { inspector, echo } = stage(({ timeline }) => timeline.see(0, 20));
    await echo();
    await until(() => inspector.timeline.window.lines.length === ECHO.length);
    await echo();
    await until(() => inspector.timeline.count === 2 * ECHO.length);
    await until(() => inspector.timeline.window.lines.length === 2 * ECHO.length);
    expect(names(inspector)).toEqual([...ECHO, ...ECHO]);
  });

  it('filters and folds, and keeps what is chosen', async () => {
    const { inspector, echo } = stage();
    await echo();
    await until(() => inspector.timeline.window.lines.length === ECHO.length);
    await inspector.timeline.select(4);
    inspector.timeline.filter = { layers: ['dimse'] };
    await until(() => inspector.timeline.window.lines.length === 2 && inspector.timeline.index === 1);
    expect(names(inspector)).toEqual(['C-ECHO-RQ 1', 'C-ECHO-RSP 1']);
    expect(inspector.timeline.filters).toBe(1);
    inspector.timeline.unfold(inspector.timeline.lineAt(0)!);
    await until(() => inspector.timeline.window.lines.length === 3);
    expect(names(inspector)).toEqual(['C-ECHO-RQ 1', 'P-DATA-TF', 'C-ECHO-RSP 1']);
    inspector.timeline.unfold(inspector.timeline.lineAt(0)!);
    await until(() => inspector.timeline.window.lines.length === 2);
    inspector.timeline.folded = false;
    await until(() => names(inspector)[0] === 'P-DATA-TF');
    expect(names(inspector)).toEqual(['P-DATA-TF', 'P-DATA-TF']);
  });

  it('goes to an association, with no filter before it, and says where it is gone', async () => {
    const { inspector, echo } = stage();
    await echo();
    const second = await echo();
    await until(() => inspector.timeline.window.lines.length === 2 * ECHO.length);
    inspector.timeline.filter = { operation: 'C-STORE' };
    await until(() => inspector.timeline.count === 0);
    await inspector.showAssociation(second);
    expect([inspector.timeline.index, inspector.timeline.selected!.row.association]).toEqual([
      ECHO.length,
      second,
    ]);
    await inspector.clear();
    await until(() => inspector.timeline.count === 0);
    await inspector.showAssociation(second);
    expect(inspector.sentence).toBe('What happened there is not in the record any more.');
  });

  it('saves a capture, opens it beside the live record, and closes it', async () => {
    const { inspector, echo, saved } = stage();
    const association = await echo();
    await until(() => inspector.timeline.count === ECHO.length);
    await inspector.save(false, association);
    const [{ name, blob }] = saved as [SavedFile];
    expect(inspector.sentence).toContain(name);
    await inspector.openCapture(new File([blob], 'seen.pcapng'));
    expect(inspector.sentence).toBe('seen.pcapng: 1 association.');
    expect(inspector.isLive).toBe(false);
    await until(() => inspector.timeline.window.lines.length === ECHO.length + 1);
    expect(names(inspector)).toEqual(['connection opened', ...ECHO.slice(1), 'connection closed']);
    inspector.closeSource();
    expect(inspector.sources.map((source) => source.name)).toEqual(['']);
    await until(() => inspector.timeline.window.lines.length === ECHO.length);
    await inspector.openCapture(new File(['nothing'], 'none.txt'));
    expect(inspector.sentence).toBe(
      'none.txt: 0 associations. This is no capture: it begins neither as pcap nor as pcapng.',
    );
    expect(inspector.isLive, 'nothing of it is kept').toBe(true);
    expect(inspector.sources).toHaveLength(1);
  });

  it('hands the log of DCMTK over as a file where nothing can be copied', async () => {
    const { inspector, echo, saved } = stage();
    await echo();
    await until(() => inspector.timeline.count === ECHO.length);
    const copied: string[] = [];
    const copy = async (text: string): Promise<boolean> => copied.push(text) > 0;
    await inspector.copyLog(copy, 'v', false);
    expect([copied.length, inspector.sentence]).toEqual([1, 'Copied: 5 lines.']);
    await inspector.copyLog(async () => false, 'v', false);
    expect(await saved[0]!.blob.text()).toBe(copied[0]);
    expect(inspector.sentence).toContain('webdimse-log.txt');
  });
});
