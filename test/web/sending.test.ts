import { describe, expect, it } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import { until } from './fake-engine.ts';
import { heard, open, searched } from './opened.ts';

describe('sending', () => {
  const FILES = ['a.dcm', 'b.dcm', 'notes.txt'].map((path) => ({ path, file: new Blob([path]) }));

  it('says for each file what became of it', async () => {
    const session = await open({
      send: async (_, { step }) => {
        const base = { sopInstanceUID: '1.2', status: 0, bytes: 5 };
        const failure = { code: 'FILE_INVALID', message: 'it is not a DICOM file', details: {} } as const;
        step({ ...base, index: 2, outcome: 'skipped', status: undefined, bytes: 0, failure });
        step({ ...base, index: 0, outcome: 'stored' });
        step({ ...base, index: 1, outcome: 'failed', status: 0xa700, comment: 'disk 2', bytes: 0 });
        return { stored: 1, warnings: 0, failed: 1, skipped: 1, bytes: 5 };
      },
    });
    session.station!.sending.add(FILES);
    expect(session.station!.sending.summary).toBe('3 files · 19 B');
    session.station!.sending.send();
    expect(session.station!.sending.files.map(({ state }) => state)).toEqual([
      'sending',
      'sending',
      'sending',
    ]);
    expect(await heard(session)).toMatch(/^1 file stored by WEBDIMSE \(5 B\), 1 failed, 1 file left out/);
    expect(session.station!.sending.files.map(({ state, sentence }) => `${state}: ${sentence}`)).toEqual([
      'stored: ',
      'failed: WEBDIMSE is out of room or memory. Ask its administrator, then send again. It says: “disk 2”.',
      'skipped: It is not a DICOM file.',
    ]);
    expect(session.station!.sending.ready).toBe(true); // the failed one may be sent again
  });

  it('says at every file why nothing was sent', async () => {
    const session = await open({
      send: () => Promise.reject(new DicomError('CONNECT_FAILED', 'no', { reason: 'ECONNREFUSED' })),
    });
    session.station!.sending.add(FILES);
    session.station!.sending.send();
    await heard(session);
    for (const { state, sentence } of session.station!.sending.files) {
      expect(state).toBe('failed');
      expect(sentence).toMatch(/nothing listens at 127\.0\.0\.1:11112/);
    }
  });

  it('says what ended the association before every file had its turn', async () => {
    const session = await open({
      send: async (_, { step }) => {
        step({ index: 0, outcome: 'stored', sopInstanceUID: '1.2', status: 0, bytes: 5 });
        const failure = { code: 'CONNECTION_LOST', message: 'reset', details: {} } as const;
        return { stored: 1, warnings: 0, failed: 0, skipped: 0, bytes: 5, failure };
      },
    });
    session.station!.sending.add(FILES);
    session.station!.sending.send();
    expect(await heard(session)).toMatch(/2 failed/);
    expect(session.station!.sending.files[2]!.sentence).toMatch(/^The connection to WEBDIMSE broke/);
  });

  it('lists what cannot be read, and does not send it', async () => {
    const session = await open({});
    session.station!.sending.add([{ path: 'locked.dcm', problem: 'Permission denied' }]);
    expect(session.station!.sending.files[0]).toMatchObject({
      path: 'locked.dcm',
      state: 'skipped',
      sentence: 'It cannot be read: Permission denied',
    });
    expect(session.station!.sending.ready).toBe(false);
  });

  it('that is cancelled leaves the rest to be sent later', async () => {
    const session = await open({ send: () => new Promise(() => {}) });
    session.station!.sending.add(FILES);
    session.station!.sending.send();
    await until(() => session.jobs.active[0]?.state === 'running');
    session.jobs.cancel(session.jobs.active[0]!);
    expect(session.station!.sending.files.map(({ state }) => state)).toEqual(['chosen', 'chosen', 'chosen']);
  });

  it('that is cancelled while it waits leaves all to be sent later', async () => {
    const session = await open({ get: () => new Promise(() => {}) });
    session.retrieve(await searched(session));
    session.station!.sending.add(FILES);
    session.station!.sending.send();
    session.jobs.cancel(session.jobs.active[1]!);
    expect(session.station!.sending.files.map(({ state }) => state)).toEqual(['chosen', 'chosen', 'chosen']);
  });
});
