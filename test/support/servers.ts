/** The PACS servers against which the full cycle is shown, and what a third party received from them. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerName } from '../conformance.mjs';
import { OURS } from '../conformance.mjs';
import type { Need } from './needs.ts';
import { content } from './peers-files.ts';
import type { Destination, RealPeer } from './peers.ts';
import { startDcmqrscp, startOrthanc, startWebdimsePacs } from './peers.ts';

export interface Server {
  readonly name: PeerName;
  readonly needs: readonly Need[];
  start(destinations: readonly Destination[]): Promise<RealPeer>;
  /** Study Root has no patient level (PS3.4 C.6.2.1); Orthanc answers all the same. */
  readonly patientsInStudyRoot: boolean;
  /** Whether it serves the retired Patient/Study Only models. */
  readonly patientStudyOnly: boolean;
}

export const SERVERS: readonly Server[] = [
  { name: 'dcmqrscp', needs: [], start: startDcmqrscp, patientsInStudyRoot: false, patientStudyOnly: true },
  {
    name: 'Orthanc',
    needs: ['orthanc'],
    start: startOrthanc,
    patientsInStudyRoot: true,
    patientStudyOnly: false,
  },
  {
    name: OURS,
    needs: [],
    start: startWebdimsePacs,
    patientsInStudyRoot: false,
    patientStudyOnly: true,
  },
];

/** Takes what a storage server has received since it was last asked. */
export function received(server: RealPeer): Record<string, string> {
  const files = content(server.folder);
  for (const name of readdirSync(server.folder)) rmSync(join(server.folder, name));
  return files;
}

/** What makes DCMTK's getscu and movescu ask a server for one study at Study Root. */
export function studyArguments({ aeTitle, port }: RealPeer, study: string): string[] {
  const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${study}`];
  return ['-S', '-aec', aeTitle, ...keys, '127.0.0.1', String(port)];
}
