import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import type { ScratchFile } from '../../web/engine/page-store.ts';
import { saved, saveTo } from '../../web/engine/saving.ts';
import type { ExportStep } from '../../web/engine/protocol.ts';
import { instance, keep, largeInstance } from '../store/instances.ts';
import type { TestInstance } from '../store/instances.ts';
import { unzip } from '../support/zip.ts';

const NEVER = new AbortController().signal;

/** A store with room for what is handed over, where `scratch` is given. */
async function storeOf(instances: readonly TestInstance[], scratch?: () => ScratchFile) {
  const store = new MemoryStore();
  for (const one of instances) await keep(store, one);
  return {
    open: (uid: string) => store.open(uid),
    scratch: async () => scratch?.(),
  };
}

function running(signal = NEVER) {
  const steps: ExportStep[] = [];
  return { steps, signal, step: (step: ExportStep) => void steps.push(step) };
}

const two = [instance('1.2.3'), instance('1.2.4')];
const uids = ['1.2.3', '1.2.4'];
/** Beyond what is held in memory. */
const long = ['1.2.5', '1.2.6', '1.2.7'].map((uid) => largeInstance(uid, 6 << 20));
const longUIDs = long.map(({ info }) => info.sopInstanceUID);

/** A scratch file that takes so many bytes. */
function scratchFile(room = Infinity) {
  const written: Bytes[] = [];
  const told: string[] = [];
  const file: ScratchFile = {
    write(bytes) {
      if ((room -= bytes.length) < 0) throw new Error('no room');
      written.push(bytes.slice());
    },
    end: async () => {
      told.push('ended');
      return new Blob(written);
    },
    drop: async () => void told.push('dropped'),
  };
  return { file, written, told };
}

describe('saving', () => {
  it('gives one instance as a Part 10 file', async () => {
    const { name, blob } = await saved(await storeOf(two), { sopInstanceUIDs: ['1.2.3'] }, running());
    expect([name, blob.type]).toEqual(['1.2.3.dcm', 'application/dicom']);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
    expect(info).toMatchObject({
      sopInstanceUID: '1.2.3',
      transferSyntaxUID: two[0]!.info.transferSyntaxUID,
    });
    expect(bytes.slice(dataSetOffset)).toEqual(two[0]!.dataSet);
  });

  it('gives several as one ZIP, and tells how far it is', async () => {
    const way = running();
    const { name, blob } = await saved(await storeOf(two), { sopInstanceUIDs: uids }, way);
    expect([name, blob.type]).toEqual(['webdimse.zip', 'application/zip']);
    const files = unzip(new Uint8Array(await blob.arrayBuffer()));
    expect([...files.keys()]).toEqual(['1.2.3.dcm', '1.2.4.dcm']);
    const { info } = await openPart10(bytesSource(files.get('1.2.4.dcm')!));
    expect(info.sopInstanceUID).toBe('1.2.4');
    expect(way.steps.map(({ done }) => done)).toEqual([1, 2]);
  });

  it('writes what is long to the disk as it passes, in pieces', async () => {
    const { file, written, told } = scratchFile();
    const store = await storeOf(long, () => file);
    const { blob } = await saved(store, { sopInstanceUIDs: longUIDs }, running());
    expect(told).toEqual(['ended']);
    expect(blob.type).toBe('application/zip');
    const files = unzip(concat(written));
    expect([...files.keys()]).toEqual(longUIDs.map((uid) => `${uid}.dcm`));
    const last = files.get('1.2.7.dcm')!;
    const { dataSetOffset } = await openPart10(bytesSource(last));
    expect(Buffer.compare(last.subarray(dataSetOffset), long[2]!.dataSet)).toBe(0);
    expect(Math.max(...written.map(({ length }) => length))).toBeLessThanOrEqual(1 << 20);
  });

  it('leaves nothing behind where the disk is full, and does without one', async () => {
    const { file, told } = scratchFile(17 << 20);
    const full = await storeOf(long, () => file);
    await expect(saved(full, { sopInstanceUIDs: longUIDs }, running())).rejects.toThrow('no room');
    expect(told).toEqual(['dropped']);
    const { blob } = await saved(await storeOf(long), { sopInstanceUIDs: longUIDs }, running());
    expect(unzip(new Uint8Array(await blob.arrayBuffer())).size).toBe(3);
  });

  it('fails with a reason for what is not there', async () => {
    const none = await storeOf([]);
    await expect(saved(none, { sopInstanceUIDs: ['1.2.3'] }, running())).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    await expect(saved(none, { sopInstanceUIDs: [] }, running())).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is cancelled between files', async () => {
    const cancelled = running(AbortSignal.abort());
    await expect(saved(await storeOf(two), { sopInstanceUIDs: uids }, cancelled)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('saving to a chosen file', () => {
  /** As a browser gives it, with what was done to it. */
  function chosen(fails = false) {
    const written: Uint8Array[] = [];
    const told: string[] = [];
    const writable = {
      write: async (bytes: Uint8Array) => {
        if (fails) throw new DOMException('the disk is gone', 'NotReadableError');
        written.push(bytes.slice());
      },
      close: async () => void told.push('closed'),
      abort: async () => void told.push('aborted'),
    };
    const file = { createWritable: async () => writable } as unknown as FileSystemFileHandle;
    return { file, written, told };
  }
  const memory = async () => {
    const store = new MemoryStore();
    for (const one of two) await keep(store, one);
    return store;
  };

  it('writes the same, and closes it at the end', async () => {
    const { file, written, told } = chosen();
    const end = await saveTo(await memory(), { sopInstanceUIDs: uids, file }, running());
    expect(end).toEqual({ done: 2, bytes: two[0]!.dataSet.length + two[1]!.dataSet.length });
    expect([...unzip(new Uint8Array(Buffer.concat(written))).keys()]).toEqual(['1.2.3.dcm', '1.2.4.dcm']);
    expect(told).toEqual(['closed']);
  });

  it('leaves what was there where it fails or is cancelled', async () => {
    const broken = chosen(true);
    const args = { sopInstanceUIDs: uids, file: broken.file };
    await expect(saveTo(await memory(), args, running())).rejects.toThrow('the disk is gone');
    expect(broken.told).toEqual(['aborted']);
    const { file, told } = chosen();
    const cancelled = running(AbortSignal.abort());
    await expect(saveTo(await memory(), { sopInstanceUIDs: uids, file }, cancelled)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(told).toEqual(['aborted']);
  });
});
