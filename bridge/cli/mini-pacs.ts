/** A mini-PACS in this process: an archive over a store, offered to the network. */
import type { Sink } from '../../core/bytes/index.ts';
import { Archive, archiveHandlers, worklistHandler } from '../../core/archive/index.ts';
import type { WorklistEntries } from '../../core/archive/index.ts';
import { serveWithFaults } from '../../core/fault/index.ts';
import type { Fault } from '../../core/fault/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import type { Deadlines } from '../../core/service/index.ts';
import type { CallablePeer } from '../dial/dial.ts';
import { listenTcp, tcpDialer } from '../node/index.ts';
import type { TlsServer } from '../dial/tls.ts';

export interface MiniPacsOptions {
  readonly aeTitle: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Callers are taken by TLS only. */
  readonly tls?: TlsServer | undefined;
  readonly store: InstanceStore;
  /** Where its C-MOVE may send to, looked up by AE title at each request. */
  readonly destinations: () => readonly CallablePeer[];
  /** What it answers to worklist queries; without it they are not offered. */
  readonly worklist?: WorklistEntries | undefined;
  readonly deadlines?: Partial<Deadlines>;
  /** What it does wrong on purpose. */
  readonly faults?: readonly Fault[];
  readonly sink?: Sink | undefined;
  /** Told what went wrong and no peer heard. */
  readonly onError: (error: Error) => void;
}

export interface MiniPacs {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws DicomError USAGE where it cannot listen there, STORE_FAILED where the store cannot be read. */
export async function startMiniPacs(options: MiniPacsOptions): Promise<MiniPacs> {
  const { aeTitle, store, worklist, deadlines, sink, faults = [] } = options;
  const listener = await listenTcp({ ...options, onRefused: options.onError });
  const archive = await Archive.open(store);
  const destination = (title: string): CallablePeer | undefined =>
    options.destinations().find((peer) => peer.aeTitle === title);
  const handlers = {
    ...archiveHandlers(archive, { aeTitle, destination }),
    ...(worklist && { worklist: worklistHandler(worklist) }),
    onError: options.onError,
  };
  const serving = {
    aeTitle,
    dialer: tcpDialer({
      tls: ({ host, port }) =>
        options.destinations().find((peer) => peer.host === host && peer.port === port)?.tls,
    }),
    ...(deadlines && { deadlines }),
    ...(sink === undefined ? {} : { sink }),
  };
  const server = serveWithFaults(listener, handlers, serving, faults);
  return {
    port: listener.port,
    close: async () => {
      await server.close();
      archive.close();
    },
  };
}
