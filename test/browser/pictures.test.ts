/** The picture on the screen beside DCMTK's, pixel by pixel, for every transfer syntax that the viewer claims. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UID } from '../../core/dict/index.ts';
import { canDecode } from '../../core/image/index.ts';
import { difference } from '../image/dcmtk.ts';
import { DECODERS } from '../image/wasm.ts';
import { describeWith } from '../support/needs.ts';
import { onScreen } from './canvas.ts';
import { Hand } from './hand.ts';
import type { Drawable } from './pictures.ts';
import { drawables } from './pictures.ts';
import { LISTENING, sendToPage, startReceiving } from './receiving.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

/** PS3.5 A.1, A.2, A.3 and A.5: pixels as they are. */
const NATIVE = [
  UID.ImplicitVRLittleEndian,
  UID.ExplicitVRLittleEndian,
  UID.ExplicitVRBigEndian,
  UID.DeflatedExplicitVRLittleEndian,
];

describeWith(['chromium', 'dcmtk', 'pydicom'], 'pictures on the screen', () => {
  let stage: Stage;
  let person: Hand;
  let files: Drawable[];

  beforeAll(async () => {
    files = await drawables();
    stage = await openStage({}, LISTENING);
    // Every pixel of a file is four of the screen at least.
    person = new Hand(await stage.visit({ width: 1100, height: 900 }));
  });
  afterAll(async () => {
    await stage?.visitsEnd();
    await stage?.close();
  });

  it('have a file of every syntax that is claimed, each told from the one before', () => {
    const encapsulated = Object.values(UID).filter((transferSyntaxUID) =>
      canDecode({ transferSyntaxUID, encapsulated: true }, DECODERS),
    );
    const shown = new Set(files.map(({ syntax }) => syntax));
    expect(shown).toEqual(new Set([...NATIVE, ...encapsulated]));
    for (const { info, syntax } of files) expect(info.transferSyntaxUID).toBe(syntax);
    for (const [i, { reference, loss }] of files.entries()) {
      const before = files[i - 1]?.reference;
      const alike = before?.rows === reference.rows && before.columns === reference.columns;
      if (alike) expect(difference(before, reference)).toBeGreaterThan(10 * (loss + 1));
    }
  });

  it('are those of DCMTK', { timeout: 60_000 }, async () => {
    await startReceiving(person);
    const results = await sendToPage(stage, files);
    expect([...results.values()].filter((problem) => problem !== undefined)).toEqual([]);
    await person.row('Received files', 'Every, Syntax').getByRole('button', { name: 'View' }).click();
    for (const { label, seriesInstanceUID, reference, loss } of files) {
      await person.page
        .getByRole('combobox', { name: 'Series', exact: true })
        .selectOption(seriesInstanceUID);
      const { rows, columns } = reference;
      const by = async () => difference(await onScreen(person.page, rows, columns), reference);
      await expect.poll(by, { message: label, timeout: 10_000 }).toBeLessThanOrEqual(loss);
    }
  });
});
