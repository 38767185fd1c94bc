/** The control messages of tunnel v1 (TUNNEL.md): text frames, one JSON object each. */
import { DicomError } from '../bytes/index.ts';
import { CLOSE } from './close-codes.ts';

/** The WebSocket subprotocol; another version of the tunnel is another name. */
export const TUNNEL_PROTOCOL = 'dimse-bridge.v1';
/** What stands before a ticket that is offered as a subprotocol. */
export const TICKET_PREFIX = 'ticket.';
/** Longest text frame, in UTF-16 code units; every message of ours stays far below. */
export const MAX_CONTROL_LENGTH = 4096;
/** Longest binary frame, in bytes. */
export const MAX_FRAME: number = 256 << 10;
/** Bytes that the bridge may have under way to the page, where the page names no other number. */
export const DOWN_WINDOW: number = 4 << 20;
/** Bytes that the page may have under way to the bridge; known before `open`, so it may send at once. */
export const UP_WINDOW: number = 1 << 20;
/** Windows outside of these bounds are refused: smaller ones stall, larger ones are no bound. */
export const WINDOW_BOUNDS: { readonly min: number; readonly max: number } = { min: 64 << 10, max: 64 << 20 };

/** First frame of the page: how many bytes may be under way to it. */
export interface Hello {
  readonly t: 'hello';
  readonly window: number;
}
/** The TCP connection is open (the transport connect confirmation); `window` is the bridge's. */
export interface Open {
  readonly t: 'open';
  readonly remote: string;
  readonly window: number;
  readonly maxFrame: number;
}
/** Total of bytes consumed since the start. */
export interface Ack {
  readonly t: 'ack';
  readonly n: number;
}
/** Cut the TCP connection off, visibly to the peer. */
export interface Reset {
  readonly t: 'reset';
}
/** Why the close frame that follows comes: the system's code and a sentence. */
export interface Failure {
  readonly t: 'error';
  readonly code: string;
  readonly msg: string;
}

export type ToBridge = Hello | Ack | Reset;
export type ToPage = Open | Ack | Failure;

/** A TUNNEL_PROTOCOL error; `details.closeCode` is the code to close the WebSocket with. */
export function tunnelError(message: string, closeCode: number = CLOSE.PROTOCOL): DicomError {
  return new DicomError('TUNNEL_PROTOCOL', message, { closeCode });
}

export function encodeMessage(message: ToBridge | ToPage): string {
  return JSON.stringify(message);
}

/** Reads what a page sent. @throws DicomError TUNNEL_PROTOCOL */
export function parseToBridge(text: string): ToBridge {
  const fields = parseObject(text);
  switch (fields['t']) {
    case 'hello':
      return { t: 'hello', window: windowSize(fields) };
    case 'ack':
      return { t: 'ack', n: count(fields, 'n') };
    case 'reset':
      return { t: 'reset' };
    default:
      throw tunnelError('a control message to the bridge is hello, ack or reset');
  }
}

/** Reads what a bridge sent. @throws DicomError TUNNEL_PROTOCOL */
export function parseToPage(text: string): ToPage {
  const fields = parseObject(text);
  switch (fields['t']) {
    case 'open':
      return {
        t: 'open',
        remote: string(fields, 'remote'),
        window: windowSize(fields),
        maxFrame: positive(fields, 'maxFrame'),
      };
    case 'ack':
      return { t: 'ack', n: count(fields, 'n') };
    case 'error':
      return { t: 'error', code: string(fields, 'code'), msg: string(fields, 'msg') };
    default:
      throw tunnelError('a control message to the page is open, ack or error');
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields {
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

function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) {
    throw tunnelError(`"${name}" of a control message is not a whole number from 0 on`);
  }
  return value;
}

function positive(fields: Fields, name: string): number {
  const value = count(fields, name);
  if (value === 0) throw tunnelError(`"${name}" of a control message is 0`);
  return value;
}

function windowSize(fields: Fields): number {
  const value = count(fields, 'window');
  if (value < WINDOW_BOUNDS.min || value > WINDOW_BOUNDS.max) {
    throw tunnelError(
      `a window of ${value} bytes is not within ${WINDOW_BOUNDS.min} to ${WINDOW_BOUNDS.max}`,
    );
  }
  return value;
}

function string(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw tunnelError(`"${name}" of a control message is not a string`);
  return value;
}
