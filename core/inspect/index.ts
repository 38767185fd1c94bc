/** The inspector: records of what was sent and received, and what they mean. No other room of core imports this one. */
export type { ByteRow } from './byte-rows.ts';
export type { ByteTable, DataSetTable, Piece } from './byte-table.ts';
export { CaptureWriter } from './capture/export.ts';
export type { Imported, ImportOptions } from './capture/import.ts';
export { importCapture, loadPdu } from './capture/import.ts';
export type { Entry, RecordedContext, SideStep } from './conversation.ts';
export { Conversation } from './conversation.ts';
export type { DescribedDataSet } from './describe-data-set.ts';
export { describeDataSet } from './describe-data-set.ts';
export type {
  ContextDetails,
  Details,
  DeviationDetails,
  MessageDetails,
  Named,
  StepDetails,
} from './details.ts';
export { detailsOf, recordsBehind } from './details.ts';
export type { Fragment } from './fragments.ts';
export { fragmentsOf } from './fragments.ts';
export type { MessagePart } from './messages.ts';
export { Message } from './messages.ts';
export type * from './record.ts';
export { otherSide } from './record.ts';
export type { RecordingOptions } from './recording.ts';
export { recordingSink, requestorsOnly } from './recording.ts';
export type { RingLimits } from './ring.ts';
export { Ring } from './ring.ts';
export type { Layer, Line, LineFilter, Unfolded } from './lines.ts';
export { isTrouble, isTroubled, layerOf, linesOf, messagesOf } from './lines.ts';
export type { MessageRow, PartRow, PduSummary, Row } from './row.ts';
export { messageKey, messageRow, rowOf } from './row.ts';
export type { Item, Place, Standing, Standings } from './sequence.ts';
export { LANES, Sequence } from './sequence.ts';
export { standardPage } from './standard-page.ts';
export { Timeline } from './timeline.ts';
export type { AcceptingTool, LogOptions } from './text/dcmtk-log.ts';
export { dcmtkLog } from './text/dcmtk-log.ts';
export type { LiveLogOptions } from './text/live-log.ts';
export { LiveLog } from './text/live-log.ts';
