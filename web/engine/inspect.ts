/** What the chosen files are, told before anything is sent. Nothing here asks the network. */
import { DicomError } from '../../core/bytes/index.ts';
import type { Head } from '../../core/data/index.ts';
import { readHead, transferSyntax } from '../../core/data/index.ts';
import type { Deidentifier, DeidentifyWarning } from '../../core/deidentify/index.ts';
import { warningsOf } from '../../core/deidentify/index.ts';
import { attribute } from '../../core/dict/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import { isDirectoryName, openDirectory } from '../../core/file/index.ts';
import { blobSource } from './blobs.ts';
import type { Running } from './host.ts';
import { syntaxesOf } from './kinds.ts';
import { isZip } from './is-zip.ts';
import type { OpenedInstance } from './outgoing.ts';
import { opened } from './outgoing.ts';
import type { InspectStep, Outgoing, OutgoingFile, Preview } from './protocol.ts';
import { failureOf } from './protocol.ts';

export { acceptedKinds } from './kinds.ts';

/** Bytes in which (0028,0301) and overlays stand in nearly every file. */
const WARNING_HEAD = 16 << 10;
/** Bytes of attributes that a preview looks at, at most, and changes that it tells. */
const PREVIEW_HEAD = 16 << 20;
const MOST_CHANGES = 2000;

/** Tells of each file what it is; those inside archives are told as found. */
export async function inspectFiles(
  store: InstanceStore,
  files: readonly Outgoing[],
  { signal, step }: Running<InspectStep>,
): Promise<void> {
  for (const [index, file] of files.entries()) {
    if (signal.aborted) throw new DicomError('CANCELLED', 'looking at the files was cancelled');
    try {
      if ('file' in file && (await openInside(index, file, signal, step))) continue;
      step({ index, ...(await inspected(await opened(store, file))) });
    } catch (error) {
      step({ is: 'nothing', index, failure: failureOf(error) });
    }
  }
}

/** Whether it is not sent itself: a DICOMDIR, or an archive of others. */
async function openInside(
  index: number,
  { path, file }: OutgoingFile,
  signal: AbortSignal,
  step: (step: InspectStep) => void,
): Promise<boolean> {
  const source = blobSource(file);
  if (isDirectoryName(path.split('/').at(-1)!)) {
    step({ is: 'directory', index, references: await openDirectory(source) });
    return true;
  }
  if (!(await isZip(source))) return false;
  const { unzip } = await import('./unzip.ts');
  const found = await unzip(file, path, signal, (files) => step({ is: 'archive', index, files }));
  step({ is: 'unpacked', index, found });
  return true;
}

async function inspected(instance: OpenedInstance) {
  const damage = await instance.damage();
  if (damage !== undefined) throw damage;
  const { sopClassUID, transferSyntaxUID } = instance.info;
  const otherwise = syntaxesOf(instance.info, false).slice(1);
  const warnings = await warningsIn(instance);
  return { is: 'instance', sopClassUID, transferSyntaxUID, otherwise, warnings } as const;
}

async function warningsIn(instance: OpenedInstance): Promise<readonly DeidentifyWarning[]> {
  if (transferSyntax(instance.info.transferSyntaxUID)?.readable !== true) return [];
  return warningsOf((await headOf(instance, WARNING_HEAD)).dataSet);
}

async function headOf({ info, head }: OpenedInstance, most: number): Promise<Head> {
  return readHead(await head(most), info.transferSyntaxUID, { until: '7FE00000' });
}

/** What de-identifying would change in one file. */
export async function previewFile(
  store: InstanceStore,
  file: Outgoing,
  deidentifier: Deidentifier,
): Promise<Preview> {
  const instance = await opened(store, file);
  deidentifier.transferSyntaxUID(instance.info.transferSyntaxUID); // throws where it will not go
  const head = await headOf(instance, PREVIEW_HEAD);
  if (head.error !== undefined && !head.reached && Object.keys(head.dataSet).length === 0) throw head.error;
  const { changes, warnings } = deidentifier.dataSet(head.dataSet);
  const named = changes
    .slice(0, MOST_CHANGES)
    .map((change) => ({ ...change, name: attribute(change.path.slice(-8))?.name ?? '' }));
  return { changes: named, warnings };
}
