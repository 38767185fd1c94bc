/** What elements of one name show together: one search, one picture. */
import type { ResultNode } from '../state/results.svelte.ts';
import type { Session } from '../state/session.svelte.ts';
import type { Jobs } from '../state/jobs.svelte.ts';
import type { Member } from './member.ts';
import type { GetTicket } from '../engine/portal-tickets.ts';
import { dispatchAt } from './dispatch.ts';
import type { DimseEventMap, DimsePeer } from './types.ts';
import { resultsTold, selectionTold } from './telling.ts';
import { watch } from './watch.svelte.ts';

const OF_SEARCH = ['dimse-query', 'dimse-scu'];
const OF_PICTURES = ['dimse-viewer', 'dimse-query', 'dimse-scu'];

/** The engine, as far as a desk and its elements know it. */
export interface BehindDesk {
  readonly jobs: Jobs;
  getTicket: GetTicket | undefined;
  peers: readonly DimsePeer[] | undefined;
  /** Comes in at the bridge anew. */
  enter(): void;
  /** An element left. */
  left(): void;
}

export class Desk {
  readonly session: Session;
  readonly hub: BehindDesk;
  /** Resolves when peers are known. */
  readonly ready: Promise<void>;
  #members = $state.raw<readonly Member[]>([]);
  #ends: (() => void)[] = [];
  #begun = false;

  constructor(session: Session, hub: BehindDesk) {
    this.session = session;
    this.hub = hub;
    const { search, looking, peers } = session;
    let searching = false;
    this.ready = new Promise((resolve) => {
      this.#ends = [
        watch(
          () => peers.loaded,
          (loaded) => {
            if (!loaded) return;
            resolve();
            this.#tell(OF_SEARCH, 'dimse-ready', { peers: peers.list });
          },
        ),
        watch(
          () => search.running,
          (running) => {
            if (searching && !running) this.#tell(OF_SEARCH, 'dimse-results', resultsTold(search));
            searching = running;
          },
        ),
        watch(
          () => looking.viewer?.seriesInstanceUID ?? '',
          (SeriesInstanceUID) => {
            if (SeriesInstanceUID !== '') this.#tellView(SeriesInstanceUID);
          },
        ),
      ];
    });
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** Whether an element of this kind is there, so that others leave to it what it shows. */
  has(tag: string): boolean {
    return this.#members.some(({ localName }) => localName === tag);
  }

  join(member: Member): void {
    this.#members = [...this.#members, member];
  }

  leave(member: Member): void {
    this.#members = this.#members.filter((other) => other !== member);
    this.hub.left();
  }

  /** Comes in at the bridge, the first time. */
  begin(token: string | undefined): void {
    if (this.#begun) return;
    this.#begun = true;
    void this.session.start(token);
  }

  selected(node: ResultNode): void {
    this.#tell(OF_SEARCH, 'dimse-select', selectionTold(node));
  }

  /** Ends what it hears. */
  end(): void {
    for (const end of this.#ends) end();
  }

  #tellView(SeriesInstanceUID: string): void {
    const { looking } = this.session;
    const { studyInstanceUID = '', place } = looking.viewer ?? {};
    const SOPInstanceUID = place?.item.sopInstanceUID;
    const keys = { StudyInstanceUID: studyInstanceUID, SeriesInstanceUID };
    const detail = SOPInstanceUID === undefined ? keys : { ...keys, SOPInstanceUID };
    if (!this.#tell(OF_PICTURES, 'dimse-view', detail)) looking.close();
  }

  #tell<Name extends keyof DimseEventMap>(
    tags: readonly string[],
    name: Name,
    detail: DimseEventMap[Name]['detail'],
  ): boolean {
    return dispatchAt(this.#members, tags, name, detail);
  }
}
