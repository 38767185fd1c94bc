/** What the control messages of the tunnel have in common: text frames, one JSON object each, read field by field. */
import { DicomError } from '../bytes/index.ts';
import { CLOSE } from './close-codes.ts';

/** Longest text frame, in UTF-16 code units; every message of ours stays far below. */
export const MAX_CONTROL_LENGTH = 4096;

/** Why the close frame that follows comes: the system's code and a sentence. */
export interface Failure {
  readonly t: 'error';
  readonly code: string;
  readonly msg: string;
}

/** A message as it came; what we do not know of it stays unread. */
export type Fields = Readonly<Record<string, unknown>>;

/** A TUNNEL_PROTOCOL error; `details.closeCode` is the code to close the WebSocket with. */
export function tunnelError(message: string, closeCode: number = CLOSE.PROTOCOL): DicomError {
  return new DicomError('TUNNEL_PROTOCOL', message, { closeCode });
}

/** @throws DicomError TUNNEL_PROTOCOL where the text is too long or no JSON object. */
export function parseFields(text: string): Fields {
  if (text.length > MAX_CONTROL_LENGTH) {
    throw tunnelError(`a control message has ${text.length} characters; ${MAX_CONTROL_LENGTH} are allowed`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw tunnelError('a control message is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw tunnelError('a control message is not a JSON object');
  }
  return value as Fields;
}

/** A whole number from 0 on. @throws DicomError TUNNEL_PROTOCOL */
export function countField(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) {
    throw tunnelError(`"${name}" of a control message is not a whole number from 0 on`);
  }
  return value;
}

/** A whole number from 1 on. @throws DicomError TUNNEL_PROTOCOL */
export function positiveField(fields: Fields, name: string): number {
  const value = countField(fields, name);
  if (value === 0) throw tunnelError(`"${name}" of a control message is 0`);
  return value;
}

/** @throws DicomError TUNNEL_PROTOCOL */
export function stringField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw tunnelError(`"${name}" of a control message is not a string`);
  return value;
}

/** @throws DicomError TUNNEL_PROTOCOL */
export function failureMessage(fields: Fields): Failure {
  return { t: 'error', code: stringField(fields, 'code'), msg: stringField(fields, 'msg') };
}
