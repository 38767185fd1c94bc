/** Retrieves into the page: queued, taken up again after a reload. */
import type { RetrieveRequest } from '../../core/service/types.ts';
import type { Engine } from '../engine/client.ts';
import type { Unfinished } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import { dcmtkPeer, getCommand } from './dcmtk.ts';
import { shortUid } from './format.ts';
import type { Jobs, Resumable, Task } from './jobs.svelte.ts';
import { getEnding } from './outcomes.ts';
import { keysDataSet } from './query-keys.ts';
import type { ResultNode } from './results.svelte.ts';
import { explain } from './sentences.ts';
import { nodeTitle, requestOf, transfer } from './transfer.ts';

/** The only keys that are remembered. */
const UIDS = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const;

export class Retrieves {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #byMove: () => boolean;
  #remembered = '[]';

  /** `byMove`: whether the peer may send to this page what C-GET leaves out. */
  constructor(engine: Engine, jobs: Jobs, byMove: () => boolean) {
    this.#engine = engine;
    this.#jobs = jobs;
    this.#byMove = byMove;
    jobs.onTransfers = () => this.#remember();
  }

  get(asked: Asked, node: ResultNode): void {
    const resumable = resumableOf(asked, node);
    this.#jobs.queue({
      ...this.#task(asked, requestOf(node), node.imageCount),
      title: t.jobs.retrieve(nodeTitle(node)),
      command: getCommand(dcmtkPeer(asked), node),
      transfer: `get ${node.id}`,
      ...(resumable && { resumable }),
    });
  }

  /** Takes up what was under way when the page was left; `ask` finds the peer, where it is still there. */
  async goOn(ask: (peer: string) => Asked | undefined): Promise<void> {
    for (const unfinished of await this.#engine.unfinished().catch(() => [])) {
      const asked = ask(unfinished.peer);
      if (asked !== undefined) this.#takeUp(asked, unfinished);
    }
  }

  #takeUp(asked: Asked, { peer, level, uids, paused }: Unfinished): void {
    const request: RetrieveRequest = { model: 'STUDY', level, keys: keysDataSet(uids) };
    const uid = Object.values(uids).at(-1) ?? '';
    this.#jobs.queue(
      {
        ...this.#task(asked, request, undefined),
        title: t.jobs.retrieveRest(shortUid(uid)),
        transfer: `get ${peer} ${uid}`,
        resumable: { peer, level, uids },
      },
      { missingOnly: true, paused },
    );
  }

  #task(
    asked: Asked,
    request: RetrieveRequest,
    expected: number | undefined,
  ): Pick<Task, 'lane' | 'cancelled' | 'work' | 'explain'> {
    const { peer, situation } = asked;
    return {
      lane: peer.name,
      cancelled: t.jobs.retrieveCancelled,
      work: (control) => {
        const { signal, missingOnly } = control;
        const byMove = this.#byMove() ? 'rest' : undefined;
        const responses = this.#engine.get(peer, request, { signal, missingOnly, byMove });
        const toCome = missingOnly ? undefined : expected;
        return transfer(responses, toCome, control, (outcome) =>
          getEnding(outcome, toCome, situation, missingOnly),
        );
      },
      explain: (thrown) => explain(thrown, situation),
    };
  }

  /** What has not ended, beside the archive: written when it changed. */
  #remember(): void {
    const transfers = this.#jobs.transfers.flatMap(({ task, state }): Unfinished[] =>
      task.resumable === undefined ? [] : [{ ...task.resumable, paused: state === 'paused' }],
    );
    const text = JSON.stringify(transfers);
    if (text === this.#remembered) return;
    this.#remembered = text;
    this.#engine.remember(transfers).catch(() => {}); // then a reload forgets them
  }
}

/** Patients have no UID: what is asked for by more than UIDs is not remembered. */
function resumableOf({ peer }: Asked, node: ResultNode): Resumable | undefined {
  const { level } = node;
  if (level === 'PATIENT') return undefined;
  const keys: Readonly<Record<string, unknown>> = node.keys;
  const uids = UIDS.flatMap((name): [string, string][] => {
    const value = keys[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return { peer: peer.name, level, uids: Object.fromEntries(uids) };
}
