import { describe, expect, it } from 'vitest';
import type { SavedFile } from '../../web/engine/protocol.ts';
import type { Session } from '../../web/state/session.svelte.ts';
import { until } from './fake-engine.ts';
import { fake, open, opened } from './opened.ts';

describe('received files', () => {
  const UIDS = ['1.2.1', '1.2.2', '1.2.3'];

  async function receive(session: Session): Promise<void> {
    await put();
    await until(() => session.station?.received.count === 3);
  }

  async function put(): Promise<void> {
    for (const sopInstanceUID of UIDS) {
      const info = {
        sopClassUID: '1.2',
        sopInstanceUID,
        transferSyntaxUID: '1.2.840.10008.1.2.1',
        callingAETitle: 'P',
      };
      const sink = fake!.store.put(info);
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
    received.save();
    await until(() => saved.length === 1);
    received.toggle(study);
    expect(received.selection(study)).toBe('all');
    received.toggle(study);
    expect(received.selection(study)).toBe('none');
    received.save();
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
});
