/** Retrieves into the page: queued, taken up again after a reload. */
import { UNIQUE_KEY } from '../../core/service/levels.ts';
import type { RetrieveRequest } from '../../core/service/types.ts';
import type { Engine } from '../engine/client.ts';
import type { Unfinished } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import { peerLane } from './asked.ts';
import { dcmtkPeer, getCommand } from './dcmtk.ts';
import { shortUid } from './format.ts';
import type { Job, Jobs, Task } from './jobs.svelte.ts';
import { getEnding } from './outcomes.ts';
import { keysDataSet } from './query-keys.ts';
import type { ResultNode } from './results.svelte.ts';
import { explain } from './sentences.ts';
import { nodeTitle, requestOf, transfer } from './transfer.ts';

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
    const { model, level, keys } = node;
    this.#jobs.queue({
      ...this.#task(asked, requestOf(node), node.imageCount),
      title: t.jobs.retrieve(nodeTitle(node)),
      command: getCommand(dcmtkPeer(asked), node),
      transfer: `get ${node.id}`,
      resumable: { peer: asked.peer.name, model, level, keys },
    });
  }

  /** Takes up what was under way when the page was left; `ask` finds the peer, where it is still there. */
  goOn(unfinished: readonly Unfinished[], ask: (peer: string) => Asked | undefined): void {
    for (const each of unfinished) {
      const asked = ask(each.peer);
      if (asked !== undefined) this.#takeUp(asked, each);
    }
  }

  /** What keys alone name, as far as it is not here yet. */
  fetch(asked: Asked, wanted: Omit<Unfinished, 'peer' | 'paused'>): Job {
    const title = t.jobs.retrieve(shortUid(wanted.keys[UNIQUE_KEY[wanted.level]] ?? ''));
    return this.#takeUp(asked, { ...wanted, peer: asked.peer.name, paused: false }, title);
  }

  #takeUp(asked: Asked, { peer, model, level, keys, paused }: Unfinished, title?: string): Job {
    const key = keys[UNIQUE_KEY[level]] ?? '';
    return this.#jobs.queue(
      {
        ...this.#task(asked, { model, level, keys: keysDataSet(keys) }, undefined),
        title: title ?? t.jobs.retrieveRest(level === 'PATIENT' ? key : shortUid(key)),
        command: getCommand(dcmtkPeer(asked), { model, level, keys }),
        transfer: `get ${peer} ${key}`,
        resumable: { peer, model, level, keys },
      },
      { missingOnly: true, paused },
    );
  }

  #task(
    asked: Asked,
    request: RetrieveRequest,
    expected: number | undefined,
  ): Pick<Task, 'lanes' | 'cancelled' | 'work' | 'explain'> {
    const { peer, situation } = asked;
    return {
      lanes: [peerLane(asked)],
      cancelled: t.jobs.retrieveCancelled(situation.apart === true),
      work: (control) => {
        const { signal, noted, missingOnly } = control;
        const byMove = this.#byMove() ? 'rest' : undefined;
        const responses = this.#engine.get(peer, request, { signal, noted, missingOnly, byMove });
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
