/** What was said in a run of a lesson, as lines to read. */
import { standardPage } from '../../core/inspect/standard-page.ts';
import type { TimelineLine } from '../engine/inspector-protocol.ts';
import type { LessonRun } from '../engine/protocol.ts';
import { KIND_CLAUSES } from '../lessons/clauses.ts';
import type { Kind } from '../lessons/clauses.ts';
import type { LessonFact } from '../lessons/lessons.ts';
import type { LessonTexts } from '../strings/lessons/en.ts';

/** A sentence, and where the standard speaks of it. */
export interface Cited {
  readonly text: string;
  readonly clause: string;
  readonly page: string | undefined;
}

export interface SaidLine {
  readonly line: TimelineLine;
  /** What one finds when one looks into it. */
  readonly facts: readonly string[];
  /** What it means, where its kind comes for the first time. */
  readonly meaning: Cited | undefined;
}

export function cited(text: string, clause: string): Cited {
  return { text, clause, page: standardPage(clause) };
}

export function saidLines(run: LessonRun, texts: LessonTexts): SaidLine[] {
  const explained = new Set<Kind>();
  return run.lines.map((line) => {
    const kind = kindOf(line);
    const first = kind !== undefined && !explained.has(kind);
    if (kind !== undefined) explained.add(kind);
    return {
      line,
      facts: (run.facts.get(line.row.id) ?? []).map((fact) => factText(fact, texts.fact)),
      meaning: first ? cited(texts.kinds[kind], KIND_CLAUSES[kind]) : undefined,
    };
  });
}

/** What of the table of meanings a line is. */
function kindOf({ row, message }: TimelineLine): Kind | undefined {
  const ofRecord = row.kind === 'timer' ? 'timer' : row.steps[0]?.event;
  const name = message?.name ?? row.pdu ?? row.transport?.event ?? ofRecord;
  return name !== undefined && name in KIND_CLAUSES ? (name as Kind) : undefined;
}

function factText(fact: LessonFact, texts: LessonTexts['fact']): string {
  switch (fact.is) {
    case 'context':
      return texts.context(fact.id, fact.name, fact.syntaxes.join(', '));
    case 'answer':
      return texts.answer(fact.id, fact.result, fact.syntax);
    case 'maximum':
      return texts.maximum(fact.length);
    case 'role':
      return texts.role(fact.name, fact.scu, fact.scp);
    case 'rejection':
      return texts.rejection(fact.result, fact.source, fact.reason);
    case 'abort':
      return texts.abort(fact.source, fact.reason);
    case 'fragments':
      return texts.fragments(fact.command, fact.dataSet);
    case 'counters': {
      const told = (count: number | undefined): string => (count === undefined ? '–' : String(count));
      const { remaining, completed, failed, warning } = fact;
      return texts.counters({
        remaining: told(remaining),
        completed: told(completed),
        failed: told(failed),
        warning: told(warning),
      });
    }
    case 'destination':
      return texts.destination(fact.aeTitle);
    case 'originator':
      return texts.originator(fact.aeTitle, fact.messageId);
    case 'key':
      return texts.key(fact.keyword, fact.value);
    case 'step':
      return texts.step(fact.event, fact.action, fact.from, fact.to);
  }
}
