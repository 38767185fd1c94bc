import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { dataSet, readDataSet, writeDataSet } from '../../core/data/index.ts';
import { Deidentifier } from '../../core/deidentify/index.ts';
import { UID } from '../../core/dict/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import type { Association } from '../../core/service/index.ts';
import { sendItems } from '../../web/engine/files.ts';
import { acceptedKinds, inspectFiles, previewFile } from '../../web/engine/inspect.ts';
import type { Found, InspectStep, SendStep } from '../../web/engine/protocol.ts';
import { instance as stored, keep } from '../store/instances.ts';
import { collected, world } from '../service/world.ts';
import { zip } from '../support/zip.ts';
import type { ZipFile } from '../support/zip.ts';

const EXPLICIT = UID.ExplicitVRLittleEndian;
const NEVER = new AbortController().signal;

function instance(uid: string, more: Parameters<typeof dataSet>[0] = {}, syntax: string = EXPLICIT): Bytes {
  const sopClassUID = UID.CTImageStorage;
  const keys = {
    SOPClassUID: sopClassUID,
    SOPInstanceUID: uid,
    PatientName: 'Doe^Jane',
    PatientID: '4711',
    ...more,
  };
  const meta = { sopClassUID, sopInstanceUID: uid, transferSyntaxUID: syntax, callingAETitle: '' };
  return concat([fileMetaInformation(meta), writeDataSet(dataSet(keys), EXPLICIT)]);
}

async function inspected(
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  signal = NEVER,
): Promise<InspectStep[]> {
  const steps: InspectStep[] = [];
  const given = Object.entries(files).map(([path, bytes]) => ({ path, file: new Blob([bytes]) }));
  await inspectFiles(new MemoryStore(), given, { signal, step: (step) => steps.push(step) });
  return steps;
}

const archived = async (files: readonly ZipFile[]): Promise<{ found: Found[]; end: InspectStep }> => {
  const steps = await inspected({ 'study.zip': zip(files) });
  const found = steps.flatMap((step) => (step.is === 'archive' ? step.files : []));
  return { found, end: steps.at(-1)! };
};

describe('looking at files', () => {
  it('tells instances from what is none, with what de-identification leaves', async () => {
    const steps = await inspected({
      'a.dcm': instance('1.2'),
      'b.dcm': instance('1.3', { BurnedInAnnotation: 'YES' }),
      'notes.txt': new Uint8Array(300),
      'cut.dcm': instance('1.4').subarray(0, -3),
      'overlay.dcm': instance('1.5', { '60000102': { vr: 'US', Value: [12] } }),
    });
    expect(steps).toMatchObject([
      {
        is: 'instance',
        index: 0,
        sopClassUID: UID.CTImageStorage,
        transferSyntaxUID: EXPLICIT,
        warnings: [],
      },
      { is: 'instance', index: 1, warnings: ['burned in'] },
      { is: 'nothing', index: 2, failure: { code: 'FILE_INVALID', details: { diagnosis: 'not-dicom' } } },
      {
        is: 'nothing',
        index: 3,
        failure: { code: 'FILE_INVALID', details: { missing: expect.any(Number) as number } },
      },
      { is: 'instance', index: 4, warnings: ['overlay in pixels'] },
    ]);
  });

  it('stops when it is cancelled', async () => {
    await expect(inspected({ 'a.dcm': instance('1.2') }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('says that a DICOMDIR is none', async () => {
    expect(await inspected({ 'disc/DICOMDIR': instance('1.2') })).toMatchObject([
      { is: 'nothing', failure: { code: 'FILE_INVALID' } },
    ]);
  });
});

describe('a ZIP archive', () => {
  it('gives its files, in folders, with harmless names', async () => {
    const data = instance('1.2');
    const names = [
      'one.dcm',
      'deep/er/two.dcm',
      '../../etc/passwd',
      '/abs.dcm',
      'c:\\temp\\x\u0007.dcm',
      '..',
    ];
    const { found, end } = await archived([
      ...names.map((name) => ({ name, data })),
      { name: 'folder/', data: new Uint8Array(0) },
    ]);
    expect(found.map(({ path }) => path)).toEqual([
      'study.zip/one.dcm',
      'study.zip/deep/er/two.dcm',
      'study.zip/etc/passwd',
      'study.zip/abs.dcm',
      'study.zip/c_/temp/x_.dcm',
      'study.zip/_',
    ]);
    expect(end).toEqual({ is: 'unpacked', index: 0, found: 6 });
    const [first] = found;
    expect(new Uint8Array(await (first as { file: Blob }).file.arrayBuffer())).toEqual(data);
  });

  it('in another is not opened: it might hold itself', async () => {
    const inner = zip([{ name: 'a.dcm', data: instance('1.2') }]);
    const { found, end } = await archived([
      { name: 'inner.zip', data: inner },
      { name: 'b.dcm', data: instance('1.3') },
    ]);
    expect(found).toMatchObject([
      { path: 'study.zip/inner.zip', problem: expect.stringContaining('unpack it first') as string },
      { path: 'study.zip/b.dcm', file: expect.any(Blob) as Blob },
    ]);
    expect(end).toMatchObject({ is: 'unpacked', found: 2 });
  });

  const ZEROS = new Uint8Array(80 << 20);

  it('that holds very much is refused by what it says of itself', async () => {
    const { found, end } = await archived([
      { name: 'a.dcm', data: instance('1.2') },
      { name: 'bomb.dcm', data: ZEROS },
    ]);
    expect(found.map(({ path }) => path)).toEqual(['study.zip/a.dcm']);
    expect(end).toMatchObject({
      is: 'nothing',
      failure: { code: 'LIMIT_EXCEEDED', details: { what: 'bytes', limit: 64 << 20 } },
    });
  });

  it('that lies about what it holds is stopped, and gives nothing of it', async () => {
    const { found, end } = await archived([{ name: 'bomb.dcm', data: ZEROS, claims: 1000 }]);
    expect(found.filter((one) => 'file' in one)).toEqual([]);
    expect(JSON.stringify([found, end])).toMatch(/problem|LIMIT_EXCEEDED/);
  });

  it('that is broken is named, file by file where it can be', async () => {
    const whole = zip([
      { name: 'a.dcm', data: instance('1.2') },
      { name: 'b.dcm', data: instance('1.3') },
    ]);
    const flipped = whole.slice();
    flipped[60]! ^= 0xff;
    const steps = await inspected({ 'a.zip': flipped, 'b.zip': whole.subarray(0, 100) });
    const files = steps.flatMap((step) => (step.is === 'archive' ? step.files : []));
    expect(files.map((file) => 'problem' in file)).toEqual([true, false]);
    expect(steps.at(-1)).toMatchObject({ is: 'nothing', index: 1, failure: { code: 'FILE_INVALID' } });
  });
});

describe('instances of the archive', () => {
  it('are told, previewed and de-identified as files are', async () => {
    const store = new MemoryStore();
    const us = stored('1.2', { BurnedInAnnotation: 'YES', StudyDate: '20240102' });
    await keep(store, us);
    const kept = { path: 'Doe, Jane', sopInstanceUID: '1.2', bytes: us.dataSet.length };
    const steps: InspectStep[] = [];
    await inspectFiles(store, [kept, { ...kept, sopInstanceUID: '9' }], {
      signal: NEVER,
      step: (step) => steps.push(step),
    });
    expect(steps).toMatchObject([
      { is: 'instance', index: 0, sopClassUID: UID.CTImageStorage, warnings: ['burned in'] },
      { is: 'nothing', index: 1, failure: { code: 'STORE_FAILED' } },
    ]);
    const deidentifier = new Deidentifier();
    const { changes } = await previewFile(store, kept, deidentifier);
    expect(changes.find(({ path }) => path === '00080020')).toMatchObject({ before: '20240102' });
    const [item] = await sendItems(store, [kept], () => {}, NEVER, { deidentifier });
    const sent = concat(await collected((await item!.open()) as AsyncIterable<Bytes>));
    expect(Buffer.from(sent).toString('latin1')).not.toContain('Doe');
  });
});

describe('converting', () => {
  it('sends what a peer takes in Implicit VR alone, with the pixels as they were', async () => {
    const pixels = { vr: 'OW', InlineBinary: 'AQIDBAUGBwg=' };
    const file = new Blob([instance('1.2', { Rows: 2, '7FE00010': pixels })]);
    const kind = { sopClassUID: UID.CTImageStorage, transferSyntaxUID: EXPLICIT };
    const convert = [{ ...kind, sentAs: UID.ImplicitVRLittleEndian }];
    const [item] = await sendItems(new MemoryStore(), [{ path: 'a', file }], () => {}, NEVER, { convert });
    expect(item).toMatchObject({ sopInstanceUID: '1.2', transferSyntaxUID: UID.ImplicitVRLittleEndian });
    const sent = concat(await collected((await item!.open()) as AsyncIterable<Bytes>));
    const keys = {
      SOPClassUID: UID.CTImageStorage,
      SOPInstanceUID: '1.2',
      PatientName: 'Doe^Jane',
      PatientID: '4711',
      Rows: 2,
    };
    expect(readDataSet(sent, UID.ImplicitVRLittleEndian)).toEqual(dataSet({ ...keys, '7FE00010': pixels }));
  });
});

describe('de-identifying', () => {
  it('shows what changes in a file, by name', async () => {
    const file = new Blob([instance('1.2', { StudyDate: '20240102', Modality: 'US' })]);
    const preview = await previewFile(new MemoryStore(), { path: 'a', file }, new Deidentifier());
    expect(preview.changes.find(({ path }) => path === '00080020')).toMatchObject({
      name: 'Study Date',
      before: '20240102',
      kind: 'emptied',
    });
    expect(preview.warnings).toEqual(['often burned in']);
  });

  it('sends under new UIDs, and says of each file that cannot be', async () => {
    const batch = new Deidentifier();
    const skipped: SendStep[] = [];
    const files = [instance('1.2'), instance('1.3', {}, '1.2.3'), new Uint8Array(200)].map((bytes, i) => ({
      path: `${i}.dcm`,
      file: new Blob([bytes]),
    }));
    const items = await sendItems(new MemoryStore(), files, (step) => skipped.push(step), NEVER, {
      deidentifier: batch,
    });
    expect(items.map(({ sopInstanceUID }) => sopInstanceUID)).toEqual([batch.sopInstanceUID('1.2')]);
    expect(skipped).toMatchObject([
      { index: 1, outcome: 'failed', failure: { code: 'TRANSFER_SYNTAX_UNSUPPORTED' } },
      { index: 2, outcome: 'skipped' },
    ]);
    const sent = concat(await collected((await items[0]!.open()) as AsyncIterable<Bytes>));
    expect(Buffer.from(sent).toString('latin1')).not.toContain('Doe');
  });

  it('asks the peer for what files become, not for what they are', async () => {
    const open = await world('whole');
    const kind = (transferSyntaxUID: string) => ({ sopClassUID: UID.CTImageStorage, transferSyntaxUID });
    const kinds = [
      kind(UID.DeflatedExplicitVRLittleEndian),
      kind(UID.ExplicitVRBigEndian),
      kind(UID.JPEG2000),
    ];
    const proposed: string[] = [];
    const peer = {
      ...open.pacs,
      opened: ({ contexts }: Association) =>
        void proposed.push(...[...contexts.values()].map(({ transferSyntax }) => transferSyntax)),
    };
    const taken = [
      { ...kinds[0]!, sentAs: EXPLICIT },
      { ...kinds[2]!, sentAs: UID.JPEG2000 },
    ];
    expect(await acceptedKinds(peer, kinds, true, NEVER)).toEqual(taken);
    expect(proposed).toEqual([EXPLICIT, UID.ImplicitVRLittleEndian, UID.JPEG2000]);
    const asTheyAre = kinds.map((kind) => ({ ...kind, sentAs: kind.transferSyntaxUID }));
    expect(await acceptedKinds(peer, kinds, false, NEVER)).toEqual(asTheyAre);
    await open.close();
  });
});
