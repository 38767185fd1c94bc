/** What a folder holds after its engine ended, in order or by a crash: whole instances only. */
import type { Folder } from './disk.ts';
import { Checksum } from './checksum.ts';
import type { Placed } from './log.ts';
import { Log } from './log.ts';
import type { Entry } from './pack.ts';
import { Pack } from './pack.ts';

const PIECE = 1 << 20;
const NAME = /^pack-(\d+)$/;

/** Reads the log, looks whether the packs hold what it tells, and removes packs of which it tells nothing. */
export async function recover(
  folder: Folder,
): Promise<{ log: Log; entries: Map<string, Entry>; packs: Set<Pack> }> {
  const { log, lines } = await Log.open(folder);
  const packs = await packsOf(folder);
  const entries = new Map<string, Entry>();
  const sure = lines.findLastIndex((line) => 'flushed' in line);
  for (const [i, line] of lines.entries()) {
    const file = 'flushed' in line ? undefined : packs.get(line.pack);
    if ('flushed' in line || file === undefined || line.offset + line.stored.bytes > file.size) continue;
    if (i < sure || (await isWhole(file, line))) entries.set(line.stored.sopInstanceUID, { ...line, file });
  }
  for (const entry of entries.values()) entry.file.add(entry);
  const used = new Set([...packs.values()].filter((pack) => pack.entries.size > 0));
  for (const pack of packs.values()) if (!used.has(pack)) await folder.remove(pack.name);
  return { log, entries, packs: used };
}

export function nextPackNumber(packs: Iterable<Pack>): number {
  let last = 0;
  for (const { name } of packs) last = Math.max(last, Number(NAME.exec(name)![1]));
  return last + 1;
}

async function packsOf(folder: Folder): Promise<Map<string, Pack>> {
  const packs = new Map<string, Pack>();
  for (const name of await folder.names()) {
    if (!NAME.test(name)) continue;
    const { size } = await folder.source(name);
    packs.set(name, new Pack(folder, name, size));
  }
  return packs;
}

/** Whether the bytes are those that were written: after the last flush a crash may have left any. */
async function isWhole(pack: Pack, { stored, offset, checksum: expected }: Placed): Promise<boolean> {
  const sum = new Checksum();
  for (let at = 0; at < stored.bytes; at += PIECE) {
    sum.push(await pack.read(offset + at, offset + Math.min(stored.bytes, at + PIECE)));
  }
  return sum.value === expected;
}
