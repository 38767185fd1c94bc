import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { text } from '../../core/data/index.ts';
import { findHere } from '../../web/engine/finding.ts';
import { Here } from '../../web/engine/here.ts';
import type { Keys } from '../../web/engine/protocol.ts';
import { instance, keep } from '../store/instances.ts';

describe('the archive of the page, asked as a peer', () => {
  let store: MemoryStore;
  let here: Here;

  beforeEach(async () => {
    store = new MemoryStore();
    here = new Here(store);
    for (const [patient, name] of ['Doe^Jane', 'Doe^John', 'Müller^Ada'].entries()) {
      for (const series of [1, 2]) {
        await keep(
          store,
          instance(`1.2.${patient}.${series}.1`, {
            PatientID: `P${patient}`,
            PatientName: name,
            SpecificCharacterSet: 'ISO_IR 192',
            StudyDate: `2026010${patient + 1}`,
            StudyInstanceUID: `1.2.${patient}`,
            SeriesInstanceUID: `1.2.${patient}.${series}`,
            Modality: series === 1 ? 'CT' : 'SR',
          }),
        );
      }
    }
  });

  async function find(level: 'STUDY' | 'SERIES' | 'IMAGE', keys: readonly Keys[], limit = 100) {
    const { signal } = new AbortController();
    const matches: DataSet[] = [];
    const question = { model: 'STUDY', level, keys } as const;
    const result = await findHere(here, question, limit, { signal, step: (match) => matches.push(match) });
    return { ...result, matches };
  }
  const names = (matches: readonly DataSet[]): string[] => matches.map((match) => text(match, 'PatientName'));

  it('matches by wildcards, ranges and modalities, and counts what lies below', async () => {
    const all = { PatientName: '', StudyDate: '', StudyInstanceUID: '', NumberOfStudyRelatedSeries: '' };
    const { matches, limited } = await find('STUDY', [{ ...all, PatientName: 'doe*' }]);
    expect(names(matches)).toEqual(['Doe^Jane', 'Doe^John']);
    expect(text(matches[0]!, 'NumberOfStudyRelatedSeries')).toBe('2');
    expect(limited).toBe(false);
    expect(names((await find('STUDY', [{ ...all, PatientName: 'm?ller*' }])).matches)).toEqual([
      'Müller^Ada',
    ]);
    expect(names((await find('STUDY', [{ ...all, StudyDate: '20260102-' }])).matches)).toEqual([
      'Doe^John',
      'Müller^Ada',
    ]);
    const either = ['CT', 'SR'].map((modality) => ({ ...all, ModalitiesInStudy: modality }));
    expect((await find('STUDY', either)).matches).toHaveLength(3);
  });

  it('is opened level by level, and refuses a level without the keys of those above', async () => {
    const series = await find('SERIES', [{ StudyInstanceUID: '1.2.1', SeriesInstanceUID: '', Modality: '' }]);
    expect(series.matches.map((match) => text(match, 'Modality'))).toEqual(['CT', 'SR']);
    const above = { StudyInstanceUID: '1.2.1', SeriesInstanceUID: '1.2.1.2' };
    const images = await find('IMAGE', [{ ...above, SOPInstanceUID: '' }]);
    expect(images.matches.map((match) => text(match, 'SOPInstanceUID'))).toEqual(['1.2.1.2.1']);
    await expect(find('IMAGE', [{ SOPInstanceUID: '' }])).rejects.toMatchObject({ code: 'STATUS_FAILURE' });
  });

  it('tells that there is more than was asked for, and what changed since', async () => {
    expect(await find('STUDY', [{ StudyInstanceUID: '' }], 2)).toMatchObject({ limited: true });
    await store.delete('1.2.0.1.1');
    await store.delete('1.2.0.2.1');
    expect((await find('STUDY', [{ StudyInstanceUID: '' }], 2)).limited).toBe(false);
  });

  it('ends when it is cancelled', async () => {
    const question = { model: 'STUDY', level: 'STUDY', keys: [{}] } as const;
    const signal = AbortSignal.abort();
    await expect(findHere(here, question, 9, { signal, step() {} })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});
