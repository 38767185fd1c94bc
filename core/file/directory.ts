/** DICOMDIR: which files a file set holds (PS3.10 8, PS3.3 F.3). */
import { DicomError } from '../bytes/index.ts';
import { items, number, readDataSet, texts } from '../data/index.ts';
import { UID } from '../dict/index.ts';
import { openMeta } from './part10.ts';
import { readExactly } from './source.ts';
import type { ByteSource } from './source.ts';

/** Bytes of a DICOMDIR, which is held whole: 100,000 instances take about 40 MB. */
const DIRECTORY_LIMIT = 64 << 20;
const RECORDS = '00041220';
const FILE_ID = '00041500';
/** Record In-use Flag: 0 in a record that was deleted without being taken out (PS3.3 F.3.2.2). */
const IN_USE = '00041410';
const READ: ReadonlySet<string> = new Set([RECORDS, FILE_ID, IN_USE]);

/** Whether a file of this name may be a DICOMDIR; discs write it in capitals, copies do not (PS3.10 8.6). */
export function isDirectoryName(name: string): boolean {
  return /^dicomdir\.?(;1)?$/i.test(name);
}

/**
 * Referenced File IDs (0004,1500) of all records in use, each as its path with `/`, in the order of the records.
 * What they lead to is for the caller to judge: a hostile one may say `..`.
 * @throws DicomError FILE_INVALID where it is no DICOMDIR, LIMIT_EXCEEDED beyond 64 MiB.
 * @throws DecodeError DATASET_INVALID
 */
export async function openDirectory(source: ByteSource): Promise<string[]> {
  const { meta, dataSetOffset, transferSyntaxUID } = await openMeta(source);
  if (!texts(meta, 'MediaStorageSOPClassUID').includes(UID.MediaStorageDirectoryStorage))
    throw new DicomError('FILE_INVALID', 'it is no DICOMDIR');
  if (source.size > DIRECTORY_LIMIT)
    throw new DicomError('LIMIT_EXCEEDED', `a DICOMDIR of more than ${DIRECTORY_LIMIT} bytes is not read`, {
      limit: DIRECTORY_LIMIT,
    });
  const bytes = await readExactly(source, dataSetOffset, source.size);
  const dataSet = readDataSet(bytes, transferSyntaxUID, {
    omit: ({ kind, tag }) => kind === 'element' && !READ.has(tag),
  });
  return items(dataSet, RECORDS)
    .filter((record) => number(record, IN_USE) !== 0)
    .map((record) => texts(record, FILE_ID).join('/'))
    .filter((path) => path !== '');
}
