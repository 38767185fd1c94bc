/** `webdimse inspect --save`: a capture written anew, with what is DICOM in it, and without patients if one likes. */
import { closeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ByteSource } from '../../core/file/index.ts';
import { deidentifyRecords } from '../../core/inspect/capture/deidentify.ts';
import { captureOf } from '../../core/inspect/capture/save.ts';
import type { InspectRecord, PduRecord } from '../../core/inspect/index.ts';
import { loadPdu } from '../../core/inspect/index.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';
import { openCapture, writeAll } from './recording.ts';

export const SAVE_FLAGS: FlagTable = {
  save: { value: 'OUT', help: 'writes its associations to another capture (pcapng) instead of telling them' },
  deidentify: {
    help: 'in that, patients are replaced (PS3.15 E), pixels left as they are, and what cannot be read left out',
  },
};

/** @throws DicomError USAGE for `--deidentify` alone, and where `--save` would replace the capture that is read. */
export async function saveOf(flags: Flags, file: string): Promise<string | undefined> {
  const out = flags.text('save');
  if (out === undefined && flags.on('deidentify')) throw usage('--deidentify is for --save OUT');
  const [from, to] = await Promise.all(
    [file, out ?? ''].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  if (from && to && from.dev === to.dev && from.ino === to.ino)
    throw usage(`--save: ${out} is the capture that is read`);
  return out;
}

/** @throws DicomError USAGE where the file cannot be written, or is there and no capture. */
export async function saveCapture(
  out: string,
  records: readonly InspectRecord[],
  source: ByteSource,
  { deidentify, signal }: { readonly deidentify: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const load = (record: PduRecord): ReturnType<typeof loadPdu> => loadPdu(source, record);
  const descriptor = openCapture(out, '--save');
  try {
    const given = deidentify ? deidentifyRecords(records, { load }) : records;
    for await (const piece of captureOf(given, { load })) {
      signal.throwIfAborted();
      writeAll(descriptor, piece);
    }
  } finally {
    closeSync(descriptor);
  }
}
