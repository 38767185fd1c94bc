import { describe, expect, it } from 'vitest';
import type { SavedFile } from '../../web/engine/protocol.ts';
import { Received } from '../../web/state/received.svelte.ts';
import type { Session } from '../../web/state/session.svelte.ts';
import { until } from './fake-engine.ts';
import { instance, keep } from '../store/instances.ts';
import { fake, heard, open, opened } from './opened.ts';

const INFO = { sopClassUID: '1.2', transferSyntaxUID: '1.2.840.10008.1.2.1', callingAETitle: 'P' };

describe('received files', () => {
  const UIDS = ['1.2.1', '1.2.2', '1.2.3'];

  async function receive(session: Session): Promise<void> {
    await put();
    await until(() => session.station?.received.count === 3);
  }

  async function put(): Promise<void> {
    for (const sopInstanceUID of UIDS) {
      const sink = fake!.store.put({ ...INFO, sopInstanceUID });
      sink.write(new Uint8Array(10));
      await sink.commit();
    }
  }

  it('are counted, whether or not what lists them is loaded when they come', async () => {
    const session = opened({});
    expect(session.station).toBeUndefined();
    await receive(session);
  });

  it('are grouped by study, chosen singly or by study, and saved', async () => {
    const saved: SavedFile[] = [];
    const asked: (readonly string[])[] = [];
    const session = await open(
      {
        save: async ({ sopInstanceUIDs }) => {
          asked.push(sopInstanceUIDs);
          return { name: 'x.zip', blob: new Blob(['zip']) };
        },
      },
      saved,
    );
    await receive(session);
    const { received } = session.station!;
    expect(received.summary).toBe('3 files · 30 B');
    expect(received.rows).toHaveLength(1);
    received.toggleOpen(received.rows[0]!.id);
    const [study, first] = received.rows as [(typeof received.rows)[0], (typeof received.rows)[0]];
    received.toggle(first);
    expect([received.selection(study), received.selection(first)]).toEqual(['some', 'all']);
    void received.save();
    await until(() => saved.length === 1);
    received.toggle(study);
    expect(received.selection(study)).toBe('all');
    received.toggle(study);
    expect(received.selection(study)).toBe('none');
    void received.save();
    await until(() => saved.length === 2);
    expect(asked).toEqual([['1.2.1'], UIDS]);
  });

  it('that are removed are gone from the list and the choice', async () => {
    const session = await open({
      remove: async ({ sopInstanceUIDs }) => {
        for (const uid of sopInstanceUIDs) await fake!.store.delete(uid);
      },
    });
    await receive(session);
    const { received } = session.station!;
    received.toggleOpen(received.rows[0]!.id);
    received.toggle(received.rows[1]!);
    received.remove();
    await until(() => received.count === 2);
    expect(received.selectedCount).toBe(0);
  });

  it('that are much are written where the person says, and asked for once', async () => {
    const written: unknown[] = [];
    const session = await open({
      saveTo: async ({ sopInstanceUIDs, file }) => {
        written.push(sopInstanceUIDs.length, file);
        return { done: 2, bytes: 7 };
      },
    });
    const picked: string[] = [];
    const pickers = {
      file: async (name: string) => {
        picked.push(name);
        if (picked.length === 1) throw new DOMException('none was chosen', 'AbortError');
        return { name: 'mine.zip' } as FileSystemFileHandle;
      },
    };
    const received = new Received(fake!.engine, session.jobs, () => {}, pickers);
    for (const [uid, bytes] of [
      ['1.2.1', 40 << 20],
      ['1.2.2', 30 << 20],
    ] as const) {
      const sink = fake!.store.put({ ...INFO, sopInstanceUID: uid });
      sink.write(new Uint8Array(bytes));
      await sink.commit();
    }
    await until(() => received.count === 2);
    await received.save();
    expect(session.jobs.all).toEqual([]);
    const sentence = heard(session);
    await received.save();
    expect(await sentence).toBe('Saved 2 files (7 B) as mine.zip.');
    expect(picked).toEqual(['webdimse.zip', 'webdimse.zip']);
    expect(written[0]).toBe(2);
  });

  it('are found by what names them, in order, and put on the plan once', async () => {
    const session = await open({ inspect: async () => {} });
    for (const [uid, series] of [
      ['1.2.9', '2'],
      ['1.2.8', '1'],
    ] as const) {
      const one = instance(uid, { SeriesInstanceUID: `1.2.3.${series}`, SeriesNumber: series });
      await keep(fake!.store, one);
    }
    await until(() => session.station?.received.count === 2);
    const { received, sending } = session.station!;
    const uids = received.below({ StudyInstanceUID: '1.2.3' }).map((file) => file.sopInstanceUID);
    expect(uids).toEqual(['1.2.8', '1.2.9']);
    session.sendKept(received.below({ SeriesInstanceUID: '1.2.3.2' }));
    session.sendKept(received.filesOf());
    expect(session.view).toBe('send');
    expect(sending.files.map(({ path }) => path)).toEqual([
      'Doe, Jane / Series 2 · Image',
      'Doe, Jane / Series 1 · Image',
    ]);
    const sentence = heard(session);
    expect(received.below({ StudyInstanceUID: '9' })).toEqual([]);
    expect(await sentence).toMatch(/^This is not kept here any more\./);
  });
});
