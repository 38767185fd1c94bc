/** What stands in the corners of a picture. */
import { t } from '../strings/index.ts';
import { date, dateTime, personName } from './format.ts';
import type { Viewer } from './viewer.svelte.ts';

export type Corners = readonly [readonly string[], readonly string[], readonly string[], readonly string[]];

const filled = (...lines: readonly string[]): string[] => lines.filter((line) => line.trim() !== '');
const ONE_DIGIT = 10;

/** Patient, study, series with the place in it, and how it is drawn: above left and right, below left and right. */
export function cornersOf(viewer: Viewer): Corners {
  const { looked, picture } = viewer;
  const told = (keyword: string): string => viewer.told(keyword);
  if (looked === undefined) return [[], [], [], []];
  const { main, beside } = personName(looked.dataSet, '00100010');
  const born = told('PatientBirthDate');
  const patient = filled(
    [main, beside].filter(Boolean).join(' · '),
    told('PatientID'),
    filled(born === '' ? '' : date(born), told('PatientSex')).join(' · '),
  );
  const study = filled(
    told('StudyDescription'),
    dateTime(told('StudyDate'), told('StudyTime')),
    told('InstitutionName'),
  );
  const series = filled(
    filled(told('SeriesNumber'), told('Modality'), told('SeriesDescription')).join(' · '),
    t.viewer.image.of(viewer.position + 1, viewer.count),
    told('SliceLocation') === '' ? '' : t.viewer.image.location(fixed(told('SliceLocation'))),
  );
  const { window, shown, zoom } = picture;
  const drawn = filled(
    window === undefined ? '' : t.viewer.image.window(rounded(window.width), rounded(window.center)),
    t.viewer.image.zoom(Math.round(zoom * 100)),
    shown?.lossy === true ? t.viewer.image.lossy : '',
  );
  return [patient, study, series, drawn];
}

function fixed(value: string): string {
  const number = Number(value);
  return Number.isFinite(number) ? rounded(number) : value;
}

function rounded(value: number): string {
  return String(Math.round(value * ONE_DIGIT) / ONE_DIGIT);
}
