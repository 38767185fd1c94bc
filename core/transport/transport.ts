/**
 * The transport service that the Upper Layer needs (PS3.8 9.1), in the shape of the WinterTC Sockets
 * API and of Direct Sockets, so that an adapter for either takes ten lines.
 */
import type { Bytes } from '../bytes/index.ts';

/** What TLS agreed on, and whom the peer's certificate names. Both names are the peer's words: show them, trust them not. */
export interface TlsInfo {
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly protocol: string;
  /** The cipher suite as OpenSSL spells it: `ECDHE-RSA-AES256-GCM-SHA384`. */
  readonly cipher: string;
  /** Of the peer's certificate, as in RFC 4514: `CN=pacs, O=Hospital`; empty where it names nobody or showed none. */
  readonly subject: string;
  readonly issuer?: string;
  /** When the peer's certificate ends to be valid, ISO 8601 in UTC; empty where it showed none. */
  readonly expires: string;
}

/** What is known of a connection once it is open. */
export interface ConnectionInfo {
  /** The other side, for people: `10.0.0.5:104`. */
  readonly remote: string;
  /** Absent where the connection is not encrypted between the peer and whoever called it. */
  readonly tls?: TlsInfo;
  /** Titles peeked from the A-ASSOCIATE-RQ by a listening bridge; absent elsewhere. */
  readonly calledAETitle?: string;
  readonly callingAETitle?: string;
}

/** How a connection ended. `code` is the system's or the tunnel's, `reason` a sentence where there is one. */
export interface CloseInfo {
  /** eof: the peer's FIN, all delivered. local: we closed. reset: cut off. error: it never opened, or broke. */
  readonly kind: 'eof' | 'local' | 'reset' | 'error';
  readonly code?: string | number;
  readonly reason?: string;
}

/**
 * One transport connection.
 *
 * - `readable` ends after the last byte of the peer, or errors with a ConnectionError; that end, behind
 *   all bytes, is what raises Evt17 (PS3.8 Table 9-10). Reading slowly holds the peer back.
 * - `writable` holds the writer back while the peer does not take its bytes; boundaries of chunks mean nothing. When a
 *   write has resolved, the memory of its chunk is the writer's again.
 * - `opened` is the transport connect confirmation (Evt2); it rejects with a ConnectionError.
 * - `closed` never rejects and never waits for reading: it tells how the connection ended.
 * - `close()` sends FIN behind what was written and delivers until the peer's FIN, 2 s at most.
 * - `abort()` drops both directions at once. Both may be called at any time, and again.
 */
export interface Connection {
  readonly readable: ReadableStream<Bytes>;
  readonly writable: WritableStream<Bytes>;
  readonly opened: Promise<ConnectionInfo>;
  readonly closed: Promise<CloseInfo>;
  /**
   * Instead of `readable`, and without what a stream costs: `take` is lent each chunk until what it returns has resolved, and
   * then the next. Resolves and rejects as `readable` would end. Where it is absent, `readable` is read.
   */
  consume?(take: (chunk: Bytes) => void | Promise<void>): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): void;
}

/**
 * Gives every chunk of a connection to `take`. Resolves where `readable` would end, rejects where it would error, and with
 * what `take` fails with: nothing more is taken then.
 */
export async function consume(
  connection: Connection,
  take: (chunk: Bytes) => void | Promise<void>,
): Promise<void> {
  if (connection.consume !== undefined) return await connection.consume(take);
  const reader = connection.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await take(value);
    }
  } finally {
    reader.releaseLock();
  }
}

/** An address for `node:net` and memory, or the name of a peer that a bridge knows. */
export type Target = { readonly host: string; readonly port: number } | { readonly peer: string };

/** Opens connections: memory, TCP and the tunnel each have one. */
export interface Dialer {
  /**
   * Starts to connect and returns at once; success or failure is told by `opened`.
   * Aborting the signal before that ends the attempt; afterwards it has no effect.
   */
  connect(target: Target, options?: { readonly signal?: AbortSignal }): Connection;
}

/** Takes connections. */
export interface Listener {
  /** Inbound connections; taking one from the stream is the claim. Ends after `close()`. */
  readonly incoming: ReadableStream<Connection>;
  /** Stops listening; open connections stay. Resolves when the address is free again. */
  close(): Promise<void>;
}

/** How long `close()` waits for the peer's FIN, in milliseconds, before the connection is dropped. */
export const CLOSE_GRACE_MS = 2000;

/** A target in words, for messages. */
export function targetText(target: Target): string {
  return 'peer' in target ? target.peer : hostAndPort(target.host, target.port);
}

/** `10.0.0.5:104`, an IPv6 address in brackets: `[::1]:104`. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
