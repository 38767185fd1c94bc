/** Who was examined how: the table of the sample studies. */
import { UID } from '../../dict/index.ts';
import { chart, chest, ctHead, mrHead, ultrasound } from './images.ts';
import type { SamplePatient, SampleSeries, SampleStudy } from './types.ts';

export const PATIENTS: Readonly<Record<'ada' | 'tarou' | 'juergen' | 'eve' | 'nobody', SamplePatient>> = {
  ada: { id: 'SAMPLE-001', name: 'Phantom^Ada', birthDate: '19701231', sex: 'F' },
  tarou: { id: 'SAMPLE-002', name: 'Yamada^Tarou=山田^太郎=やまだ^たろう', birthDate: '19620315', sex: 'M' },
  juergen: { id: 'SAMPLE-003', name: 'Müßiggänger^Jürgen', birthDate: '19550801', sex: 'M' },
  eve: { id: 'SAMPLE-004', name: 'Example^Eve^Echo', birthDate: '19911111', sex: 'F' },
  nobody: { id: 'SAMPLE-005', name: 'Nobody^No^^Prof.', birthDate: '', sex: 'O' },
};

const CT_HEAD: SampleSeries = {
  number: 2,
  modality: 'CT',
  sopClassUID: UID.CTImageStorage,
  description: 'Head 6 mm',
  keys: { BodyPartExamined: 'HEAD', ProtocolName: 'Phantom head' },
  images: () => ctHead(24),
};

const CR_CHEST: SampleSeries = {
  number: 1,
  modality: 'CR',
  sopClassUID: UID.ComputedRadiographyImageStorage,
  description: 'Chest PA',
  keys: { BodyPartExamined: 'CHEST', ViewPosition: 'PA', ProtocolName: 'Chest' },
  images: () => chest(),
};

const US_HEART: SampleSeries = {
  number: 1,
  modality: 'US',
  sopClassUID: UID.UltrasoundMultiFrameImageStorage,
  description: 'Four chambers, 30 frames',
  keys: { BodyPartExamined: 'HEART' },
  images: () => ultrasound(30),
};

const SC_CHART: SampleSeries = {
  number: 99,
  modality: 'OT',
  sopClassUID: UID.SecondaryCaptureImageStorage,
  description: 'Colour chart',
  keys: { ConversionType: 'WSD' },
  images: () => chart(),
};

const mr = (number: number, weighting: 'T1' | 'T2'): SampleSeries => ({
  number,
  modality: 'MR',
  sopClassUID: UID.MRImageStorage,
  description: weighting === 'T1' ? 't1_se_tra' : 't2_tse_tra',
  keys: { BodyPartExamined: 'HEAD', ProtocolName: `${weighting} transverse` },
  images: () => mrHead(weighting, 16),
});

/** The newest first within a patient. */
export const SAMPLE_STUDIES: readonly SampleStudy[] = [
  study(1, 'ct-head', PATIENTS.ada, 0, '081500', 'CT head without contrast', [CT_HEAD]),
  study(2, 'cr-chest-ada', PATIENTS.ada, 45, '143012', 'Chest', [CR_CHEST]),
  study(3, 'mr-head', PATIENTS.tarou, 2, '101945.250', 'MR head 頭部', [mr(1, 'T1'), mr(2, 'T2')]),
  study(4, 'cr-chest-juergen', PATIENTS.juergen, 5, '070100', 'Thorax präoperativ', [CR_CHEST]),
  study(5, 'sc-chart', PATIENTS.juergen, 5, '160000', 'Colour chart', [SC_CHART]),
  study(6, 'us-heart', PATIENTS.eve, 1, '235959', 'Echocardiography', [US_HEART]),
  study(7, 'sc-chart-nobody', PATIENTS.nobody, 400, '120000', '', [SC_CHART]),
];

function study(
  number: number,
  name: string,
  patient: SamplePatient,
  daysAgo: number,
  time: string,
  description: string,
  series: readonly SampleSeries[],
): SampleStudy {
  const accessionNumber = `A${String(number).padStart(4, '0')}`;
  return { name, patient, daysAgo, time, id: String(number), accessionNumber, description, series };
}
