/** `--record FILE`: what a command sends and receives, as a capture that Wireshark and `webdimse inspect` read. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { Sink } from '../../core/bytes/index.ts';
import { reason } from '../dial/reason.ts';
import type { FlagTable } from './flags.ts';
import { usage } from './flags.ts';

export const RECORD_FLAG: FlagTable = {
  record: {
    value: 'FILE',
    help: 'a capture (pcapng) of the DICOM that it sends and receives, patients included',
  },
};

/** Of patients: for nobody else on this machine. */
const MODE = 0o600;
const PCAPNG = 0x0a0d0d0a;

export interface Recording {
  readonly sink: Sink;
  close(): void;
}

/**
 * Begins a capture; nothing is left out of it. A capture of that name is replaced, another file is not.
 *
 * @throws DicomError USAGE where the file cannot be written, or is no capture.
 */
export async function startRecording(file: string, note: (text: string) => void): Promise<Recording> {
  const fd = openCapture(file);
  const { CaptureWriter, recordingSink } = await import('../../core/inspect/index.ts');
  const writer = new CaptureWriter();
  let failed = false;
  const write = (pieces: readonly Uint8Array[]): void => {
    try {
      for (const piece of pieces) if (!failed) writeAll(fd, piece);
    } catch (error) {
      failed = true;
      note(`--record: nothing more can be written to ${file}: ${reason(error)}`);
    }
  };
  write([writer.header()]);
  return {
    sink: recordingSink((record) => write(writer.take(record)), { keep: Infinity }),
    close: () => closeSync(fd),
  };
}

/** Opens a new capture for reading and appending; `flag` named it. @throws DicomError USAGE */
export function openCapture(file: string, flag = '--record'): number {
  let fd: number;
  try {
    fd = openSync(file, 'a+', MODE);
  } catch (error) {
    throw usage(`${flag}: ${file} cannot be opened: ${reason(error)}`);
  }
  if (!isCapture(fd)) {
    closeSync(fd);
    throw usage(`${flag}: ${file} is there, and is no capture; choose another name`);
  }
  ftruncateSync(fd, 0);
  return fd;
}

function isCapture(fd: number): boolean {
  if (!fstatSync(fd).isFile()) return false;
  const first = Buffer.alloc(4);
  const read = readSync(fd, first, 0, 4, 0);
  return read === 0 || (read === 4 && first.readUInt32LE() === PCAPNG);
}

export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}
