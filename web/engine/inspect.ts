/** What the chosen files are, told before anything is sent. Nothing here asks the network. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError, toLatin1 } from '../../core/bytes/index.ts';
import type { Head } from '../../core/data/index.ts';
import { readHead, transferSyntax } from '../../core/data/index.ts';
import type { Deidentifier, DeidentifyWarning } from '../../core/deidentify/index.ts';
import { warningsOf } from '../../core/deidentify/index.ts';
import { attribute } from '../../core/dict/index.ts';
import type { ByteSource, Part10 } from '../../core/file/index.ts';
import { cutOff, isDirectoryName, openDirectory, openPart10, readExactly } from '../../core/file/index.ts';
import { blobSource } from './blobs.ts';
import type { Running } from './host.ts';
import type { InspectStep, OutgoingFile, Preview } from './protocol.ts';
import { failureOf } from './protocol.ts';

export { acceptedKinds } from './kinds.ts';

/** Of a ZIP archive with a file in it (APPNOTE 4.3.7). */
const ZIP_MAGIC = 'PK\x03\x04';
/** Bytes in which (0028,0301) stands in nearly every file. */
const WARNING_HEAD = 16 << 10;
/** Bytes of attributes that a preview looks at, at most, and changes that it tells. */
const PREVIEW_HEAD = 16 << 20;
const MOST_CHANGES = 2000;

/** Tells of each file what it is; those inside archives are told as found. */
export async function inspectFiles(
  files: readonly OutgoingFile[],
  { signal, step }: Running<InspectStep>,
): Promise<void> {
  for (const [index, file] of files.entries()) {
    if (signal.aborted) throw new DicomError('CANCELLED', 'looking at the files was cancelled');
    try {
      await inspectFile(index, file, signal, step);
    } catch (error) {
      step({ is: 'nothing', index, failure: failureOf(error) });
    }
  }
}

async function inspectFile(
  index: number,
  { path, file }: OutgoingFile,
  signal: AbortSignal,
  step: (step: InspectStep) => void,
): Promise<void> {
  const source = blobSource(file);
  if (isDirectoryName(path.split('/').at(-1)!)) {
    return step({ is: 'directory', index, references: await openDirectory(source) });
  }
  if (await isZip(source)) {
    const { unzip } = await import('./unzip.ts');
    const found = await unzip(file, path, signal, (files) => step({ is: 'archive', index, files }));
    return step({ is: 'unpacked', index, found });
  }
  const part10 = await openPart10(source);
  const damage = await cutOff(source, part10);
  if (damage !== undefined) throw damage;
  const { sopClassUID, transferSyntaxUID } = part10.info;
  const warnings = await warningsIn(source, part10);
  step({ is: 'instance', index, sopClassUID, transferSyntaxUID, warnings });
}

async function isZip(source: ByteSource): Promise<boolean> {
  if (source.size < ZIP_MAGIC.length) return false;
  return toLatin1(await readExactly(source, 0, ZIP_MAGIC.length)) === ZIP_MAGIC;
}

async function warningsIn(source: ByteSource, part10: Part10): Promise<readonly DeidentifyWarning[]> {
  if (transferSyntax(part10.info.transferSyntaxUID)?.readable !== true) return [];
  return warningsOf((await headOf(source, part10, WARNING_HEAD, '00280304')).dataSet);
}

async function headOf(source: ByteSource, part10: Part10, most: number, until: string): Promise<Head> {
  const { dataSetOffset, info } = part10;
  const bytes: Bytes = await readExactly(source, dataSetOffset, Math.min(source.size, dataSetOffset + most));
  return readHead(bytes, info.transferSyntaxUID, { until });
}

/** What de-identifying would change in one file. */
export async function previewFile(file: Blob, deidentifier: Deidentifier): Promise<Preview> {
  const source = blobSource(file);
  const part10 = await openPart10(source);
  deidentifier.transferSyntaxUID(part10.info.transferSyntaxUID); // throws where it will not go
  const head = await headOf(source, part10, PREVIEW_HEAD, '7FE00000');
  if (head.error !== undefined && !head.reached && Object.keys(head.dataSet).length === 0) throw head.error;
  const { changes, warnings } = deidentifier.dataSet(head.dataSet);
  const named = changes
    .slice(0, MOST_CHANGES)
    .map((change) => ({ ...change, name: attribute(change.path.slice(-8))?.name ?? '' }));
  return { changes: named, warnings };
}
