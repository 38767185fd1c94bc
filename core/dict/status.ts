/** Status (0000,0900): what the codes of a response mean (PS3.7 Annex C, PS3.4 per service). */
import { hexNumber } from '../bytes/index.ts';

/** The operations and notifications that answer with a status (PS3.7 9.1, 10.1). */
export type Operation =
  | 'C-ECHO'
  | 'C-STORE'
  | 'C-FIND'
  | 'C-GET'
  | 'C-MOVE'
  | 'N-EVENT-REPORT'
  | 'N-GET'
  | 'N-SET'
  | 'N-ACTION'
  | 'N-CREATE'
  | 'N-DELETE';

/** Status classes (PS3.7 C.1 to C.5). */
export type StatusCategory = 'success' | 'pending' | 'cancel' | 'warning' | 'failure';

/** The codes by which this library acts: those it answers with, and those it looks for (PS3.7 C, PS3.4 B.2.3, C.4). */
export const STATUS = {
  success: 0x0000,
  processingFailure: 0x0110,
  /** N-ACTION, N-EVENT-REPORT, as the four below. */
  noSuchSOPInstance: 0x0112,
  noSuchEventType: 0x0113,
  invalidArgumentValue: 0x0115,
  noSuchSOPClass: 0x0118,
  noSuchAction: 0x0123,
  sopClassNotSupported: 0x0122,
  unrecognizedOperation: 0x0211,
  /** C-STORE. */
  outOfResources: 0xa700,
  /** C-GET, C-MOVE. */
  unableToPerformSubOperations: 0xa702,
  /** C-MOVE. */
  moveDestinationUnknown: 0xa801,
  /** C-FIND, C-GET, C-MOVE: in each the keys do not fit the SOP class. */
  identifierDoesNotMatch: 0xa900,
  /** C-GET, C-MOVE. */
  subOperationsCompleteWithFailures: 0xb000,
  /** C-STORE: cannot understand; C-FIND, C-GET, C-MOVE: unable to process. */
  cannotUnderstand: 0xc000,
  cancel: 0xfe00,
  pending: 0xff00,
} as const;

/** A status code with what it says in one operation. */
export interface Status {
  readonly code: number;
  readonly category: StatusCategory;
  /** As the standard names it; `Unknown status` and the code where it does not. */
  readonly name: string;
  /** What it says, in a sentence. */
  readonly meaning: string;
}

/** First code, last code, name, meaning. */
type Row = readonly [from: number, to: number, name: string, meaning: string];

const one = (code: number, name: string, meaning: string): Row => [code, code, name, meaning];

// PS3.7 Annex C
const GENERAL: readonly Row[] = [
  one(0x0000, 'Success', 'The operation succeeded.'),
  one(
    0x0001,
    'Optional Attributes Not Supported',
    'It was done, but some optional attributes were not supported.',
  ),
  one(0x0105, 'No Such Attribute', 'The peer does not know a tag that was given.'),
  one(0x0106, 'Invalid Attribute Value', 'A value is outside what its attribute allows.'),
  one(0x0107, 'Attribute List Error', 'Some attributes were not recognised; the others were used.'),
  one(0x0110, 'Processing Failure', 'The peer failed while it worked on the request.'),
  one(0x0111, 'Duplicate SOP Instance', 'An instance with this UID exists already.'),
  one(0x0112, 'No Such SOP Instance', 'The peer holds no instance with this UID.'),
  one(0x0113, 'No Such Event Type', 'The peer does not know this event type.'),
  one(0x0114, 'No Such Argument', 'The peer does not know an argument of the event or action.'),
  one(0x0115, 'Invalid Argument Value', 'An argument of the event or action is outside its range.'),
  one(0x0116, 'Attribute Value Out Of Range', 'A value was out of range and was replaced or left out.'),
  one(0x0117, 'Invalid Object Instance', 'The SOP Instance UID breaks the rules for UIDs.'),
  one(0x0118, 'No Such SOP Class', 'The peer does not know this SOP class.'),
  one(0x0119, 'Class-Instance Conflict', 'The instance is not one of the SOP class that was named.'),
  one(0x0120, 'Missing Attribute', 'An attribute that is required was not given.'),
  one(0x0121, 'Missing Attribute Value', 'An attribute that must have a value was empty.'),
  one(0x0122, 'Refused: SOP Class Not Supported', 'The peer does not support this SOP class.'),
  one(0x0123, 'No Such Action', 'The peer does not know this action type.'),
  one(0x0124, 'Refused: Not Authorized', 'The peer does not allow us to do this; ask who runs it.'),
  one(0x0210, 'Duplicate Invocation', 'The Message ID is in use by another operation.'),
  one(0x0211, 'Unrecognized Operation', 'The peer does not know this operation.'),
  one(0x0212, 'Mistyped Argument', 'A parameter of the request is not one the peer agreed to use.'),
  one(0x0213, 'Resource Limitation', 'The peer is short of resources; try again later.'),
];

const CANCELLED = one(0xfe00, 'Cancel', 'The operation ended early because it was cancelled.');

// PS3.4 Table B.2-1
const STORE: readonly Row[] = [
  [0xa700, 0xa7ff, 'Refused: Out of Resources', 'The peer has no room for the instance; try again later.'],
  [
    0xa900,
    0xa9ff,
    'Error: Data Set Does Not Match SOP Class',
    'The data set is not one of the SOP class named.',
  ],
  [0xc000, 0xcfff, 'Error: Cannot Understand', 'The peer could not read or use the data set.'],
  one(0xb000, 'Coercion of Data Elements', 'It was stored, but the peer changed values.'),
  one(0xb006, 'Elements Discarded', 'It was stored, but the peer dropped elements.'),
  one(0xb007, 'Data Set Does Not Match SOP Class', 'It was stored although it does not match its SOP class.'),
];

// PS3.4 Tables C.4-1, K.4-2 and Q.4-2, and CC for the inventory codes
const FIND: readonly Row[] = [
  one(
    0xa700,
    'Refused: Out of Resources',
    'The peer is short of resources; narrow the search or try again later.',
  ),
  one(0xa710, 'Invalid Prior Record Key', 'The peer does not know the record the search was to go on from.'),
  one(
    0xa900,
    'Error: Data Set Does Not Match SOP Class',
    'The keys do not fit the information model of the search.',
  ),
  one(0xc100, 'More Than One Match Found', 'The keys fit several patients; name one.'),
  one(0xc200, 'Unable to Support Requested Template', 'The peer does not know the template asked for.'),
  [0xc000, 0xcfff, 'Failed: Unable to Process', 'The peer could not do the search.'],
  one(0xb001, 'Matches Limited', 'The peer stopped at its limit; there are more matches.'),
  CANCELLED,
  one(0xff00, 'Pending', 'A match; more may follow.'),
  one(0xff01, 'Pending: Optional Keys Not Supported', 'A match; some optional keys were not looked at.'),
];

// PS3.4 Tables C.4-2 and C.4-3, Y.4-1 and Y.4-2 for AA00 to AA04
const RETRIEVE: readonly Row[] = [
  one(0xa701, 'Refused: Out of Resources, Cannot Count Matches', 'The peer could not count what matches.'),
  one(
    0xa702,
    'Refused: Out of Resources, Cannot Perform Sub-operations',
    'The peer could not send the instances: nothing arrived, or it has no resources left.',
  ),
  one(0xa900, 'Error: Data Set Does Not Match SOP Class', 'The keys do not fit the information model.'),
  one(0xaa00, 'Frames Not Found', 'The instance has none of the frames asked for.'),
  one(0xaa01, 'Unable to Create New Object', 'The peer cannot make an object of this SOP class.'),
  one(0xaa02, 'Unable to Extract Frames', 'The peer could not take the frames out.'),
  one(
    0xaa03,
    'Time-based Request for Non-time-based Instance',
    'The instance has no time to select frames by.',
  ),
  one(0xaa04, 'Invalid Request', 'The request for frames contradicts itself.'),
  [0xc000, 0xcfff, 'Failed: Unable to Process', 'The peer could not do the retrieve.'],
  one(
    0xb000,
    'Sub-operations Complete, One or More Failures or Warnings',
    'The retrieve ended; some instances failed or came with warnings.',
  ),
  CANCELLED,
  one(0xff00, 'Pending', 'Sub-operations go on.'),
];

const MOVE: readonly Row[] = [
  one(
    0xa801,
    'Refused: Move Destination Unknown',
    'The peer does not know the AE title it should send to; add the title with its address to the peer.',
  ),
  ...RETRIEVE,
];

// PS3.4 H (print), P (event logging), S (media creation), CC (unified procedure step)
const NORMALIZED: readonly Row[] = [
  one(0xa510, 'Refused: Already Initiated', 'A request to create this media was received before.'),
  one(
    0xb101,
    'Synchronization Frame of Reference Differs',
    'Logged, though the frame of reference is another.',
  ),
  one(0xb102, 'Study Instance UID Coerced', 'Logged under another Study Instance UID.'),
  one(0xb104, 'IDs Inconsistent, Event Logged', 'Logged, though the IDs do not fit a current study.'),
  one(0xb300, 'UPS Created With Modifications', 'The procedure step was created with changes.'),
  one(0xb301, 'Deletion Lock Not Granted', 'The subscription exists, without the deletion lock.'),
  one(0xb304, 'UPS Already Canceled', 'The procedure step is in the state CANCELED already.'),
  one(0xb305, 'Invalid Values Coerced', 'Invalid values were replaced by valid ones.'),
  one(0xb306, 'UPS Already Completed', 'The procedure step is in the state COMPLETED already.'),
  one(0xb600, 'Memory Allocation Not Supported', 'Printing goes on without the memory asked for.'),
  one(0xb601, 'Collation Not Supported', 'The printer cannot print a film session in one go.'),
  one(0xb602, 'Empty Page in Film Session', 'A film box of the session holds no image.'),
  one(0xb603, 'Empty Page', 'The film box holds no image.'),
  one(0xb604, 'Image Demagnified', 'The image was larger than its box and was made smaller.'),
  one(0xb605, 'Density Out of Range', 'The density asked for is out of range; the limit is used.'),
  one(0xb609, 'Image Cropped', 'The image was larger than its box and was cropped.'),
  one(0xb60a, 'Image Decimated', 'The image was larger than its box and was decimated.'),
  one(0xc101, 'Procedural Logging Not Available', 'There is no log for this study.'),
  one(0xc102, 'Event Information Does Not Match Template', 'The event is not written as its template says.'),
  one(0xc103, 'Cannot Match Event to Study', 'The event belongs to no current study.'),
  one(0xc104, 'IDs Inconsistent, Event Not Logged', 'The IDs do not fit a current study.'),
  one(0xc10e, 'Operator Not Authorized', 'The operator may not add to the medication record.'),
  one(0xc110, 'Patient Not Identified', 'Neither Patient ID nor Admission ID names a patient.'),
  one(0xc111, 'Medication Record Update Failed', 'The medication record could not be changed.'),
  one(0xc201, 'Media Creation Already Completed', 'The request has been completed.'),
  one(0xc202, 'Media Creation In Progress', 'The request is being worked on and cannot be stopped.'),
  one(0xc203, 'Cancellation Denied', 'The request was not cancelled; no reason was given.'),
  one(0xc300, 'UPS May No Longer Be Updated', 'The procedure step has reached its end.'),
  one(
    0xc301,
    'Transaction UID Not Correct',
    'The Transaction UID that locks the procedure step was not given.',
  ),
  one(0xc302, 'UPS Already In Progress', 'Another performer works on the procedure step.'),
  one(0xc303, 'UPS Scheduled Only by N-CREATE', 'N-SET and N-ACTION cannot schedule a procedure step.'),
  one(0xc304, 'Final State Requirements Not Met', 'Attributes that the final state needs are missing.'),
  one(0xc307, 'No Such UPS', 'The peer manages no procedure step with this UID.'),
  one(0xc308, 'Receiving AE Unknown', 'The peer does not know the AE title that is to be told.'),
  one(0xc309, 'UPS State Not Scheduled', 'A procedure step must be created in the state SCHEDULED.'),
  one(0xc310, 'UPS Not In Progress', 'The procedure step has not been begun.'),
  one(0xc311, 'UPS Already Completed', 'The procedure step was completed before.'),
  one(0xc312, 'Performer Cannot Be Contacted', 'Who performs the procedure step cannot be reached.'),
  one(0xc313, 'Performer Does Not Cancel', 'Who performs the procedure step chose to go on.'),
  one(0xc314, 'Action Not Appropriate', 'The action does not apply to this instance.'),
  one(0xc315, 'Event Reports Not Supported', 'The peer sends no event reports.'),
  one(0xc600, 'Film Session Without Film Box', 'The film session holds nothing to print.'),
  one(0xc601, 'Print Queue Full, Film Session', 'The print job was not made: the queue is full.'),
  one(0xc602, 'Print Queue Full, Film Box', 'The print job was not made: the queue is full.'),
  one(0xc603, 'Image Larger Than Image Box', 'The image does not fit into its box.'),
  one(0xc605, 'Printer Memory Insufficient', 'The printer has no memory left for the image.'),
  one(0xc613, 'Combined Image Larger Than Image Box', 'The combined image does not fit into its box.'),
  one(0xc616, 'Film Box Not Yet Printed', 'A film box waits to be printed before another can be made.'),
];

const BY_OPERATION: Readonly<Partial<Record<Operation, readonly Row[]>>> = {
  'C-ECHO': [],
  'C-STORE': STORE,
  'C-FIND': FIND,
  'C-GET': RETRIEVE,
  'C-MOVE': MOVE,
};

const UNKNOWN_MEANING: Readonly<Record<StatusCategory, string>> = {
  success: 'The operation succeeded.',
  pending: 'The operation goes on.',
  cancel: 'The operation was cancelled.',
  warning: 'It was done, with a warning that the standard does not name.',
  failure: 'It failed for a reason that the standard does not name.',
};

/** The class of a code, known or not (PS3.7 C: 0001, 0107, 0116 and Bxxx warn, what is nothing else fails). */
export function statusCategory(code: number): StatusCategory {
  if (code === 0x0000) return 'success';
  if (code === 0xff00 || code === 0xff01) return 'pending';
  if (code === 0xfe00) return 'cancel';
  const warns = code === 0x0001 || code === 0x0107 || code === 0x0116 || code >> 12 === 0xb;
  return warns ? 'warning' : 'failure';
}

/** What a status of this operation says. Never throws: a code of no table is classified and shown in hexadecimal. */
export function statusOf(operation: Operation, code: number): Status {
  const rows = BY_OPERATION[operation] ?? NORMALIZED;
  const holds = ([from, to]: Row): boolean => code >= from && code <= to;
  const row = rows.find(holds) ?? GENERAL.find(holds);
  const category = statusCategory(code);
  const name = row?.[2] ?? `Unknown status ${statusText(code)}`;
  return { code, category, name, meaning: row?.[3] ?? UNKNOWN_MEANING[category] };
}

/** `0xA801`. */
export function statusText(code: number): string {
  return `0x${hexNumber(code, 4)}`;
}
