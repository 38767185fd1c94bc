import { describe, expect, it } from 'vitest';
import { dataSet, toBase64 } from '../../core/data/index.ts';
import type { KeyValue } from '../../core/data/index.ts';
import { look, stack, valueOf } from '../../web/engine/look.ts';
import type { SavedFile } from '../../web/engine/protocol.ts';
import { Looking } from '../../web/state/looking.svelte.ts';
import type { Viewer } from '../../web/state/viewer.svelte.ts';
import { instance, keep } from '../store/instances.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngine, until } from './fake-engine.ts';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const bytes = (text: string): KeyValue => ({ vr: 'OB', InlineBinary: toBase64(latin(text)) });

/** A viewer over a real store. */
class Scene {
  readonly saved: SavedFile[] = [];
  readonly looks: string[] = [];
  readonly fake: FakeEngine = fakeEngine({
    look: async ({ sopInstanceUID }) => {
      this.looks.push(sopInstanceUID);
      return look(this.fake.store, sopInstanceUID);
    },
    stack: (keys) => stack(this.fake.store, keys),
    value: (wanted) => valueOf(this.fake.store, wanted),
    save: async ({ sopInstanceUIDs }) => ({ name: `${sopInstanceUIDs[0]!}.dcm`, blob: new Blob(['x']) }),
  });
  readonly looking: Looking = new Looking(this.fake.engine, (file) => this.saved.push(file));

  async keep(uid: string, keys: Record<string, KeyValue> = {}): Promise<void> {
    await keep(this.fake.store, instance(uid, keys));
  }

  async open(uid: string): Promise<Viewer> {
    expect(await this.looking.open({ SOPInstanceUID: uid })).toBe(true);
    const viewer = this.looking.viewer!;
    await until(() => viewer.content.kind !== 'loading');
    return viewer;
  }
}

async function scene(act: (scene: Scene) => Promise<void>): Promise<void> {
  const opened = new Scene();
  try {
    await act(opened);
  } finally {
    opened.fake.close();
  }
}
const PIXELS = { '7FE00010': bytes('xx') };
const pdf = (document: string, keys: Record<string, KeyValue> = {}) => ({
  MIMETypeOfEncapsulatedDocument: 'application/pdf',
  '00420011': bytes(document),
  ...keys,
});

describe('the viewer', () => {
  it('goes through the frames of a series, and keeps its place when more come', () =>
    scene(async (on) => {
      await on.keep('1.2.1', { ...PIXELS, InstanceNumber: 1, NumberOfFrames: 2 });
      await on.keep('1.2.3', { ...PIXELS, InstanceNumber: 3 });
      const viewer = await on.open('1.2.3');
      expect([viewer.content.kind, viewer.count, viewer.position]).toEqual(['image', 3, 2]);
      viewer.go(1);
      expect(viewer.place).toEqual({ item: { sopInstanceUID: '1.2.1', frames: 2 }, frame: 1 });
      viewer.go(-5);
      expect(viewer.position).toBe(0);
      viewer.go(99);
      await on.keep('1.2.2', { ...PIXELS, InstanceNumber: 2 });
      await until(() => viewer.count === 4);
      expect([viewer.position, viewer.place?.item.sopInstanceUID]).toEqual([3, '1.2.3']);
      await on.fake.store.delete('1.2.1');
      await until(() => viewer.count === 2);
      expect(viewer.place?.item.sopInstanceUID).toBe('1.2.3');
    }));

  it('looks at what is at hand in the end, not at all that was passed over', () =>
    scene(async (on) => {
      for (let i = 1; i <= 50; i++) await on.keep(`1.2.${i}`, { ...PIXELS, InstanceNumber: i });
      const viewer = await on.open('1.2.1');
      for (let i = 0; i < 50; i++) viewer.go(i);
      await until(() => viewer.looked?.info.sopInstanceUID === '1.2.50');
      expect(on.looks.length).toBeLessThan(5);
    }));

  it('says so when what it shows is gone', () =>
    scene(async (on) => {
      await on.keep('1.2.1', PIXELS);
      const viewer = await on.open('1.2.1');
      await on.fake.store.delete('1.2.1');
      await until(() => viewer.content.kind === 'message');
      expect(await on.looking.open({ SOPInstanceUID: '1.2.1' })).toBe(false);
    }));

  it('shows what begins as a PDF under a type of ours, and no more of what only claims to be one', () =>
    scene(async (on) => {
      await on.keep('1.2.1', pdf('%PDF-1.4 xy', { EncapsulatedDocumentLength: 11 }));
      await on.keep('1.2.2', pdf('<html><script>alert(1)</script>'));
      await on.keep('1.2.4', pdf('<svg onload="alert(1)">', { MIMETypeOfEncapsulatedDocument: 'text/html' }));
      const { content } = await on.open('1.2.1');
      if (content.kind !== 'pdf') throw new Error(content.kind);
      expect([content.file.name, content.file.blob.type]).toEqual(['1.2.1.pdf', 'application/pdf']);
      expect(await content.file.blob.text()).toBe('%PDF-1.4 xy');
      for (const [uid, name] of [
        ['1.2.2', '1.2.2.pdf'],
        ['1.2.4', '1.2.4.bin'],
      ] as const) {
        const viewer = await on.open(uid);
        expect(viewer.content).toMatchObject({ kind: 'document', file: { name } });
        viewer.saveDocument();
        expect(on.saved.at(-1)).toMatchObject({ name, blob: { type: 'application/octet-stream' } });
      }
    }));

  it('shows reports, waveforms, and says what it cannot show', () =>
    scene(async (on) => {
      await on.keep('1.2.1', {
        ValueType: 'CONTAINER',
        ContentSequence: [dataSet({ ValueType: 'TEXT', TextValue: 'fine' })],
      });
      const group = (interpretation: string) =>
        dataSet({
          WaveformSampleInterpretation: interpretation,
          NumberOfWaveformSamples: 2,
          NumberOfWaveformChannels: 1,
          SamplingFrequency: '100',
          ChannelDefinitionSequence: [dataSet({ ChannelLabel: 'I' })],
          '54001010': { vr: 'OW', InlineBinary: toBase64(Uint8Array.of(1, 0, 0xff, 0xff)) },
        });
      await on.keep('1.2.2', { WaveformSequence: [group('SS'), group('UB')] });
      await on.keep('1.2.4', { WaveformSequence: [group('MB')] });
      await on.keep('1.2.5');
      expect((await on.open('1.2.1')).content).toMatchObject({ report: { lines: [{ value: 'fine' }] } });
      const viewer = await on.open('1.2.2');
      const values = (): unknown =>
        viewer.content.kind === 'waveform' && [...viewer.content.traces[0]!.values];
      expect(values()).toEqual([1, -1]);
      await viewer.chooseGroup(1);
      expect(values()).toEqual([1, 0]);
      for (const [uid, sentence] of [
        ['1.2.4', /^This waveform contradicts/],
        ['1.2.5', /^There is nothing to draw in this instance \(CT Image Storage\)/],
      ] as const) {
        expect((await on.open(uid)).content).toMatchObject({ sentence: expect.stringMatching(sentence) });
      }
    }));

  it('saves the instance at hand', () =>
    scene(async (on) => {
      await on.keep('1.2.1', PIXELS);
      await (await on.open('1.2.1')).save();
      expect(on.saved[0]?.name).toBe('1.2.1.dcm');
    }));
});

describe('what is looked at', () => {
  it('is shown as soon as the first of it has come', () =>
    scene(async (on) => {
      on.looking.expect({ StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.1' });
      await on.keep('1.2.8', { StudyInstanceUID: '1.2.4' });
      await on.keep('1.2.9', PIXELS);
      await until(() => on.looking.viewer !== undefined);
      expect(on.looking.whole).toBe(false);
      expect(on.looking.viewer!.place?.item.sopInstanceUID).toBe('1.2.9');
      expect([on.looking.holds('SERIES', 1), on.looking.holds('SERIES', 2)]).toEqual([true, false]);
      on.looking.close();
      expect(on.looking.viewer).toBeUndefined();
    }));

  it('can be another series of the study', () =>
    scene(async (on) => {
      await on.keep('1.2.1', { ...PIXELS, SeriesNumber: 1 });
      await on.keep('1.2.2', { ...PIXELS, SeriesNumber: 2, SeriesInstanceUID: '1.2.3.2' });
      const viewer = await on.open('1.2.1');
      expect(viewer.series.map(({ number }) => number)).toEqual(['1', '2']);
      await viewer.chooseSeries('1.2.3.2');
      expect(viewer.place?.item.sopInstanceUID).toBe('1.2.2');
    }));
});
