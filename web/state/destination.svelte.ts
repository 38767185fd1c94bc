/** This page as a destination of C-MOVE: what a PACS has to be told of it, and which hop of a move fails. */
import { hexNumber } from '../../core/bytes/index.ts';
import type { Level } from '../../core/service/types.ts';
import type { Engine } from '../engine/client.ts';
import type { GetOutcome, ReceivingAt } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import { text } from './attributes.ts';
import { dcmtkPeer, moveCommand } from './dcmtk.ts';
import type { Control, Ending, Job, Jobs } from './jobs.svelte.ts';
import { keysDataSet, uniqueKeys } from './query-keys.ts';
import type { UniqueKeys } from './query-keys.ts';
import type { Receiving } from './receiving.svelte.ts';
import { explain } from './sentences.ts';

/** What has to go well for an image to come here, in this order. */
export const HOPS = ['found', 'known', 'reached', 'arrived'] as const;
export type Hop = (typeof HOPS)[number];
export type HopState = 'open' | 'ok' | 'failed';

/** C-MOVE: Refused, Move Destination unknown (PS3.4 C.4.2.1.5). */
const DESTINATION_UNKNOWN = 0xa801;

export class Destination {
  readonly receiving: Receiving;
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #ask: () => Asked | undefined;
  #hops = $state.raw<Readonly<Record<Hop, HopState>>>(OPEN);
  #job = $state.raw<Job | undefined>();

  constructor(engine: Engine, jobs: Jobs, receiving: Receiving, ask: () => Asked | undefined) {
    this.#engine = engine;
    this.#jobs = jobs;
    this.receiving = receiving;
    this.#ask = ask;
  }

  get hops(): Readonly<Record<Hop, HopState>> {
    return this.#hops;
  }

  get running(): boolean {
    return this.#job?.active === true;
  }

  /** How the test ended, in a sentence; empty before. */
  get sentence(): string {
    return this.#job?.sentence ?? '';
  }

  /** Lets the chosen peer move one image here, the first that it lists. */
  test(): void {
    const asked = this.#ask();
    if (asked === undefined || this.running) return;
    this.#hops = OPEN;
    let command: string | undefined;
    const begun = (keys: UniqueKeys, aeTitle: string): void => {
      command = moveCommand(dcmtkPeer(asked), { ...ONE_IMAGE, keys }, aeTitle);
    };
    this.#job = this.#jobs.start({
      title: t.destination.job(asked.peer.name),
      get command() {
        return command;
      },
      cancelled: t.destination.cancelled,
      work: (control) => this.#work(asked, control, begun),
      explain: (thrown) => {
        const at = this.receiving.at?.aeTitle;
        return explain(thrown, { ...asked.situation, ...(at !== undefined && { destination: at }) });
      },
    });
  }

  async #work(
    asked: Asked,
    { signal, noted }: Control,
    begun: (keys: UniqueKeys, aeTitle: string) => void,
  ): Promise<Ending> {
    const keys = await this.#firstImage(asked, signal);
    if (keys === undefined) {
      this.#hops = failedAt('found');
      return { state: 'failed', sentence: t.destination.nothingThere(asked.peer.name) };
    }
    const { aeTitle } = await this.receiving.start();
    begun(keys, aeTitle);
    const request = { ...ONE_IMAGE, keys: keysDataSet(keys) };
    const call = this.#engine.get(asked.peer, request, { signal, noted, byMove: 'all' });
    const outcome = await call.result.catch((thrown: unknown) => {
      this.#hops = failedAt(statusOf(thrown) === DESTINATION_UNKNOWN ? 'known' : 'reached');
      throw thrown;
    });
    return this.#ending(outcome, asked.peer.name, aeTitle);
  }

  #ending(outcome: GetOutcome, peer: string, aeTitle: string): Ending {
    const failed = hopFailed(outcome);
    this.#hops = failed === undefined ? ALL_OK : failedAt(failed);
    if (failed === undefined) return { state: 'done', sentence: t.destination.works(peer, aeTitle) };
    const status = hexNumber(outcome.status, 4);
    return { state: 'failed', sentence: t.destination.failed[failed](peer, aeTitle, status) };
  }

  /** The unique keys of one image; undefined where the peer lists none. */
  async #firstImage(asked: Asked, signal: AbortSignal): Promise<UniqueKeys | undefined> {
    let keys: UniqueKeys = {};
    for (const level of ['STUDY', 'SERIES', 'IMAGE'] as const) {
      const below = await this.#first(asked, level, keys, signal);
      if (below === undefined) return undefined;
      keys = below;
    }
    return keys;
  }

  async #first(
    { peer }: Asked,
    level: Exclude<Level, 'PATIENT'>,
    above: UniqueKeys,
    signal: AbortSignal,
  ): Promise<UniqueKeys | undefined> {
    const wanted = { ...above, [UNIQUE[level]]: '' };
    const matches = this.#engine.find(peer, { model: 'STUDY', level, keys: [wanted] }, 1, { signal });
    for await (const some of matches) {
      const match = some.find((each) => text(each, UNIQUE[level]) !== '');
      if (match !== undefined) return uniqueKeys(level, match, above);
    }
    return undefined;
  }
}

const ONE_IMAGE = { model: 'STUDY', level: 'IMAGE' } as const;
const UNIQUE = { STUDY: 'StudyInstanceUID', SERIES: 'SeriesInstanceUID', IMAGE: 'SOPInstanceUID' } as const;
const OPEN = { found: 'open', known: 'open', reached: 'open', arrived: 'open' } as const;
const ALL_OK = { found: 'ok', known: 'ok', reached: 'ok', arrived: 'ok' } as const;

/** Those before it went well. */
function failedAt(failed: Hop): Record<Hop, HopState> {
  const at = HOPS.indexOf(failed);
  const state = (i: number): HopState => (i < at ? 'ok' : i === at ? 'failed' : 'open');
  return Object.fromEntries(HOPS.map((hop, i) => [hop, state(i)])) as Record<Hop, HopState>;
}

function statusOf(thrown: unknown): unknown {
  return thrown instanceof EngineError ? thrown.failure.details['status'] : undefined;
}

/** The first hop that cannot have gone well; undefined where the image is here. */
function hopFailed({ received = 0, status, storeFull }: GetOutcome): Hop | undefined {
  if (received > 0) return undefined;
  if (status === DESTINATION_UNKNOWN) return 'known';
  return storeFull ? 'arrived' : 'reached';
}

/** Where a PACS is told of a destination, in its own words. */
export function configurationLines({
  aeTitle,
  host,
  port,
}: ReceivingAt): readonly (readonly [string, string])[] {
  const name = aeTitle.toLowerCase().replace(/[^a-z0-9]/g, '') || 'webdimse';
  return [
    [
      'Orthanc',
      `"DicomModalities": { "${name}": [${JSON.stringify(aeTitle)}, ${JSON.stringify(host)}, ${port}] }`,
    ],
    ['dcm4chee', t.destination.inItsPage(aeTitle, host, String(port))],
    ['DCMTK dcmqrscp', `${name} = (${aeTitle}, ${host}, ${port})`],
    ['CONQUEST', `${aeTitle.padEnd(16)} ${host.padEnd(15)} ${port} un`],
  ];
}
