/** What each lesson does: calls over the real core, with what the learner chose. */
import { DicomError } from '../../core/bytes/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import { NATIVE_SYNTAXES, QUERY_RETRIEVE, VERIFICATION } from '../../core/service/index.ts';
import type {
  Association,
  ContextProposal,
  OutgoingInstance,
  Query,
  Responses,
  RetrieveRequest,
} from '../../core/service/index.ts';
import type { LessonId, LessonValues } from './lessons.ts';
import type { Stage, StageSettings } from './stage.ts';

/** A script and what it is played on. */
export interface Script {
  settings?(values: LessonValues): StageSettings;
  play(stage: Stage, values: LessonValues): Promise<void>;
}

const JPEG_2000 = '1.2.840.10008.1.2.4.90';
const PRINT = UID.BasicGrayscalePrintManagementMeta;
const CT = UID.CTImageStorage;

const ECHO: ContextProposal = { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN] };

function offering(abstractSyntax: string, role?: ContextProposal['role']): ContextProposal {
  return { abstractSyntax, transferSyntaxes: NATIVE_SYNTAXES, ...(role && { role }) };
}

/** The classes of the sample images that are retrieved. */
const IMAGES = [
  UID.ComputedRadiographyImageStorage,
  UID.SecondaryCaptureImageStorage,
  UID.UltrasoundMultiFrameImageStorage,
  CT,
];

/** An association, something in it, and its release. What fails in it is thrown behind the end. */
async function within(association: Association, deed: () => Promise<unknown>): Promise<void> {
  try {
    await deed();
  } finally {
    await association.release();
  }
}

async function all(responses: Responses<unknown, unknown>): Promise<number> {
  let count = 0;
  for await (const _ of responses) count++;
  return count;
}

function patientRequest(patientId: string): RetrieveRequest {
  return { model: 'PATIENT', level: 'PATIENT', keys: dataSet({ PatientID: patientId }) };
}

/** Takes what comes by C-GET, and forgets it. */
const FORGETTING = { write() {}, commit: async () => undefined as never, abort: async () => {} };

async function get(stage: Stage, patientId: string, role: boolean): Promise<void> {
  const roles = role ? { scu: false, scp: true } : undefined;
  const contexts = [offering(QUERY_RETRIEVE.PATIENT.GET), ...IMAGES.map((image) => offering(image, roles))];
  const association = await stage.associate({ contexts });
  await within(association, () =>
    all(association.get(patientRequest(patientId), { store: () => FORGETTING })),
  );
}

async function move(stage: Stage, patientId: string, destination: string): Promise<void> {
  const association = await stage.associate({ contexts: [offering(QUERY_RETRIEVE.PATIENT.MOVE)] });
  await within(association, () => all(association.move(patientRequest(patientId), { destination })));
}

async function echo(stage: Stage, called?: string): Promise<void> {
  const association = await stage.associate({ contexts: [ECHO], ...(called && { called }) });
  await within(association, () => association.echo());
}

async function send(stage: Stage, instance: OutgoingInstance): Promise<void> {
  const { sopClassUID, transferSyntaxUID } = instance;
  const contexts = [{ abstractSyntax: sopClassUID, transferSyntaxes: [transferSyntaxUID] }];
  const association = await stage.associate({ contexts });
  await within(association, () => association.store(instance));
}

const IMAGE_OF: Readonly<Record<string, readonly [patient: string, sopClassUID: string]>> = {
  chest: ['SAMPLE-003', UID.ComputedRadiographyImageStorage],
  slice: ['SAMPLE-001', CT],
  chart: ['SAMPLE-003', UID.SecondaryCaptureImageStorage],
};

async function image(stage: Stage, name: string): Promise<OutgoingInstance> {
  const [patient, sopClassUID] = IMAGE_OF[name] ?? IMAGE_OF['chest']!;
  return (await stage.instances(patient)).find((each) => each.sopClassUID === sopClassUID)!;
}

/** Below PATIENT the Study Root is asked; at SERIES the keys above choose one study by its UID (PS3.4 C.4.1.2.1). */
function query(stage: Stage, level: string, name: string, modality: string): Query {
  switch (level) {
    case 'PATIENT':
      return { model: 'PATIENT', level, keys: dataSet({ PatientID: '', PatientName: name }) };
    case 'SERIES':
    case 'alone': {
      const StudyInstanceUID = level === 'alone' ? '' : stage.studyOf('SAMPLE-002');
      const series = { SeriesInstanceUID: '', SeriesDescription: '', Modality: modality };
      return { model: 'STUDY', level: 'SERIES', keys: dataSet({ StudyInstanceUID, ...series }) };
    }
    default: {
      const study = { StudyInstanceUID: '', StudyDescription: '', ModalitiesInStudy: modality };
      return { model: 'STUDY', level: 'STUDY', keys: dataSet({ ...study, PatientName: name }) };
    }
  }
}

const WRONG: Readonly<Record<string, Script>> = {
  title: { play: (stage) => echo(stage, 'NOBODY') },
  syntax: { settings: () => ({ faults: 'contexts' }), play: (stage) => echo(stage) },
  role: { settings: () => ({ faults: 'strict' }), play: (stage) => get(stage, 'SAMPLE-003', false) },
  destination: { play: (stage) => move(stage, 'SAMPLE-003', 'NOWHERE') },
  silence: {
    settings: () => ({ faults: 'silence=C-ECHO-RQ' }),
    async play(stage) {
      const association = await stage.associate({ contexts: [ECHO], deadlines: { response: 1500 } });
      await within(association, () => association.echo());
    },
  },
  abort: {
    settings: () => ({ faults: 'abort=4/P-DATA-TF', maximumLength: 16_384 }),
    play: async (stage) => send(stage, await image(stage, 'chest')),
  },
  http: { settings: () => ({ faults: 'http' }), play: (stage) => echo(stage) },
};

const CAPTURED: Readonly<Record<string, Script>> = {
  morning: {
    settings: () => ({ faults: 'status=A700/C-STORE' }),
    async play(stage) {
      await echo(stage);
      await send(stage, await image(stage, 'chart'));
    },
  },
  noon: {
    async play(stage) {
      await echo(stage, 'DEMOPAC').catch(ignored);
      await echo(stage);
      await get(stage, 'SAMPLE-003', true);
    },
  },
  night: {
    settings: () => ({ archiveFaults: 'status=A700/C-STORE/1' }),
    async play(stage) {
      await echo(stage);
      await move(stage, 'SAMPLE-003', 'DEMOARCHIVE').catch(ignored);
    },
  },
};

/** What the record tells is what the lesson is about. */
function ignored(error: unknown): void {
  if (!(error instanceof DicomError)) throw error;
}

const chosen = (scripts: Readonly<Record<string, Script>>, name: string): Script =>
  scripts[name] ?? Object.values(scripts)[0]!;

export const SCRIPTS: Readonly<Record<LessonId, Script>> = {
  handshake: {
    settings: ({ maximum }) => ({ maximumLength: Number(maximum) }),
    async play(stage, { calling = '', called = '' }) {
      const association = await stage.associate({ calling, called, contexts: [ECHO] });
      await association.release();
    },
  },
  contexts: {
    async play(stage, { syntaxes, order, other }) {
      const native = [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN];
      const offered = { implicit: [IMPLICIT_VR_LITTLE_ENDIAN], jpeg2000: [JPEG_2000, ...native] };
      const ct = { abstractSyntax: CT, transferSyntaxes: offered[syntaxes as 'implicit'] ?? native };
      const others = [ECHO, ...(other === 'print' ? [offering(PRINT)] : [])];
      const contexts = order === 'first' ? [ct, ...others] : [...others, ct];
      await (await stage.associate({ contexts })).release();
    },
  },
  echo: {
    settings: ({ delay }) => ({ faults: delay === '0' ? '' : `delay=${delay}` }),
    async play(stage, { count }) {
      const association = await stage.associate({ contexts: [ECHO] });
      await within(association, async () => {
        for (let i = 0; i < Number(count); i++) await association.echo();
      });
    },
  },
  store: {
    settings: ({ maximum }) => ({ maximumLength: Number(maximum) }),
    play: async (stage, values) => send(stage, await image(stage, values['image'] ?? '')),
  },
  find: {
    async play(stage, { level = '', name = '', modality = '' }) {
      const asked = query(stage, level, name, modality);
      const association = await stage.associate({ contexts: [offering(QUERY_RETRIEVE[asked.model].FIND)] });
      await within(association, () => all(association.find(asked)));
    },
  },
  get: {
    settings: ({ peer }) => ({ faults: peer === 'strict' ? 'strict' : '' }),
    play: (stage, { patient = '', role }) => get(stage, patient, role === 'yes'),
  },
  move: {
    settings: ({ refuses }) => ({ archiveFaults: refuses === 'yes' ? 'status=A700/C-STORE' : '' }),
    play: (stage, { patient = '', destination = '' }) => move(stage, patient, destination),
  },
  release: {
    settings: ({ end }) => ({ faults: { peer: 'abort=C-ECHO-RQ', cut: 'reset=C-ECHO-RQ' }[end!] ?? '' }),
    async play(stage, { end }) {
      const association = await stage.associate({ contexts: [ECHO] });
      await within(association, async () => {
        await association.echo();
        if (end === 'abort') association.abort();
      });
    },
  },
  wrong: {
    settings: (values) => chosen(WRONG, values['what'] ?? '').settings?.(values) ?? {},
    play: (stage, values) => chosen(WRONG, values['what'] ?? '').play(stage, values),
  },
  capture: {
    settings: (values) => chosen(CAPTURED, values['capture'] ?? '').settings?.(values) ?? {},
    play: (stage, values) => chosen(CAPTURED, values['capture'] ?? '').play(stage, values),
  },
};
