import { describe, expect, it } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import { UID } from '../../core/dict/index.ts';
import type { Services } from '../../web/engine/host.ts';
import type { FileKind, InspectStep } from '../../web/engine/protocol.ts';
import type { Station } from '../../web/state/station.svelte.ts';
import { until } from './fake-engine.ts';
import { heard, open } from './opened.ts';

const CT: FileKind = { sopClassUID: UID.CTImageStorage, transferSyntaxUID: UID.ExplicitVRLittleEndian };
const JPEG: FileKind = { ...CT, transferSyntaxUID: UID.JPEGBaseline8Bit };
const DEFLATED: FileKind = { ...CT, transferSyntaxUID: UID.DeflatedExplicitVRLittleEndian };
const instance = (index: number, kind = CT): InspectStep => ({
  is: 'instance',
  index,
  ...kind,
  otherwise: kind === CT ? [UID.ImplicitVRLittleEndian] : [],
  warnings: [],
});
const asIs = (kind: FileKind) => ({ ...kind, sentAs: kind.transferSyntaxUID });
const named = (...paths: string[]) => paths.map((path) => ({ path, file: new Blob([path]) }));

/** A session with files that the engine has looked into. */
async function looked(
  paths: readonly string[],
  steps: readonly InspectStep[],
  services: Partial<Services> = {},
) {
  let first = true;
  const session = await open({
    inspect: async (_, { step }) => {
      for (const one of first ? steps : []) step(one);
      first = false;
    },
    ...services,
  });
  session.station!.sending.add(named(...paths));
  await until(() => session.station!.sending.unseen === 0);
  return session;
}

const sentences = ({ sending }: Station): string[] =>
  sending.files.map(({ path, state, sentence }) => `${path} ${state} ${sentence}`.trim());

describe('files to send', () => {
  it('are told apart before they are sent, and counted by kind', async () => {
    const failure = { code: 'FILE_INVALID', message: 'it is not a DICOM file', details: {} } as const;
    const steps = [
      instance(0),
      instance(1, JPEG),
      instance(2),
      { is: 'nothing', index: 3, failure } as const,
    ];
    const { sending } = (await looked(['a', 'bb', 'c', 'notes.txt'], steps)).station!;
    expect(sending.plan).toMatchObject([
      { ...CT, files: 2, bytes: 2, fate: 'unasked', sentAs: UID.ImplicitVRLittleEndian },
      { ...JPEG, files: 1, bytes: 2, fate: 'unasked', sentAs: '' },
    ]);
    expect(sending.files[3]).toMatchObject({ state: 'skipped', sentence: 'It is not a DICOM file.' });
    expect(sending.ready).toBe(true);
  });

  it('come out of an archive, which is not sent itself', async () => {
    const steps: InspectStep[] = [
      {
        is: 'archive',
        index: 0,
        files: [...named('s.zip/a.dcm'), { path: 's.zip/b.dcm', problem: 'it is encrypted' }],
      },
      { is: 'unpacked', index: 0, found: 2 },
    ];
    expect(sentences((await looked(['s.zip'], steps)).station!)).toEqual([
      's.zip opened 2 files found in it.',
      's.zip/a.dcm chosen',
      's.zip/b.dcm skipped It cannot be read: it is encrypted',
    ]);
  });

  it('are named where a DICOMDIR lists them and they are missing', async () => {
    const steps: InspectStep[] = [
      { is: 'directory', index: 0, references: ['IMAGES/IM0', 'IMAGES/IM1', '../../etc/passwd'] },
      instance(1),
    ];
    const session = await looked(['disc/DICOMDIR', 'disc/images/im0'], steps);
    expect(sentences(session.station!)[0]).toBe(
      'disc/DICOMDIR opened It lists 3 files; 2 missing: IMAGES/IM1, ../../etc/passwd',
    );
    const alone = await looked(['DICOMDIR'], [{ is: 'directory', index: 0, references: ['A', 'B'] }]);
    expect(sentences(alone.station!)[0]).toMatch(/none of them is here\. Choose the folder/);
    expect(alone.station!.sending.ready).toBe(false);
  });

  it('that are taken out of the list are not looked into any more', async () => {
    let looking = false;
    let aborted = false;
    const session = await open({
      inspect: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          looking = true;
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(new DicomError('CANCELLED', 'cancelled'));
          });
        }),
    });
    session.station!.sending.add(named('a'));
    await until(() => looking);
    session.station!.sending.clear();
    await until(() => aborted);
    expect(session.station!.sending.unseen).toBe(0);
    expect(session.station!.sending.files).toEqual([]);
  });
});

describe('the plan', () => {
  it('says what the peer takes, for that peer and these kinds', async () => {
    const steps = [instance(0), instance(1, JPEG)];
    const session = await looked(['a', 'b'], steps, {
      accepts: async ({ kinds }) => kinds.slice(0, 1).map(asIs),
    });
    await session.station!.sending.ask();
    expect(session.station!.sending.plan.map(({ fate }) => fate)).toEqual(['unchanged', 'refused']);
    session.station!.sending.deidentifying.on = true; // another question
    expect(session.station!.sending.plan.map(({ fate }) => fate)).toEqual(['unasked', 'unasked']);
  });

  it('need not be asked for: files go as the peer takes them, and say which way', async () => {
    const session = await looked(['a', 'b', 'c'], [instance(0), instance(1), instance(2)], {
      send: async ({ convert }, { step }) => {
        expect(convert).toEqual([]);
        const base = { sopInstanceUID: '1.2', status: 0, bytes: 1 };
        step({ ...base, index: 0, outcome: 'stored', sentAs: UID.ImplicitVRLittleEndian });
        step({ ...base, index: 1, outcome: 'stored', sentAs: UID.ExplicitVRLittleEndian });
        step({ ...base, index: 2, outcome: 'failed', status: 0xa700, sentAs: UID.ImplicitVRLittleEndian });
        return { stored: 2, warnings: 0, failed: 1, skipped: 0, bytes: 2 };
      },
    });
    session.station!.sending.send();
    await heard(session);
    expect(sentences(session.station!)).toEqual([
      'a stored Sent as Implicit VR Little Endian.',
      'b stored',
      'c failed WEBDIMSE is out of room or memory. Ask its administrator, then send again.',
    ]);
  });

  it('is what happens: kinds go in the syntax that the peer takes', async () => {
    const converted: unknown[] = [];
    const session = await looked(['a', 'b'], [instance(0), instance(1, JPEG)], {
      accepts: async ({ kinds }) =>
        kinds.map((kind) => ({ ...kind, sentAs: kind.transferSyntaxUID.replace(/\.2\.1$/, '.2') })),
      send: async ({ convert }) => {
        converted.push(...convert!.map(({ transferSyntaxUID, sentAs }) => [transferSyntaxUID, sentAs]));
        return { stored: 2, warnings: 0, failed: 0, skipped: 0, bytes: 0 };
      },
    });
    await session.station!.sending.ask();
    expect(session.station!.sending.plan.map(({ fate }) => fate)).toEqual(['converted', 'unchanged']);
    session.station!.sending.send();
    await heard(session);
    expect(converted).toEqual([[UID.ExplicitVRLittleEndian, UID.ImplicitVRLittleEndian]]);
  });

  it('says why the peer cannot be asked', async () => {
    const session = await looked(['a'], [instance(0)], {
      accepts: () => Promise.reject(new DicomError('CONNECT_FAILED', 'no', { reason: 'ECONNREFUSED' })),
    });
    const { sending } = session.station!;
    await sending.ask();
    expect(sending.problem).toMatch(/nothing listens/);
    expect(sending.asking).toBe(false);
  });

  it('tells what becomes of deflated and big endian files that are de-identified', async () => {
    const big = { ...CT, transferSyntaxUID: UID.ExplicitVRBigEndian };
    const session = await looked(['a', 'b'], [instance(0, DEFLATED), instance(1, big)], {
      accepts: async ({ kinds }) =>
        kinds.slice(0, 1).map((kind) => ({ ...kind, sentAs: UID.ExplicitVRLittleEndian })),
    });
    session.station!.sending.deidentifying.on = true;
    await session.station!.sending.ask();
    expect(session.station!.sending.plan.map(({ fate }) => fate)).toEqual(['converted', 'unreadable']);
  });
});

describe('de-identification', () => {
  const sent: unknown[] = [];
  const send: Services['send'] = async ({ deidentify, files }, { step }) => {
    sent.push([deidentify?.batch, files.map(({ path }) => path)]);
    step({
      index: 0,
      outcome: sent.length === 1 ? 'failed' : 'stored',
      sopInstanceUID: '1',
      status: 0xa700,
      bytes: 0,
    });
    return { stored: 0, warnings: 0, failed: 1, skipped: 0, bytes: 0 };
  };

  it('is one batch for a list, retries included, and another for other options or a new list', async () => {
    const session = await looked(['a'], [instance(0)], { send });
    const { sending } = session.station!;
    sending.deidentifying.on = true;
    sending.send();
    await heard(session);
    expect(sending.failed).toBe(1);
    sending.retry();
    await until(() => sent.length === 2);
    expect(sent[0]).toEqual([expect.any(String), ['a']]);
    expect(sent[1]).toEqual(sent[0]);
    const { batch } = sending.deidentifying.wanted!;
    sending.deidentifying.set({ dates: 'shift' });
    expect(sending.deidentifying.wanted!.batch).not.toBe(batch);
    sending.deidentifying.set({ dates: 'remove' });
    sending.clear();
    expect(sending.deidentifying.wanted!.batch).not.toBe(batch);
    sending.deidentifying.on = false;
    expect(sending.deidentifying.wanted).toBeUndefined();
  });

  it('shows what changes in one file, anew when the options change', async () => {
    const asked: unknown[] = [];
    const session = await looked(['a'], [instance(0)], {
      preview: async ({ deidentify: { options } }) => {
        asked.push(options);
        if (asked.length === 3) throw new DicomError('TRANSFER_SYNTAX_UNSUPPORTED', 'not here');
        return { changes: [], warnings: [] };
      },
    });
    const { sending } = session.station!;
    const { deidentifying } = sending;
    sending.preview(sending.files[0]!.id);
    expect(deidentifying.shown).toBeUndefined(); // it is not on
    deidentifying.on = true;
    sending.preview(sending.files[0]!.id);
    await until(() => deidentifying.shown !== undefined);
    expect(deidentifying.shown!.path).toBe('a');
    deidentifying.set({ retainDevice: true });
    await until(() => asked.length === 2);
    deidentifying.set({ retainUIDs: true });
    await until(() => deidentifying.problem !== '');
    expect(deidentifying.problem).toBe('a cannot be shown: not here');
    expect(asked).toEqual([{}, { retainDevice: true }, { retainDevice: true, retainUIDs: true }]);
    deidentifying.hide();
    expect(deidentifying.problem).toBe('');
  });
});
