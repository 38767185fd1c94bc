/** The windows that a person can choose from: those of the data set, and those that are usual. */
import type { VOI } from '../../core/image/index.ts';
import type { PictureView } from '../engine/looked.ts';
import { t } from '../strings/index.ts';

export interface WindowChoice {
  readonly id: string;
  readonly text: string;
  /** Undefined: what each image says itself. */
  readonly voi: VOI | undefined;
}

const made = new Map<string, VOI>();

/** The first is what the data set says; those of one series are the same objects for all its images. */
export function windowChoices(shown: PictureView | undefined): readonly WindowChoice[] {
  const own = { id: 'own', text: t.viewer.image.ownWindow, voi: undefined };
  const more = (shown?.windows ?? []).slice(1).map(({ center, width, explanation }, i) => {
    const text = explanation === '' ? `${width} / ${center}` : explanation;
    return { id: `file ${i + 1}`, text, voi: same(center, width) };
  });
  const usual = (shown?.presets ?? []).map(({ name, center, width }) => {
    return { id: name, text: t.viewer.image.presets[name], voi: same(center, width) };
  });
  return [own, ...more, ...usual];
}

function same(center: number, width: number): VOI {
  const key = `${center} ${width}`;
  const voi = made.get(key) ?? { center, width };
  made.set(key, voi);
  return voi;
}
