/** How DCMTK 3.6.7 names UIDs and statuses in its logs: where it departs from the standard's keywords. */
import { uid } from '../../dict/index.ts';
import type { Operation, UIDEntry } from '../../dict/index.ts';

/** Transfer syntaxes, and what follows no rule. */
const NAMES: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2': 'LittleEndianImplicit',
  '1.2.840.10008.1.2.1': 'LittleEndianExplicit',
  '1.2.840.10008.1.2.1.99': 'DeflatedLittleEndianExplicit',
  '1.2.840.10008.1.2.2': 'BigEndianExplicit',
  '1.2.840.10008.1.2.4.50': 'JPEGBaseline',
  '1.2.840.10008.1.2.4.51': 'JPEGExtended:Process2+4',
  '1.2.840.10008.1.2.4.57': 'JPEGLossless:Non-hierarchical:Process14',
  '1.2.840.10008.1.2.4.70': 'JPEGLossless:Non-hierarchical-1stOrderPrediction',
  '1.2.840.10008.1.2.4.81': 'JPEGLSLossy',
  '1.2.840.10008.1.2.4.90': 'JPEG2000LosslessOnly',
  '1.2.840.10008.1.2.4.92': 'JPEG2000MulticomponentLosslessOnly',
  '1.2.840.10008.1.2.4.93': 'JPEG2000Multicomponent',
  '1.2.840.10008.1.2.4.100': 'MPEG2MainProfile@MainLevel',
  '1.2.840.10008.1.2.4.101': 'MPEG2MainProfile@HighLevel',
  '1.2.840.10008.1.2.4.102': 'MPEG4HighProfile/Level4.1',
  '1.2.840.10008.1.2.4.103': 'MPEG4BDcompatibleHighProfile/Level4.1',
  '1.2.840.10008.1.2.4.104': 'MPEG4HighProfile/Level4.2For2DVideo',
  '1.2.840.10008.1.2.4.105': 'MPEG4HighProfile/Level4.2For3DVideo',
  '1.2.840.10008.1.2.4.106': 'MPEG4StereoHighProfile/Level4.2',
  '1.2.840.10008.1.2.4.107': 'HEVCMainProfile/Level5.1',
  '1.2.840.10008.1.2.4.108': 'HEVCMain10Profile/Level5.1',
  '1.2.840.10008.5.1.4.1.1.77.1': 'RETIRED_VLImageStorage',
  '1.2.840.10008.5.1.4.1.1.77.2': 'RETIRED_VLMultiframeImageStorage',
  '1.2.840.10008.5.1.4.1.1.88.70': 'ImplantationPlanSRDocumentStorage',
};

/** `StudyRootQueryRetrieveInformationModelFind`: the operation comes first. */
const OPERATION_LAST = /^(.*(?:InformationModel|Retrieve|BulkData))(Find|Move|Get)$/;

/** The keyword that DCMTK prints; undefined for a UID that it does not know. */
export function dcmtkKeyword(value: string): string | undefined {
  const named = NAMES[value];
  if (named !== undefined) return named;
  const entry = uid(value);
  return entry?.type.endsWith('SOP Class') ? sopClassKeyword(entry) : entry?.keyword;
}

function sopClassKeyword({ keyword, name, retired }: UIDEntry): string {
  const [, model, operation] = OPERATION_LAST.exec(keyword) ?? [];
  const turned =
    model === undefined
      ? keyword
      : `${operation!.toUpperCase()}${model.replace('PaletteQueryRetrieve', 'Palette')}`;
  const ended = /(?<!Storage) SOP Class( \(Retired\))?$/.test(name) ? `${turned}SOPClass` : turned;
  const word = ended.replace('MultiFrame', 'Multiframe').replace(/Retired$/, '');
  return retired && !word.startsWith('RETIRED_') ? `RETIRED_${word}` : word;
}

type Names = readonly (readonly [from: number, to: number, text: string])[];

const FIND: Names = [
  [0x0000, 0x0000, 'Success: Matching is complete'],
  [0xff00, 0xff00, 'Pending: Matches are continuing'],
  [0xff01, 0xff01, 'Pending: Matches are continuing - Warning: Unsupported optional keys'],
  [0xfe00, 0xfe00, 'Cancel: Matching terminated due to Cancel Request'],
  [0xa700, 0xa700, 'Refused: Out of resources'],
  [0xa900, 0xa9ff, 'Error: Data Set does not match SOP Class'],
  [0xc000, 0xcfff, 'Failed: Unable to process'],
  [0x0122, 0x0122, 'Refused: SOP Class not supported'],
];
const RETRIEVE: Names = [
  [0x0000, 0x0000, 'Success: Sub-operations complete - No failures or warnings'],
  [0xff00, 0xff00, 'Pending: Sub-operations are continuing'],
  [0xfe00, 0xfe00, 'Cancel: Sub-operations terminated due to Cancel Indication'],
  [0xa701, 0xa701, 'Refused: Out of resources - Unable to calculate number of matches'],
  [0xa702, 0xa702, 'Refused: Out of resources - Unable to perform sub-operations'],
  [0xa801, 0xa801, 'Refused: Move Destination unknown'],
  [0xa900, 0xa9ff, 'Error: Data Set does not match SOP Class'],
  [0xaa00, 0xaa00, 'Failed: None of the frames requested were found in SOP Instance'],
  [0xaa01, 0xaa01, 'Failed: Unable to create new object for this SOP Class'],
  [0xaa02, 0xaa02, 'Failed: Unable to extract frames'],
  [0xaa03, 0xaa03, 'Failed: Time-based request for non-time-based SOP Instance'],
  [0xaa04, 0xaa04, 'Failed: Invalid request'],
  [0xb000, 0xb000, 'Warning: Sub-operations complete - One or more failures or warnings'],
  [0xc000, 0xcfff, 'Failed: Unable to process'],
  [0x0122, 0x0122, 'Refused: SOP Class not supported'],
  [0x0124, 0x0124, 'Refused: Not authorized'],
];
const STORE: Names = [
  [0x0000, 0x0000, 'Success'],
  [0xa700, 0xa7ff, 'Refused: Out of resources'],
  [0xa900, 0xa9ff, 'Error: Data Set does not match SOP Class'],
  [0xb000, 0xb000, 'Warning: Coercion of Data Elements'],
  [0xb006, 0xb006, 'Warning: Elements discarded'],
  [0xb007, 0xb007, 'Warning: Data Set does not match SOP Class'],
  [0xc000, 0xcfff, 'Error: Cannot understand'],
  [0x0107, 0x0107, 'Warning'],
  [0x0117, 0x0117, 'Invalid SOP Instance'],
  [0x0122, 0x0122, 'Refused: SOP Class not supported'],
  [0x0124, 0x0124, 'Refused: Not authorized'],
  [0x0210, 0x0210, 'Duplicate invocation'],
  [0x0211, 0x0211, 'Unrecognized operation'],
  [0x0212, 0x0212, 'Mistyped argument'],
];

const BY_OPERATION: Readonly<Partial<Record<Operation, Names>>> = {
  'C-FIND': FIND,
  'C-GET': RETRIEVE,
  'C-MOVE': RETRIEVE,
  'C-STORE': STORE,
};

/** What stands behind the code in a dump of a message: `0xff00: Pending: Matches are continuing`. */
export function dcmtkStatus(operation: Operation, code: number): string {
  const rows = BY_OPERATION[operation] ?? [];
  const text = rows.find(([from, to]) => code >= from && code <= to)?.[2];
  return `0x${code.toString(16).padStart(4, '0')}: ${text ?? (code === 0 ? 'Success' : 'Failure')}`;
}

/** Where the short name leaves words out. */
const SHORT: Readonly<Record<string, string>> = {
  'Refused: Out of resources - Unable to calculate number of matches':
    'Refused: OutOfResourcesNumberOfMatches',
  'Refused: Out of resources - Unable to perform sub-operations': 'Refused: OutOfResourcesSubOperations',
  'Warning: Sub-operations complete - One or more failures or warnings':
    'Warning: SubOperationsCompleteOneOrMoreFailures',
  'Pending: Matches are continuing - Warning: Unsupported optional keys':
    'Pending: WarningUnsupportedOptionalKeys',
};
const CATEGORY_ONLY = /^(Success|Pending)\b/;
/** Codes that have words in the dumps of messages alone. */
const NAMELESS: readonly number[] = [
  0x0107, 0x0117, 0x0124, 0x0210, 0x0211, 0x0212, 0xaa00, 0xaa01, 0xaa02, 0xaa03, 0xaa04,
];

/** What the tools print behind an answer: `Pending`, `Refused: MoveDestinationUnknown`, `Unknown Status: 0x124`. */
export function dcmtkShortStatus(operation: Operation, code: number): string {
  const text = dcmtkStatus(operation, code).slice('0x0000: '.length);
  if (text in SHORT) return SHORT[text]!;
  const category = CATEGORY_ONLY.exec(text)?.[1];
  if (category !== undefined) return category;
  if (text === 'Failure' || NAMELESS.includes(code)) return `Unknown Status: 0x${code.toString(16)}`;
  return text.replace(/(?<=: ).*/, (words) =>
    words.replace(/(?:^|[ -]+)(\w)/g, (_, first: string) => first.toUpperCase()),
  );
}

/** `Little Endian Explicit`, as the dumps name a transfer syntax; the keyword for those that compress. */
export function dcmtkSyntax(value: string): string {
  return SYNTAXES[value] ?? dcmtkKeyword(value) ?? value;
}

const SYNTAXES: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2': 'Little Endian Implicit',
  '1.2.840.10008.1.2.1': 'Little Endian Explicit',
  '1.2.840.10008.1.2.2': 'Big Endian Explicit',
  '1.2.840.10008.1.2.1.99': 'Deflated Explicit VR Little Endian',
};

/** By what follows the UID of all storage classes; DCMTK has letters of its own for some others. */
const MODALITIES: Readonly<Record<string, string>> = {
  '1': 'CR',
  '2': 'CT',
  '4': 'MR',
  '6.1': 'US',
  '7': 'SC',
  '12.1': 'XA',
  '20': 'NM',
};

/** The letters that stand for a storage class in `(MsgID 1, CT)`. */
export function dcmtkModality(sopClassUID: string): string {
  return MODALITIES[sopClassUID.replace('1.2.840.10008.5.1.4.1.1.', '')] ?? 'OT';
}

const RESULTS: Readonly<Record<number, string>> = { 1: 'Rejected Permanent', 2: 'Rejected Transient' };
const SOURCES: Readonly<Record<number, string>> = {
  1: 'Service User',
  2: 'Service Provider (ACSE Related)',
  3: 'Service Provider (Presentation Related)',
};
/** By source and reason (PS3.8 Table 9-21). */
const REASONS: Readonly<Record<string, string>> = {
  '1 1': 'No Reason',
  '1 2': 'App Context Name Not Supported',
  '1 3': 'Calling AE Title Not Recognized',
  '1 7': 'Called AE Title Not Recognized',
  '2 1': 'No Reason',
  '2 2': 'Protocol Version Not Supported',
  '3 1': 'Temporary Congestion',
  '3 2': 'Local Limit Exceeded',
};

/** The three numbers of an A-ASSOCIATE-RJ. */
export function dcmtkRejection(
  result: number,
  source: number,
  reason: number,
): { readonly result: string; readonly source: string; readonly reason: string } {
  return {
    result: RESULTS[result] ?? 'Unknown',
    source: SOURCES[source] ?? 'Unknown',
    reason: REASONS[`${source} ${reason}`] ?? 'Unknown',
  };
}

/** Why dcmqrscp refuses an association, by the same three numbers. */
const REFUSALS: Readonly<Record<string, string>> = {
  '1 1 2': 'BadAppContext',
  '1 1 3': 'BadAEPeer',
  '1 1 7': 'BadAEService',
  '2 3 1': 'CannotFork',
  '2 3 2': 'TooManyAssociations',
};

export function dcmtkRefusal(result: number, source: number, reason: number): string {
  return REFUSALS[`${result} ${source} ${reason}`] ?? 'NoReason';
}
