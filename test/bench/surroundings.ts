/** What figures depend on: the machine, and the versions of all programs. */
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { DCMJS_VERSION } from './peers.ts';
import type { Scale } from './scale.ts';

export interface Surroundings {
  readonly date: string;
  readonly scale: string;
  /** Rounds that count. */
  readonly pairs: number;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Packages of Debian that the peers come from. */
const PACKAGES = ['dcmtk', 'orthanc', 'orthanc-dicomweb', 'chromium', 'websockify'];

export function surroundings({ name, pairs }: Scale): Surroundings {
  return {
    date: new Date().toISOString(),
    scale: name,
    pairs,
    machine: machineText(),
    versions: { Node: process.version.slice(1), ...packages(), 'dcmjs-dimse': DCMJS_VERSION },
  };
}

export function machineText(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpu?.model ?? 'unknown'}, ${cpus().length} processors, ${memory} GiB, Linux ${release()}`;
}

/** Versions of those that are installed; none where there is no dpkg. */
function packages(): Record<string, string> {
  const format = ['-W', '-f=${Package} ${Version} ${db:Status-Abbrev}\n'];
  const { stdout } = spawnSync('dpkg-query', [...format, ...PACKAGES], { encoding: 'utf8' });
  const rows = (stdout ?? '').split('\n').map((line) => line.split(' '));
  return Object.fromEntries(
    rows.filter((row) => row[2]?.startsWith('i')).map(([name, version]) => [name, version]),
  );
}
