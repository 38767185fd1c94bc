/** The control messages of listening (TUNNEL.md, "Listening"): a page leases an AE title and hears who calls it. */
import type { Failure, Fields } from './control-fields.ts';
import { failureMessage, parseFields, positiveField, stringField, tunnelError } from './control-fields.ts';
import { isAETitle } from './peers.ts';

/** First frame of the page: this title, or any free one of the pool; with the secret, its own again. */
export interface LeaseWish {
  readonly t: 'lease';
  readonly aeTitle?: string;
  readonly secret?: string;
}
/** The page gives its title back. */
export interface Release {
  readonly t: 'release';
}
/** The title is the page's; who calls it at `host` and `port` is announced. */
export interface Leased {
  readonly t: 'leased';
  readonly aeTitle: string;
  /** What the bridge listens on: an address of its machine, or all of them. */
  readonly host: string;
  readonly port: number;
  /** Gives the page its title again on another WebSocket. */
  readonly secret: string;
}
/** Somebody calls. The ticket opens one WebSocket to that `node` of the bridge, which becomes the connection. */
export interface Incoming {
  readonly t: 'incoming';
  readonly ticket: string;
  readonly node: string;
  readonly called: string;
  readonly calling: string;
  readonly remote: string;
}
/** The caller of this ticket left, or would not wait any longer. */
export interface Withdrawn {
  readonly t: 'withdrawn';
  readonly ticket: string;
}

export type ListenToBridge = LeaseWish | Release;
export type ListenToPage = Leased | Incoming | Withdrawn | Failure;

export function encodeListenMessage(message: ListenToBridge | ListenToPage): string {
  return JSON.stringify(message);
}

/** Reads what a page sent. @throws DicomError TUNNEL_PROTOCOL */
export function parseListenToBridge(text: string): ListenToBridge {
  const fields = parseFields(text);
  switch (fields['t']) {
    case 'lease':
      return {
        t: 'lease',
        ...(fields['aeTitle'] !== undefined && { aeTitle: title(fields, 'aeTitle') }),
        ...(fields['secret'] !== undefined && { secret: token(fields, 'secret') }),
      };
    case 'release':
      return { t: 'release' };
    default:
      throw tunnelError('a control message to the bridge is lease or release');
  }
}

/** Reads what a bridge sent. @throws DicomError TUNNEL_PROTOCOL */
export function parseListenToPage(text: string): ListenToPage {
  const fields = parseFields(text);
  switch (fields['t']) {
    case 'leased':
      return {
        t: 'leased',
        aeTitle: title(fields, 'aeTitle'),
        host: stringField(fields, 'host'),
        port: positiveField(fields, 'port'),
        secret: token(fields, 'secret'),
      };
    case 'incoming':
      return {
        t: 'incoming',
        ticket: token(fields, 'ticket'),
        node: token(fields, 'node'),
        called: title(fields, 'called'),
        calling: stringField(fields, 'calling'),
        remote: stringField(fields, 'remote'),
      };
    case 'withdrawn':
      return { t: 'withdrawn', ticket: token(fields, 'ticket') };
    case 'error':
      return failureMessage(fields);
    default:
      throw tunnelError('a control message to the page is leased, incoming, withdrawn or error');
  }
}

/** Without padding: a title is told from its like by its characters alone. */
function title(fields: Fields, name: string): string {
  const value = stringField(fields, name);
  if (!isAETitle(value) || value.trim() !== value) {
    throw tunnelError(`"${name}" of a control message is no AE title`);
  }
  return value;
}

/** Part of a URL, or of a subprotocol: nothing that means something there. */
function token(fields: Fields, name: string): string {
  const value = stringField(fields, name);
  if (!/^[\w-]{1,64}$/.test(value)) throw tunnelError(`"${name}" of a control message is no token`);
  return value;
}
