/** The control messages of tunnel v1 (TUNNEL.md): text frames, one JSON object each. */
import type { Failure, Fields } from './control-fields.ts';
import {
  countField,
  failureMessage,
  parseFields,
  positiveField,
  stringField,
  tunnelError,
} from './control-fields.ts';
import type { TlsInfo } from './transport.ts';

/** The WebSocket subprotocol; another version of the tunnel is another name. */
export const TUNNEL_PROTOCOL = 'dimse-bridge.v1';
/** What stands before a ticket that is offered as a subprotocol. */
export const TICKET_PREFIX = 'ticket.';
/** Longest binary frame, in bytes. */
export const MAX_FRAME: number = 256 << 10;
/** Bytes that the bridge may have under way to the page, where the page names no other number. */
export const DOWN_WINDOW: number = 4 << 20;
/** Bytes that the page may have under way to the bridge; known before `open`, so it may send at once. */
export const UP_WINDOW: number = 1 << 20;
/**
 * Both sides take a window outside of these bounds for the nearest within: below a frame and a quarter of the window
 * the two would wait for each other, and a very large one bounds nothing.
 */
export const WINDOW_BOUNDS: { readonly min: number; readonly max: number } = {
  min: 512 << 10,
  max: 16 << 20,
};

export function clampWindow(window: number): number {
  return Math.min(Math.max(window, WINDOW_BOUNDS.min), WINDOW_BOUNDS.max);
}

/** First frame of the page: how many bytes may be under way to it. */
export interface Hello {
  readonly t: 'hello';
  readonly window: number;
}
/** The TCP connection is open (the transport connect confirmation); `window` is the bridge's. */
export interface Open {
  readonly t: 'open';
  readonly remote: string;
  /** TLS between the bridge and the peer; null without, absent from a bridge of before. */
  readonly tls?: TlsInfo | null;
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

export type ToBridge = Hello | Ack | Reset;
export type ToPage = Open | Ack | Failure;

export function encodeMessage(message: ToBridge | ToPage): string {
  return JSON.stringify(message);
}

/** Reads what a page sent. @throws DicomError TUNNEL_PROTOCOL */
export function parseToBridge(text: string): ToBridge {
  const fields = parseFields(text);
  switch (fields['t']) {
    case 'hello':
      return { t: 'hello', window: windowSize(fields) };
    case 'ack':
      return { t: 'ack', n: countField(fields, 'n') };
    case 'reset':
      return { t: 'reset' };
    default:
      throw tunnelError('a control message to the bridge is hello, ack or reset');
  }
}

/** Reads what a bridge sent. @throws DicomError TUNNEL_PROTOCOL */
export function parseToPage(text: string): ToPage {
  const fields = parseFields(text);
  switch (fields['t']) {
    case 'open':
      return {
        t: 'open',
        remote: stringField(fields, 'remote'),
        ...(fields['tls'] !== undefined && { tls: tlsInfo(fields['tls']) }),
        window: windowSize(fields),
        maxFrame: positiveField(fields, 'maxFrame'),
      };
    case 'ack':
      return { t: 'ack', n: countField(fields, 'n') };
    case 'error':
      return failureMessage(fields);
    default:
      throw tunnelError('a control message to the page is open, ack or error');
  }
}

function tlsInfo(value: unknown): TlsInfo | null {
  if (value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw tunnelError('"tls" of open is no JSON object');
  const fields = value as Fields;
  return {
    protocol: stringField(fields, 'protocol'),
    cipher: stringField(fields, 'cipher'),
    subject: stringField(fields, 'subject'),
    ...(fields['issuer'] !== undefined && { issuer: stringField(fields, 'issuer') }),
    expires: stringField(fields, 'expires'),
  };
}

function windowSize(fields: Fields): number {
  return clampWindow(countField(fields, 'window'));
}
