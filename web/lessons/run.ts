/** Plays a lesson in the engine. Loaded with the first one. */
import type { Sink } from '../../core/bytes/index.ts';
import { CaptureWriter } from '../../core/inspect/capture/export.ts';
import { importCapture } from '../../core/inspect/capture/import.ts';
import type { InspectRecord } from '../../core/inspect/record.ts';
import { Sequence } from '../../core/inspect/sequence.ts';
import { blobSource } from '../engine/blobs.ts';
import { failureOf } from '../engine/protocol.ts';
import type { Failure, LessonRun } from '../engine/protocol.ts';
import { TimelineView } from '../engine/timeline-view.ts';
import { factsOf } from './facts.ts';
import type { LessonId, LessonValues } from './lessons.ts';
import { initialValues } from './lessons.ts';
import { questionOf } from './questions.ts';
import { SCRIPTS } from './scripts.ts';
import { Stage } from './stage.ts';

/** What is shown of a run: what was sent, and what ended it. */
const SHOWN = { layers: ['ul', 'dimse', 'transport', 'service', 'machine'] } as const;
const MOST_LINES = 500;

/** What says that something was typed that cannot be sent. */
const TYPED: ReadonlySet<Failure['code']> = new Set(['USAGE', 'VALUE_INVALID']);

/**
 * Plays it with what was chosen; `also` is told of every event, for the inspector. Never rejects for what a peer does.
 * @throws DicomError USAGE, VALUE_INVALID for what was chosen and cannot be sent.
 */
export async function runLesson(lesson: LessonId, chosen: LessonValues, also: Sink): Promise<LessonRun> {
  const values = { ...initialValues(lesson), ...chosen };
  const script = SCRIPTS[lesson];
  const stage = await Stage.open(script.settings?.(values) ?? {}, also);
  let failure: Failure | undefined;
  let thrown: unknown;
  try {
    await script.play(stage, values);
  } catch (error) {
    thrown = error;
    failure = failureOf(error);
  }
  await stage.close();
  if (failure && TYPED.has(failure.code)) throw thrown;
  const capture = lesson === 'capture' ? captureOf(stage.records) : undefined;
  const sequence = capture ? await imported(capture) : sequenceOf(stage.records);
  const view = new TimelineView(() => sequence, { view: 0, source: 0, filter: SHOWN, unfolded: [] });
  view.refresh();
  const { lines, heads } = view.lines(0, MOST_LINES);
  return {
    lines,
    heads,
    facts: factsOf(sequence),
    asked: questionOf(lesson, sequence, values),
    failure,
    associations: [...new Set(stage.records.map(({ association }) => association))],
    ...(capture && { capture }),
  };
}

function sequenceOf(records: readonly InspectRecord[]): Sequence {
  const sequence = new Sequence();
  for (const record of records) sequence.take(record);
  return sequence;
}

function captureOf(records: readonly InspectRecord[]): Blob {
  const writer = new CaptureWriter();
  const packets = records.flatMap((record) => writer.take(record));
  return new Blob([writer.header(), ...packets], { type: 'application/x-pcapng' });
}

/** Read as any capture is: no machine was watched, what is in it is all that is known. */
async function imported(capture: Blob): Promise<Sequence> {
  const sequence = new Sequence();
  await importCapture(blobSource(capture), (record) => sequence.take(record));
  return sequence;
}
