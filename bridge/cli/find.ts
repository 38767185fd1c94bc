import { dataSet } from '../../core/data/index.ts';
import { query } from '../../core/peer/index.ts';
import type { Level, Query } from '../../core/service/index.ts';
import { LEVELS } from '../../core/service/index.ts';
import { CHARACTER_SET_FLAG } from './character-sets.ts';
import type { Call, Command } from './command.ts';
import { EXTENDED_FLAGS } from './extended.ts';
import type { Columns } from './matches.ts';
import { KEY_FLAG, LIMIT_FLAG, OTHER_WIDTH, limitOf, parseKey, showMatches } from './matches.ts';
import { MODEL_CHOICES, SCU_FLAGS, modelOf, peerOf } from './scu.ts';

/** What is asked for at each level besides the keys that were given, with the width of its column. */
const COLUMNS: Readonly<Record<Level, Readonly<Record<string, number>>>> = {
  PATIENT: { PatientID: 14, PatientName: 28, PatientBirthDate: 16, PatientSex: 10 },
  STUDY: {
    StudyDate: 10,
    PatientID: 14,
    PatientName: 24,
    ModalitiesInStudy: 17,
    StudyDescription: 24,
    StudyInstanceUID: 16,
  },
  SERIES: { SeriesNumber: 12, Modality: 8, SeriesDescription: 28, SeriesInstanceUID: 17 },
  IMAGE: { InstanceNumber: 14, SOPInstanceUID: 14 },
};

export const findCommand: Command = {
  words: 'PEER',
  flags: {
    level: { value: 'LEVEL', help: 'patient, study, series or image; study by default' },
    key: KEY_FLAG,
    model: {
      value: MODEL_CHOICES,
      help: 'the information model; study, but patient for --level patient; patient-study is retired',
    },
    limit: LIMIT_FLAG,
    'character-set': CHARACTER_SET_FLAG,
    ...EXTENDED_FLAGS,
    ...SCU_FLAGS,
  },
  examples: [
    'webdimse find ORTHANC@10.0.0.5:104 --key PatientName=DOE* --key StudyDate=20240101-',
    'webdimse find ORTHANC@10.0.0.5:104 --level series --key StudyInstanceUID=1.2.3 --json',
  ],

  async run(call) {
    const { flags, signal } = call;
    flags.only(1);
    const { columns, ...asked } = queryOf(call);
    const responses = query(await peerOf(call), asked, { signal, ...limitOf(call) });
    return await showMatches(responses, columns, call);
  },
};

function queryOf({ flags }: Call): Query & { readonly columns: Columns } {
  const level = flags.choice('level', LEVELS.PATIENT) ?? 'STUDY';
  const model = modelOf(flags, level === 'PATIENT' ? 'PATIENT' : 'STUDY');
  const given = Object.fromEntries(flags.list('key').map(parseKey));
  const others = Object.keys(given).filter((key) => !(key in COLUMNS[level]));
  const columns = { ...Object.fromEntries(others.map((key) => [key, OTHER_WIDTH])), ...COLUMNS[level] };
  const empty = Object.fromEntries(Object.keys(COLUMNS[level]).map((key) => [key, '']));
  return { model, level, keys: dataSet({ ...empty, ...given }), columns };
}
