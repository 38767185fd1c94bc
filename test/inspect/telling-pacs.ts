/** A mini-PACS over memory that tells what it is asked. */
import { onTestFinished } from 'vitest';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { recordingSink } from '../../core/inspect/index.ts';
import type { Association } from '../../core/service/index.ts';
import { associate, serve, VERIFICATION } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';

const IMPLICIT = ['1.2.840.10008.1.2'];
const MODEL = '1.2.840.10008.5.1.4.1.2.2';
const CONTEXTS = [
  { abstractSyntax: VERIFICATION, transferSyntaxes: IMPLICIT },
  { abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxes: ['1.2.840.10008.1.2.1'] },
  { abstractSyntax: `${MODEL}.1`, transferSyntaxes: IMPLICIT },
  { abstractSyntax: `${MODEL}.2`, transferSyntaxes: IMPLICIT },
];

export interface TellingPacs {
  readonly lines: string[];
  call(callingAETitle: string, calledAETitle?: string): Promise<Association>;
}

/** It moves to a storage server, STORE, of which nothing is told. */
export async function pacs(log: { take(record: InspectRecord): readonly string[] }): Promise<TellingPacs> {
  const lines: string[] = [];
  const network = new MemoryNetwork();
  const archive = await Archive.open(new MemoryStore());
  const store = { host: 'store', port: 104, aeTitle: 'STORE' };
  const destination = (title: string): typeof store | undefined => (title === 'STORE' ? store : undefined);
  const handlers = archiveHandlers(archive, { aeTitle: 'PACS', destination });
  const sink = recordingSink((record) => lines.push(...log.take(record)));
  const servers = [
    serve(network.listen('store', 104), { store: (info) => new MemoryStore().put(info) }),
    serve(network.listen('pacs', 104), handlers, { aeTitle: 'PACS', dialer: network, sink }),
  ];
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.close()))));
  return {
    lines,
    call: (callingAETitle, calledAETitle = 'PACS') =>
      associate(network, { host: 'pacs', port: 104 }, { callingAETitle, calledAETitle, contexts: CONTEXTS }),
  };
}
