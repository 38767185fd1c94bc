/** A C-GET of 256 MiB into a slow sink: nobody on the way may hold more of it than its windows. */
import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, ftruncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Interface } from 'node:readline';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../core/bytes/index.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, dataSet, writeDataSet } from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { bundled } from '../support/bundled.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startBridgeProcess, startWebdimsePacs } from '../support/peers.ts';
import { residentBytes } from '../support/resident.ts';

const MIB = 2 ** 20;
const WARM_UP = { study: '1.2.3.1', bytes: 32 * MIB };
const LARGE = { study: '1.2.3.2', bytes: 256 * MIB };

/** Writes a study of one instance whose pixel data takes that many bytes, all zero. */
function writeStudy(folder: string, { study, bytes }: typeof LARGE): void {
  const info = {
    sopClassUID: UID.SecondaryCaptureImageStorage,
    sopInstanceUID: `${study}.1.1`,
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    callingAETitle: 'TEST',
  };
  const header = dataSet({
    SOPClassUID: info.sopClassUID,
    SOPInstanceUID: info.sopInstanceUID,
    PatientID: 'LARGE',
    StudyInstanceUID: study,
    SeriesInstanceUID: `${study}.1`,
  });
  const pixelData = Buffer.from('e07f10004f57000000000000', 'hex');
  pixelData.writeUInt32LE(bytes, 8);
  const start = concat([
    fileMetaInformation(info),
    writeDataSet(header, EXPLICIT_VR_LITTLE_ENDIAN),
    pixelData,
  ]);
  const file = openSync(join(folder, `${study}.dcm`), 'w');
  writeSync(file, start);
  ftruncateSync(file, start.length + bytes);
  closeSync(file);
}

/** The largest growth of each process, in bytes, while something is under way. */
async function growth(pids: readonly number[], work: Promise<unknown>): Promise<number[]> {
  const idle = pids.map(residentBytes);
  const most = pids.map(() => 0);
  const sample = (): void =>
    pids.forEach((pid, i) => (most[i] = Math.max(most[i]!, residentBytes(pid) - idle[i]!)));
  const timer = setInterval(sample, 100);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
  return most;
}

class SlowGet {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: Interface;

  constructor(script: string, args: readonly string[]) {
    this.process = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface(this.process.stdout);
  }

  async get({ study, bytes }: typeof LARGE): Promise<void> {
    this.process.stdin.write(`${study}\n`);
    const [answer] = (await once(this.#answers, 'line')) as [string];
    expect(Number(answer)).toBeGreaterThan(bytes);
  }
}

describe.runIf(process.platform === 'linux')('memory', () => {
  let pacs: RealPeer;
  let bridge: RealPeer;
  let script: string;
  const children: SlowGet[] = [];

  beforeAll(async () => {
    const folder = temporaryFolder();
    writeStudy(folder, WARM_UP);
    writeStudy(folder, LARGE);
    script = await bundled('slow-get');
    pacs = await startWebdimsePacs([], { folder });
    bridge = await startBridgeProcess([pacs]);
  });
  afterAll(async () => {
    for (const child of children) child.process.kill();
    await Promise.all([bridge, pacs].map((each) => each?.stop()));
  });

  test(
    'a get of 256 MiB into a sink of 20 MB/s stays within its windows, direct and through the bridge',
    { timeout: 120_000 },
    async () => {
      const direct = new SlowGet(script, [pacs.address]);
      const tunnelled = new SlowGet(script, [pacs.aeTitle, '--via', bridge.address]);
      children.push(direct, tunnelled);
      await Promise.all([direct.get(WARM_UP), tunnelled.get(WARM_UP)]);
      const pids = [direct.process.pid!, tunnelled.process.pid!, bridge.pid];
      const most = await growth(pids, Promise.all([direct.get(LARGE), tunnelled.get(LARGE)]));
      expect(most[0]!, 'command line').toBeLessThan(64 * MIB);
      expect(most[1]!, 'command line through the bridge').toBeLessThan(64 * MIB);
      expect(most[2]!, 'bridge, one connection').toBeLessThan(16 * MIB);
    },
  );
});
