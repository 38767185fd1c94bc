/** Modality Worklist (PS3.4 K) between our own two sides. */
import { afterEach, describe, expect, it } from 'vitest';
import { dataSet, items, text } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { attribute } from '../../core/dict/index.ts';
import { worklist } from '../../core/peer/index.ts';
import { WORKLIST_KEYS, worklistKeys } from '../../core/service/index.ts';
import { SPLITS } from '../support/splits.ts';
import { collected, world } from './world.ts';
import type { World } from './world.ts';

const STEP = 'ScheduledProcedureStepSequence';

let open: World;
afterEach(() => open.close());

describe.each(SPLITS)('bytes delivered %s', (how) => {
  it('carries nested keys there, and nested entries back', async () => {
    open = await world(how);
    let asked: DataSet = {};
    open.serve(1, {
      async *worklist(keys) {
        asked = keys;
        yield dataSet({
          PatientName: 'Yamada^Tarou=山田^太郎',
          [`${STEP}[0].Modality`]: 'CT',
          StudyInstanceUID: '2.25.1',
        });
        yield dataSet({ PatientName: 'Doe^Jane', [`${STEP}[0].Modality`]: 'CT', StudyInstanceUID: '2.25.2' });
      },
    });
    const peer = { ...open.pacs, target: { host: 'test', port: 1 } };
    const task = worklist(peer, worklistKeys({ [`${STEP}[0].Modality`]: 'CT', PatientName: '*a*' }));
    const entries = await collected(task);
    expect(entries.map((entry) => text(entry, 'StudyInstanceUID'))).toEqual(['2.25.1', '2.25.2']);
    expect(text(entries[0]!, 'PatientName')).toBe('Yamada^Tarou=山田^太郎');
    expect(text(items(entries[1]!, STEP)[0]!, 'Modality')).toBe('CT');
    expect(text(items(asked, STEP)[0]!, 'Modality')).toBe('CT');
    expect(asked).not.toHaveProperty('00080052'); // a worklist has no levels
    expect(await task.result).toEqual({ status: 0, matches: 2, limited: false });
  });
});

it('is not accepted where there is none', async () => {
  open = await world('whole');
  await expect(collected(worklist(open.pacs, worklistKeys()))).rejects.toMatchObject({
    code: 'CONTEXT_REFUSED',
  });
});

it('stops at a limit by C-CANCEL', async () => {
  open = await world('whole');
  open.serve(1, {
    async *worklist(_keys, _requestor, signal) {
      for (let i = 1; !signal.aborted; i++) yield dataSet({ StudyInstanceUID: `2.25.${i}` });
    },
  });
  const task = worklist({ ...open.pacs, target: { host: 'test', port: 1 } }, worklistKeys(), { limit: 3 });
  expect(await collected(task)).toHaveLength(3);
  expect((await task.result).limited).toBe(true);
});

it('asks by default for the return keys of Table K.6-1, each a known attribute', () => {
  for (const path of WORKLIST_KEYS) {
    for (const step of path.split('.')) expect(attribute(step.replace('[0]', '')), path).toBeDefined();
  }
  // Types 1 of the table, typed a second time.
  const keys = worklistKeys();
  for (const tag of ['00401001', '0020000D', '00100010', '00100020', '00400100'])
    expect(keys).toHaveProperty(tag);
  const step = items(keys, STEP)[0]!;
  for (const tag of ['00400001', '00400002', '00400003', '00080060', '00400006', '00400009']) {
    expect(step).toHaveProperty(tag);
  }
});
