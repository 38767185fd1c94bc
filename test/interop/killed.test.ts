/** The PACS, the bridge, the page or the network gone in the middle of a transfer: who notices, what is kept, and going on. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRaw, content, instancesBelow } from '../support/peers-files.ts';
import type { StandingWay } from '../support/peers-cut.ts';
import { standAfter } from '../support/peers-cut.ts';
import type { Finished, Running } from '../support/peers-process.ts';
import { WEBDIMSE, freePort, records, start, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startBridgeProcess, startWebdimsePacs } from '../support/peers.ts';

const OPERATIONS = ['get', 'store', 'move'] as const;
const VICTIMS = ['PACS', 'bridge', 'page', 'network'] as const;
type Operation = (typeof OPERATIONS)[number];
type Victim = (typeof VICTIMS)[number];

const TITLE = 'WEB01';
const timeouts = (seconds: number): string[] =>
  ['response', 'progress', 'move-progress'].flatMap((phase) => ['--timeout', `${phase}=${seconds}`]);
const TIMEOUTS = timeouts(2);
/** More patient than the page: a PACS that gives up first goes on with the next instance, and all but one come. */
const PACS_TIMEOUTS = timeouts(5);

/** How long each end may take to notice, in milliseconds, on a busy machine. */
const DEADLINE = 10_000;

/** What the page says; where it is killed itself, nothing. */
const REASON: Readonly<Record<Victim, RegExp>> = {
  PACS: /was cut off|closed the connection/,
  bridge: /The connection to the bridge broke; check that the bridge runs/,
  page: /^$/,
  network: /for 2 s.*and was given up/,
};

/** Every instance of one study, what makes one of them and a half, and which study. */
let source: RealPeer;
let whole: string;
let study: string;
let instances: number;
let half: number;

/** What stands between: a bridge before a PACS, and the way that will stand still. */
class Scene {
  readonly operation: Operation;
  readonly folder = temporaryFolder();
  pacs!: RealPeer;
  bridge!: RealPeer;
  way!: StandingWay;
  page!: Running;
  ended!: Promise<number | null>;

  constructor(operation: Operation) {
    this.operation = operation;
  }

  async start(): Promise<void> {
    const { operation } = this;
    const dicomPort = await freePort();
    if (operation === 'move') this.way = await standAfter(half, dicomPort, 'caller');
    const destination = { aeTitle: TITLE, port: this.way?.port ?? dicomPort };
    const kept = operation === 'store' ? temporaryFolder() : whole;
    this.pacs = await startWebdimsePacs([destination], {
      aeTitle: 'PACS',
      folder: kept,
      more: PACS_TIMEOUTS,
    });
    this.way ??= await standAfter(half, this.pacs.port, operation === 'store' ? 'caller' : 'called');
    await this.startBridge(dicomPort);
    const args = {
      get: ['--study', study, '--out', this.folder],
      store: [whole],
      move: ['--dest', 'self', '--study', study, '--out', this.folder],
    }[operation];
    this.page = await start(process.execPath, [WEBDIMSE, operation, ...this.to, ...args, ...TIMEOUTS], () =>
      Promise.resolve(true),
    );
    this.ended = once(this.page.process, 'close').then(([code]) => code as number | null);
  }

  /** The arguments that lead to the PACS, through the bridge. */
  get to(): string[] {
    return ['PACS', '--via', this.bridge.address];
  }

  /** Ends it in the middle, and tells when. */
  async lose(victim: Victim): Promise<number> {
    await this.way.middle;
    if (victim === 'network') this.way.drop();
    else process.kill(-this.#pidOf(victim), 'SIGKILL');
    return performance.now();
  }

  #pidOf(victim: 'PACS' | 'bridge' | 'page'): number {
    if (victim === 'page') return this.page.process.pid!;
    return (victim === 'PACS' ? this.pacs : this.bridge).pid;
  }

  /** How the page ended. */
  async end(): Promise<{ code: number | null; output: string }> {
    return { code: await this.ended, output: this.page.output() };
  }

  /** Where what was transferred ends up. */
  get kept(): string {
    return this.operation === 'store' ? this.pacs.folder : this.folder;
  }

  /** The same once more: what is missing. */
  again(): Promise<Finished> {
    const { operation, folder } = this;
    if (operation === 'store') return webdimse('store', ...this.to, whole);
    return webdimse('get', ...this.to, '--study', study, '--missing-only', folder, '--json');
  }

  /** Brings back what was lost. */
  async mend(victim: Victim): Promise<void> {
    if (victim === 'bridge') await this.startBridge(await freePort());
    if (victim !== 'PACS') return;
    const { folder } = this.pacs;
    this.pacs = await startWebdimsePacs([], { aeTitle: 'PACS', folder });
    if (this.operation === 'move') await this.startBridge(await freePort());
    else this.way.to = this.pacs.port;
  }

  async startBridge(dicomPort: number): Promise<void> {
    await this.bridge?.stop();
    const port = this.operation === 'move' ? this.pacs.port : this.way.port;
    const peer = { ...this.pacs, address: `PACS@127.0.0.1:${port}` };
    this.bridge = await startBridgeProcess([peer], ['--dicom-port', String(dicomPort), '--pool', TITLE]);
  }

  async stop(): Promise<void> {
    this.way.close();
    await Promise.all([this.page, this.bridge, this.pacs].map((each) => each.stop()));
  }
}

/** The instances in a folder, each of them whole. */
function wholeOnes(folder: string): number {
  const names = readdirSync(folder).filter((name) => name.endsWith('.dcm'));
  const originals = instancesBelow(whole);
  for (const name of names) {
    const { sopInstanceUID, dataSet } = readRaw(join(folder, name));
    expect(dataSet.equals(originals.get(sopInstanceUID)!.dataSet), name).toBe(true);
  }
  return names.length;
}

describe('killed', () => {
  beforeAll(async () => {
    source = await startWebdimsePacs([], { sample: true });
    const found = await webdimse('find', source.address, '--json', '--key', 'NumberOfStudyRelatedInstances');
    const studies = records(found).filter(({ type }) => type === 'match') as unknown as {
      dataset: Record<string, { Value: [string | number] }>;
    }[];
    study = String(
      studies.toSorted(
        (a, b) => Number(b.dataset['00201208']!.Value[0]) - Number(a.dataset['00201208']!.Value[0]),
      )[0]!.dataset['0020000D']!.Value[0],
    );
    whole = temporaryFolder();
    await webdimse('get', source.address, '--study', study, '--out', whole);
    instances = readdirSync(whole).length;
    half = [...instancesBelow(whole).values()][0]!.dataSet.length * 1.5;
  });
  afterAll(() => source.stop());

  describe.each(OPERATIONS)('in the middle of a %s', (operation) => {
    test.concurrent.each(VICTIMS)('the %s', { timeout: 60_000 }, async (victim) => {
      const scene = new Scene(operation);
      await scene.start();
      const begun = await scene.lose(victim);
      const { code, output } = await scene.end();
      await Promise.all([scene.way.callerGone, scene.way.calledGone]);
      expect(performance.now() - begun).toBeLessThan(DEADLINE);
      expect([code, output]).toEqual([victim === 'page' ? null : 1, expect.stringMatching(REASON[victim])]);
      const kept = wholeOnes(scene.kept);
      expect(kept).toBeLessThan(instances);

      await scene.mend(victim);
      const again = await scene.again();
      expect(again.code, again.stderr).toBe(0);
      if (operation !== 'store') expect(records(again).at(-1)).toMatchObject({ received: instances - kept });
      expect(content(scene.kept)).toEqual(content(whole));
      await scene.stop();
    });
  });
});
