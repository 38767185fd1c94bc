/** Failure Reason (0008,1197): why an instance is not committed (PS3.3 C.14.1.1). */
import { hexNumber } from '../bytes/index.ts';

/** A failure reason with what it says. */
export interface FailureReason {
  readonly code: number;
  /** As the standard names it; `Unknown failure reason` and the code where it does not. */
  readonly name: string;
  /** What it says, in a sentence. */
  readonly meaning: string;
}

/** The reasons by which this library answers. */
export const FAILURE_REASON = {
  processingFailure: 0x0110,
  noSuchObjectInstance: 0x0112,
  classInstanceConflict: 0x0119,
} as const;

// PS3.3 C.14.1.1
const REASONS: Readonly<Record<number, readonly [name: string, meaning: string]>> = {
  0x0110: ['Processing failure', 'The peer failed while it worked on the instance.'],
  0x0112: ['No such object instance', 'The peer does not have the instance.'],
  0x0119: ['Class / Instance conflict', 'The peer has the instance under another SOP class.'],
  0x0122: ['Referenced SOP Class not supported', 'The peer does not commit instances of this SOP class.'],
  0x0131: ['Duplicate transaction UID', 'The Transaction UID is in use already.'],
  0x0213: ['Resource limitation', 'The peer is short of resources; try again later.'],
};

/** What a failure reason says. Never throws: a code of no table is shown in hexadecimal. */
export function failureReason(code: number): FailureReason {
  const [name, meaning] = REASONS[code] ?? [
    `Unknown failure reason 0x${hexNumber(code, 4)}`,
    'It failed for a reason that the standard does not name.',
  ];
  return { code, name, meaning };
}
