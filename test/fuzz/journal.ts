/** Watches our side through its sink: every request is answered once, and success only for what is kept. */
import type { SinkEvent } from '../../core/bytes/index.ts';
import type { CommandHappening, DataSetHappening, StrayHappening } from '../../core/dimse/index.ts';
import { statusOf } from '../../core/dict/index.ts';
import { isPending } from '../../core/dimse/index.ts';
import type { PduHappening, TransitionHappening, UlHappening } from '../../core/ul/index.ts';
import { QUERY_RETRIEVE } from '../../core/service/index.ts';
import type { ServiceDeviationHappening } from '../../core/service/index.ts';
import { MODALITY_WORKLIST } from '../../core/service/sop-classes.ts';
import { PROPOSALS } from './samples.ts';

type Event = SinkEvent &
  (UlHappening | CommandHappening | DataSetHappening | StrayHappening | ServiceDeviationHappening);

/** One association of ours. */
interface Line {
  state: string;
  /** Requests received and not answered finally, as `C-STORE 7`. */
  readonly open: string[];
  lastReceived: CommandHappening | undefined;
}

export interface Commit {
  readonly sopInstanceUID: string;
}

export class Journal {
  readonly wrong: string[] = [];
  /** What has been seen at all: states, actions, commands, deviations. */
  readonly seen: Set<string>;
  readonly lines = new Map<number, Line>();
  established = false;
  /** Our side has sent a C-CANCEL; what comes behind it is read by nobody. */
  cancelled = false;
  /** Matches that came whole and legible, on every association. */
  matches = 0;
  /** C-STORE requests of ours that were answered well. */
  stored = 0;
  /** Committed, and not answered yet. */
  readonly commits: Commit[] = [];

  constructor(seen: Set<string>) {
    this.seen = seen;
  }

  readonly sink = (event: SinkEvent): void => this.#take(event as Event);

  /** Requests that came whole on associations that are open still, and have no answer. */
  get unanswered(): string[] {
    return [...this.lines.values()].flatMap(({ state, open }) => (state === 'Sta6' ? open : []));
  }

  #take(event: Event): void {
    let line = this.lines.get(event.association);
    if (line === undefined) {
      line = { state: 'Sta1', open: [], lastReceived: undefined };
      this.lines.set(event.association, line);
    }
    if (event.layer === 'ul') {
      if (event.type === 'deviation') this.seen.add(event.code);
      else if (event.type !== 'timer') this.#step(line, event);
    } else if (event.type === 'command') this.#command(line, event);
    else if (event.type === 'data set') this.#dataSet(line, event);
    else if (event.type === 'stray') this.#stray(line);
    else this.#deviation(event);
  }

  #step(line: Line, { to, action }: PduHappening | TransitionHappening): void {
    line.state = to;
    if (to === 'Sta6') this.established = true;
    this.seen.add(to);
    this.seen.add(action);
  }

  #command(line: Line, event: CommandHappening): void {
    const { direction, name, command } = event;
    this.seen.add(`${direction} ${name}`);
    if (direction === 'received') {
      line.lastReceived = event;
      if (name === 'C-STORE-RSP' && statusOf('C-STORE', command.Status ?? 0x0110).category !== 'failure')
        this.stored++;
      if (name.endsWith('-RQ') && name !== 'C-CANCEL-RQ') line.open.push(`${name} ${command.MessageID}`);
    } else if (name.endsWith('-RSP')) this.#answer(line, event);
    else if (name === 'C-CANCEL-RQ') this.cancelled = true;
  }

  #answer({ open }: Line, { name, command }: CommandHappening): void {
    const what = `${name.replace('-RSP', '-RQ')} ${command.MessageIDBeingRespondedTo}`;
    const status = command.Status!;
    const at = open.indexOf(what);
    if (at === -1) this.wrong.push(`answered ${what} with ${status}, which is not open`);
    else if (!isPending(status)) open.splice(at, 1);
    if (isPending(status) && !/FIND|GET|MOVE/.test(name)) this.wrong.push(`sent ${name} pending`);
    if (name !== 'C-STORE-RSP' || status !== 0) return;
    const commit = this.commits.shift();
    if (commit === undefined) this.wrong.push(`answered ${what} with success before anything was kept`);
  }

  #stray(line: Line): void {
    this.seen.add('stray');
    line.lastReceived = undefined;
  }

  #dataSet({ lastReceived }: Line, { direction, name, length }: DataSetHappening): void {
    if (direction !== 'received' || name !== 'C-FIND-RSP' || length === 0) return;
    if (lastReceived && isPending(lastReceived.command.Status ?? 0)) this.matches++;
  }

  #deviation({ code, contextId }: ServiceDeviationHappening): void {
    this.seen.add(code);
    if (code === 'IDENTIFIER_UNREADABLE' && FIND_CONTEXTS.has(contextId)) this.matches--;
  }
}

/** Of C-FIND, in the order of `PROPOSALS`. */
const FIND_CONTEXTS: ReadonlySet<number | undefined> = new Set(
  [QUERY_RETRIEVE.STUDY.FIND, MODALITY_WORKLIST].map(
    (uid) => 1 + 2 * PROPOSALS.findIndex(({ abstractSyntax }) => abstractSyntax === uid),
  ),
);
