/** An instance that was received, as a line. */
import { statusOf } from '../../core/dict/index.ts';
import type { Stored } from '../../core/file/index.ts';
import type { Output } from './output.ts';
import { bytesText, printable } from './output.ts';
import { statusCode } from './scu.ts';

/** For programs. */
export function recordInstance({ sopInstanceUID, file, bytes }: Stored, output: Output): Promise<void> {
  return output.record({
    type: 'instance',
    sopInstanceUID,
    status: statusCode(0),
    name: statusOf('C-STORE', 0).name,
    file: file ?? null,
    bytes,
  });
}

/** For people: who sent it, and where it lies. */
export function instanceLine({ callingAETitle, sopInstanceUID, file, bytes }: Stored): string {
  return `${printable(callingAETitle)}  ${file ?? sopInstanceUID}  ${bytesText(bytes)}`;
}
