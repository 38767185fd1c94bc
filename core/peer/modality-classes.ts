/** Storage classes by Modality (0008,0060) (PS3.3 C.7.3.1.1.1): a guess for peers that do not tell SOP classes. */
import { RANKED_STORAGE_CLASSES, storageClass } from '../service/index.ts';

const storage = (...suffixes: string[]): string[] => suffixes.map(storageClass);

const SECONDARY_CAPTURE = storage('7', '7.1', '7.2', '7.3', '7.4');
const STRUCTURED_REPORTS = storage(
  '88.11',
  '88.22',
  '88.33',
  '88.34',
  '88.35',
  '88.40',
  '88.50',
  '88.65',
  '88.67',
  '88.68',
);
const XRAY = storage('12.1', '12.1.1', '12.2', '12.2.1', '13.1.1', '12.3');

const BY_MODALITY: Readonly<Record<string, readonly string[]>> = {
  CT: storage('2', '2.1', '2.2'),
  MR: storage('4', '4.1', '4.2', '4.3', '4.4'),
  CR: storage('1', '1.1', '1.1.1'),
  DX: storage('1.1', '1.1.1', '1'),
  MG: storage('1.2', '1.2.1', '13.1.3', '13.1.4', '13.1.5', '1'),
  IO: storage('1.3', '1.3.1'),
  US: storage('6.1', '3.1', '6.2', '6', '3'),
  IVUS: storage('6.1', '3.1'),
  XA: XRAY,
  RF: XRAY,
  NM: storage('20', '5'),
  PT: storage('128', '130', '128.1'),
  SR: STRUCTURED_REPORTS,
  KO: storage('88.59'),
  PR: storage('11.1', '11.2', '11.3', '11.4', '11.5', '11.6', '11.8'),
  SEG: storage('66.4', '66.5', '66.7'),
  REG: storage('66.1', '66.3'),
  FID: storage('66.2'),
  RWV: storage('67'),
  RTIMAGE: storage('481.1'),
  RTDOSE: storage('481.2'),
  RTSTRUCT: storage('481.3'),
  RTRECORD: storage('481.4', '481.6', '481.7', '481.9'),
  RTPLAN: storage('481.5', '481.8'),
  ECG: storage('9.1.1', '9.1.2', '9.1.3'),
  HD: storage('9.2.1'),
  EPS: storage('9.3.1'),
  AU: storage('9.4.1'),
  ES: storage('77.1.1', '77.1.1.1'),
  GM: storage('77.1.2', '77.1.2.1'),
  SM: storage('77.1.3', '77.1.6'),
  XC: storage('77.1.4', '77.1.4.1'),
  OP: storage('77.1.5.1', '77.1.5.2'),
  OPT: storage('77.1.5.4'),
  DOC: storage('104.1', '104.2', '104.3'),
  OT: SECONDARY_CAPTURE,
};

/** The classes that a series of this modality most likely holds; anything may hold a secondary capture. */
export function classesOfModality(modality: string): readonly string[] {
  // A peer may answer anything, the name of what every object inherits included.
  const classes = Object.hasOwn(BY_MODALITY, modality) ? BY_MODALITY[modality] : undefined;
  return classes ? [...new Set([...classes, ...SECONDARY_CAPTURE])] : RANKED_STORAGE_CLASSES;
}
