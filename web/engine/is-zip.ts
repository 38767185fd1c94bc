/** Whether a file is a ZIP archive, told before the code that unpacks it is loaded. */
import { toLatin1 } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import { readExactly } from '../../core/file/index.ts';

/** Of an archive with a file in it (APPNOTE 4.3.7). */
const MAGIC = 'PK\x03\x04';

export async function isZip(source: ByteSource): Promise<boolean> {
  if (source.size < MAGIC.length) return false;
  return toLatin1(await readExactly(source, 0, MAGIC.length)) === MAGIC;
}
