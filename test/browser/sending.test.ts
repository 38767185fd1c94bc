import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MemoryStore, sampleInstances } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, StatusError, toLatin1 } from '../../core/bytes/index.ts';
import { readHead, text } from '../../core/data/index.ts';
import { STATUS } from '../../core/dict/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { instanceBytes } from '../service/world.ts';
import { describeWith, program } from '../support/needs.ts';
import { zip } from '../support/zip.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const FILES = 250;
const PIXELS = '7FE00000';

describeWith(['chromium', 'dcmtk'], 'sending from the page', () => {
  let stage: Stage;
  let folder: string;
  /** What PICKY keeps; it refuses each instance whose UID ends with .13 at the first attempt. */
  const picky = new MemoryStore();
  const refused = new Set<string>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'webdimse-sending-'));
    disc(join(folder, 'disc'));
    stage = await openStage({
      PICKY: {
        store: (info) => {
          if (!info.sopInstanceUID.endsWith('.13') || refused.has(info.sopInstanceUID))
            return picky.put(info);
          refused.add(info.sopInstanceUID);
          throw new StatusError(STATUS.outOfResources, 'no room');
        },
      },
    });
  }, 60_000);
  afterEach(() => stage.visitsEnd());
  afterAll(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes a disc of 250 files by one drag, plans, sends, and repeats only what failed', async () => {
    const person = new Hand(await stage.visit());
    const { page } = person;
    await person.pick('PICKY');
    await drop(person, join(folder, 'disc'));
    await page.getByText(`${FILES + 2} files ·`).waitFor();
    await person
      .row('Files to send', 'DICOMDIR')
      .getByText('It lists 2 files; 1 missing: LOST/IM1')
      .waitFor();
    const plan = page.getByRole('region', { name: 'What will be sent' });
    const row = plan.getByRole('row', { name: 'CT Image Storage' });
    await row.getByText(String(FILES)).waitFor();
    await person.press('Ask PICKY what it takes');
    await row.getByText('Sent as it is').waitFor();
    await person.press('Send');
    const stored = page.getByRole('log').getByText(`${FILES - 1} files stored by PICKY`);
    await stored.waitFor({ timeout: 30_000 }); // on a machine that has other things to do
    await person.press('Retry 1 failed');
    await person.hears('1 file stored by PICKY');
    await expect.poll(async () => await page.getByRole('button', { name: /^Retry/ }).count()).toBe(0);
    expect((await entriesOf(picky)).length).toBe(FILES);
  }, 60_000);

  it('de-identifies what came in a ZIP archive, after showing what changes, and leaves the pixels alone', async () => {
    const [sample] = sampleInstances();
    const { info, dataSet } = sample!;
    const archive = join(folder, 'study.zip');
    const file = concat([fileMetaInformation(info), dataSet]);
    writeFileSync(
      archive,
      zip([
        { name: 'a/one.dcm', data: file },
        { name: 'readme.txt', data: Buffer.from('not DICOM') },
      ]),
    );
    const before = readHead(dataSet, info.transferSyntaxUID, { until: PIXELS });
    const name = text(before.dataSet, 'PatientName');

    const person = new Hand(await stage.visit());
    const { page } = person;
    await person.pick('ARCHIVE2');
    await drop(person, archive);
    await person.row('Files to send', 'study.zip/readme.txt').getByText('Left out').waitFor();
    await page.getByLabel('De-identify', { exact: true }).check();
    await person.row('Files to send', 'study.zip/a/one.dcm').click();
    const changes = page.getByRole('region', { name: 'What changes' });
    await changes
      .getByRole('row', { name: /^Patient's Name|^Patient Name/ })
      .getByText(name)
      .waitFor();
    await person.press('Send');
    await person.hears('1 file stored by ARCHIVE2');

    const [kept] = await entriesOf(stage.archive2);
    const sent = await bytesOf(stage.archive2, kept!);
    const after = readHead(sent, info.transferSyntaxUID, { until: PIXELS });
    expect(kept).not.toBe(info.sopInstanceUID);
    expect(text(after.dataSet, 'PatientIdentityRemoved')).toBe('YES');
    expect(text(after.dataSet, 'PatientName')).toMatch(/^ANON-/);
    expect(toLatin1(sent.subarray(0, after.end))).not.toContain(name);
    expect(sent.subarray(after.end)).toEqual(dataSet.subarray(before.end));
  }, 30_000);
});

/** 250 instances in nested folders, a text, and a DICOMDIR that lists one of them and one that is lost. */
function disc(root: string): void {
  for (let i = 1; i <= FILES; i++) {
    const path = join(root, `DIR${i % 7}`, `SUB${i % 3}`, `IM${i}`);
    mkdirSync(dirname(path), { recursive: true });
    const sopInstanceUID = `2.25.1.1.${i}`;
    const meta = { sopClassUID: CT, sopInstanceUID, transferSyntaxUID: EXPLICIT, callingAETitle: '' };
    writeFileSync(path, concat([fileMetaInformation(meta), instanceBytes(1, 1, i)]));
  }
  writeFileSync(join(root, 'README.TXT'), 'not DICOM');
  mkdirSync(join(root, 'LOST'));
  const [sample] = sampleInstances();
  writeFileSync(join(root, 'LOST', 'IM1'), concat([fileMetaInformation(sample!.info), sample!.dataSet]));
  const listed = [join('DIR1', 'SUB1', 'IM1'), join('LOST', 'IM1')];
  spawnSync(program('dcmmkdir')!, ['-W', '-Nxc', '-Nec', '+I', ...listed], { cwd: root });
  rmSync(join(root, 'LOST'), { recursive: true });
}

/** A real drop from outside the browser: only that brings folders. */
async function drop(person: Hand, path: string): Promise<void> {
  const devtools = await person.page.context().newCDPSession(person.page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 400, data });
  }
}

async function entriesOf(store: MemoryStore): Promise<string[]> {
  const uids: string[] = [];
  for await (const { sopInstanceUID } of store.entries()) uids.push(sopInstanceUID);
  return uids;
}

async function bytesOf(store: MemoryStore, sopInstanceUID: string): Promise<Bytes> {
  const { dataSet } = await store.open(sopInstanceUID);
  return new Uint8Array(await new Response(dataSet).arrayBuffer());
}
