/** The inspector: records of what was sent and received, and what they mean. No other room of core imports this one. */
export { CaptureWriter } from './capture/export.ts';
export type { Imported, ImportOptions } from './capture/import.ts';
export { importCapture, loadPdu } from './capture/import.ts';
export type { Entry, RecordedContext, SideStep } from './conversation.ts';
export { Conversation } from './conversation.ts';
export type { DescribedDataSet } from './describe-data-set.ts';
export { describeDataSet } from './describe-data-set.ts';
export type { Fragment } from './fragments.ts';
export { fragmentsOf } from './fragments.ts';
export type { MessagePart } from './messages.ts';
export { Message } from './messages.ts';
export type * from './record.ts';
export { otherSide } from './record.ts';
export type { RecordingOptions } from './recording.ts';
export { recordingSink } from './recording.ts';
export type { RingLimits } from './ring.ts';
export { Ring } from './ring.ts';
export { Timeline } from './timeline.ts';
