/** What dcmdump says of a file, as comparable lines. */
import { spawnSync } from 'node:child_process';
import { program } from '../support/needs.ts';

export interface DumpLine {
  /** What a sequence holds stands further to the right. */
  readonly indent: number;
  /** `FFFEE000` for items. */
  readonly tag: string;
  readonly vr: string;
  readonly length: number;
  /** As printed: `[DOE^JANE]`, `512\1`, `00\01`, with the bytes of texts one character each. */
  readonly value: string;
  /** Its dictionary, an older one than ours, has the attribute. */
  readonly known: boolean;
}

/** The data sets of many files by one call, in the order of the files; delimitation items are left out. */
export function dcmdump(files: readonly string[]): DumpLine[][] {
  const args = ['-q', '-Un', '+L', '+F', ...files];
  const run = spawnSync(program('dcmdump')!, args, { encoding: 'latin1', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`dcmdump: exit ${run.status} ${run.stderr}`);
  return run.stdout
    .split(/^# Dicom-Data-Set$/m)
    .slice(1)
    .map(linesOf);
}

function linesOf(dump: string): DumpLine[] {
  const lines: DumpLine[] = [];
  for (const line of dump.split('\n')) {
    const [, indent = '', group, element, vr = '', value = '', length, keyword] =
      /^( *)\(([0-9a-f]{4}),([0-9a-f]{4})\) (\S\S) (.*?) +# +(\d+|u\/l),\s*\d+ (.+)$/.exec(line) ?? [];
    const tag = `${group}${element}`.toUpperCase();
    if (group === undefined || group === '0002' || tag === 'FFFEE00D' || tag === 'FFFEE0DD') continue;
    lines.push({
      indent: indent.length,
      tag,
      vr,
      length: Number(length),
      value,
      known: keyword !== 'Unknown Tag & Data',
    });
  }
  return lines;
}
