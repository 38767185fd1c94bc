/**
 * The facade beside Orthanc's own DICOMweb, over the same instances: dicomweb-client asks both, Orthanc by HTTP and
 * the facade, wherever it runs, which asks the same Orthanc by DIMSE.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleInstances } from '../../core/archive/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { UID } from '../../core/dict/index.ts';
import { readDataSet } from '../../core/data/index.ts';
import { bytesSource, fileMetaInformation, openPart10 } from '../../core/file/index.ts';
import type { Need } from '../support/needs.ts';
import { describeWith, ORTHANC_DICOMWEB_PLUGIN, PYDICOM_FILES } from '../support/needs.ts';
import { sha256 } from '../support/streams.ts';
import type { Orthanc } from '../support/peers.ts';
import { startOrthanc } from '../support/peers.ts';
import type { DicomWebClient, JsonDataSet, Part, Path, RequestFailed } from './dicomweb-client.ts';
import { dicomWebClient } from './dicomweb-client.ts';
import type { Difference } from './dicomweb-compared.ts';
import { differences } from './dicomweb-compared.ts';
import { FILES, PATIENT, SERIES, STUDY } from './instances.ts';

/** In many syntaxes, with private elements and sequences, some without pixels. */
const MORE = [
  'SC_rgb_rle_2frame.dcm',
  'SC_jpeg_no_color_transform.dcm',
  'J2K_pixelrep_mismatch.dcm',
  'MR_small_jpeg_ls_lossless.dcm',
  'liver_1frame.dcm',
  'test-SR.dcm',
  'waveform_ecg.dcm',
  'CT_small.dcm',
].map((name) => join(PYDICOM_FILES, name));
const ANY_SYNTAX = [{ mediaType: 'application/octet-stream', transferSyntaxUID: '*' }];
const EXPLICIT = '1.2.840.10008.1.2.1';
const NATIVE = ['1.2.840.10008.1.2', EXPLICIT];
const LOSSY = '1.2.840.10008.1.2.4.50';
const LOSSLESS = ['1.2.840.10008.1.2.5', '1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.90'];

/** The cine loop of our samples, as a file. */
function multiframe(): Uint8Array<ArrayBuffer> {
  for (const { info, dataSet } of sampleInstances())
    if (info.sopClassUID === UID.UltrasoundMultiFrameImageStorage)
      return concat([fileMetaInformation(info), dataSet]);
  throw new Error('there is no sample of several frames');
}

/** What remains different, and why; each row is met, or it stands here in vain. */
const KNOWN: readonly Known[] = [
  {
    path: /^00081190$/,
    if: ({ ours, theirs }) => below(ours) === below(theirs),
    why: 'each names itself in Retrieve URL',
  },
  {
    path: /./,
    kind: 'empty',
    why: 'which empty attributes are told is free: PS3.18 10.6.3.3 asks for none of them',
  },
  {
    path: /^00080005$/,
    kind: 'theirs only',
    why: 'searches are answered in UTF-8, which DICOM JSON is (PS3.18 F.2)',
  },
  {
    path: /^00080005$/,
    if: ({ ours }) => ours?.Value?.[0] === 'ISO_IR 192',
    why: 'texts are in UTF-8; Orthanc names the set they came in',
  },
  {
    call: /^(series|instances)/,
    path: /^(0008|0010|0020)/,
    kind: 'theirs only',
    why: 'the path names the study, whose attributes are told only where it does not (PS3.18 10.6.3.3.1)',
  },
  { path: /^00201209$/, kind: 'ours only', why: 'a peer tells it unasked among instances' },
  {
    path: /^00083002$/,
    kind: 'ours only',
    why: 'Available Transfer Syntax UID, which viewers choose a decoder by',
  },
  {
    path: /^7FE00010$/,
    kind: 'ours only',
    why: 'Orthanc links no compressed pixels',
  },
  {
    path: /^FFFCFFFC$/,
    kind: 'theirs only',
    why: 'padding behind the pixels, where we do not look for metadata',
  },
  { path: /^00(09|19)001[01]$/, kind: 'VR', why: 'Private Creators in VR UN, as the data set has them' },
  {
    path: /^(00080008|00200020)$/,
    if: ({ theirs }) => String(theirs?.Value).includes('¥'),
    why: 'where Specific Character Set is Japanese, Orthanc takes the delimiter of values for the Yen sign it looks like',
  },
  {
    path: /^00(20003[27]|280030|28105[01])$/,
    if: ({ theirs }) => theirs?.Value?.length === 0,
    why: 'and finds no numbers then',
  },
  {
    path: /^(00431041|00451002)$/,
    if: ({ theirs }) => theirs?.Value?.[0] === 0,
    why: 'Orthanc takes tiny numbers for 0',
  },
];

interface Known extends Partial<Pick<Difference, 'kind'>> {
  /** In which calls; in all by default. */
  readonly call?: RegExp;
  readonly path: RegExp;
  readonly if?: (found: Difference) => boolean;
  readonly why: string;
}

function isKnown({ call, path, kind, if: holds }: Known, where: string, found: Difference): boolean {
  const isThere = (call?.test(where) ?? true) && path.test(found.path) && (kind ?? found.kind) === found.kind;
  return isThere && (holds?.(found) ?? true);
}

/** What stands in a Retrieve URL behind the root of its service. */
function below(attribute: Difference['ours']): string | undefined {
  return /\/studies\/.*/.exec(String(attribute?.Value?.[0]))?.[0];
}

/** The facade over a peer. */
export interface OpenedFacade {
  readonly client: DicomWebClient;
  /** One that asks for bulk data in a single part. */
  readonly single: DicomWebClient;
  stop(): Promise<void>;
}

/** The comparison, with the facade that `open` opens over Orthanc. */
export function comparesWithOrthanc(
  where: string,
  needs: readonly Need[],
  open: (orthanc: Orthanc) => Promise<OpenedFacade>,
): void {
  describeWith(
    ['orthanc', 'orthanc-dicomweb', 'pydicom', ...needs],
    `DICOMweb ${where}, beside Orthanc`,
    () => {
      let orthanc: Orthanc;
      let facade: OpenedFacade;
      let our: DicomWebClient;
      let their: DicomWebClient;
      let instances: readonly (Path & { readonly syntax: string; readonly frames: number })[];
      const met = new Set<Known>();

      beforeAll(async () => {
        const settings = { Plugins: [ORTHANC_DICOMWEB_PLUGIN], HttpCompressionEnabled: false };
        orthanc = await startOrthanc([], settings);
        facade = await open(orthanc);
        our = facade.client;
        their = dicomWebClient(`${orthanc.url}/dicom-web`);
        const files = [...FILES, ...MORE].map((path) => readFileSync(path));
        for (const body of [...files, multiframe()])
          await fetch(`${orthanc.url}/instances`, { method: 'POST', body });
        instances = await listed();
      }, 120_000);
      afterAll(async () => {
        await Promise.all([facade?.stop(), orthanc?.stop()]);
      });

      /** All instances that Orthanc has, as it lists them. */
      async function listed(): Promise<typeof instances> {
        const found: (typeof instances)[number][] = [];
        for (const study of await their.searchForStudies()) {
          const studyInstanceUID = valueOf(study, '0020000D');
          for (const one of await their.searchForInstances({ studyInstanceUID })) {
            const path = {
              studyInstanceUID,
              seriesInstanceUID: valueOf(one, '0020000E'),
              sopInstanceUID: valueOf(one, '00080018'),
            };
            const [metadata] = await our.retrieveInstanceMetadata(path);
            const frames =
              metadata!['00280010'] === undefined ? 0 : Number(metadata!['00280008']?.Value?.[0] ?? 1);
            found.push({ ...path, frames, syntax: valueOf(metadata!, '00083002') });
          }
        }
        return found;
      }

      /** The differences of one call that are not known; entities are found by the values of an attribute. */
      async function compare(
        call: string,
        key: string,
        ask: (client: DicomWebClient) => Promise<JsonDataSet[]>,
      ): Promise<void> {
        const [ours, theirs] = await Promise.all([ask(our), ask(their)]);
        const uids = ours.map((one) => valueOf(one, key));
        expect(uids.toSorted(), call).toEqual(theirs.map((one) => valueOf(one, key)).toSorted());
        expect(uids, call).not.toEqual([]);
        for (const one of ours) {
          const other = theirs.find((each) => valueOf(each, key) === valueOf(one, key))!;
          const unknown = (await differences([our, one], [their, other])).filter((found) => {
            const row = KNOWN.find((each) => isKnown(each, call, found));
            if (row !== undefined) met.add(row);
            return row === undefined;
          });
          expect(unknown, `${call} of ${valueOf(one, key)}`).toEqual([]);
        }
      }

      const studyUIDs = (): readonly string[] => [
        ...new Set(instances.map(({ studyInstanceUID }) => studyInstanceUID!)),
      ];

      test.each([
        ['all', {}],
        ['by Patient ID', { PatientID: PATIENT }],
        ['by the tag of it', { '00100020': PATIENT }],
        ['by Modalities in Study', { ModalitiesInStudy: 'MR' }],
        ['by a wildcard', { PatientName: 'Doe*' }],
        ['by a range of dates', { StudyDate: '20010101-20031231' }],
        ['by its UID', { StudyInstanceUID: STUDY }],
        ['with one field more', { PatientID: PATIENT, includefield: 'StudyDescription' }],
      ])('studies, %s', async (name, queryParams) => {
        await compare(`studies, ${name}`, '0020000D', (client) => client.searchForStudies({ queryParams }));
      });

      test('what is searched for and is not there', async () => {
        for (const client of [our, their]) {
          expect(await client.searchForStudies({ queryParams: { PatientID: 'NOBODY' } })).toEqual([]);
          expect(await client.searchForStudies({ queryParams: { limit: 3, offset: 2 } })).toHaveLength(3);
        }
      });

      test('series and instances of each study', async () => {
        for (const studyInstanceUID of studyUIDs()) {
          await compare('series', '0020000E', (client) => client.searchForSeries({ studyInstanceUID }));
          await compare('instances', '00080018', (client) => client.searchForInstances({ studyInstanceUID }));
        }
        const queryParams = { Modality: 'CT', includefield: 'SeriesDescription' };
        await compare('series by modality', '0020000E', (client) =>
          client.searchForSeries({ studyInstanceUID: STUDY, queryParams }),
        );
      });

      test('metadata of each study, of a series and of an instance', async () => {
        for (const studyInstanceUID of studyUIDs())
          await compare('metadata', '00080018', (client) =>
            client.retrieveStudyMetadata({ studyInstanceUID }),
          );
        const series = { studyInstanceUID: STUDY, seriesInstanceUID: SERIES };
        await compare('metadata', '00080018', (client) => client.retrieveSeriesMetadata(series));
        await compare('metadata', '00080018', (client) => client.retrieveInstanceMetadata(instances[0]!));
      });

      test('each difference that is known was met by one of the calls above', () => {
        expect(KNOWN.filter((row) => !met.has(row)).map(({ why }) => why)).toEqual([]);
      });

      test('every frame, as it is stored', async () => {
        let compared = 0;
        for (const { frames, syntax, ...path } of instances.filter((one) => one.frames > 0)) {
          const frameNumbers = Array.from({ length: frames }, (_, i) => i + 1);
          const how = { ...path, frameNumbers, mediaTypes: ANY_SYNTAX };
          const [ours, theirs] = await Promise.all(
            [our, their].map((client) => client.retrieveInstanceFrames(how)),
          );
          expect(ours!.map(digest), syntax).toEqual(theirs!.map(digest));
          // Orthanc says which syntax the instance has; native frames are little endian wherever they lay (PS3.18 8.7.3.3.1).
          expect(ours![0]!.transferSyntaxUID).toBe(NATIVE.includes(syntax) ? EXPLICIT : syntax);
          compared += frames;
        }
        expect(compared).toBeGreaterThan(50);
      });

      test('frames that are asked for without a syntax are native or lossy', async () => {
        for (const { syntax, ...path } of instances.filter((one) => one.frames > 0)) {
          const how = { ...path, frameNumbers: [1] };
          const asked = our.retrieveInstanceFrames(how);
          if (LOSSLESS.includes(syntax))
            await expect(asked).rejects.toMatchObject({ status: 406 }); // Orthanc decodes them
          else if (syntax === LOSSY) expect((await asked)[0]!.transferSyntaxUID).toBe(LOSSY);
          else expect(digest((await asked)[0]!)).toBe(digest((await their.retrieveInstanceFrames(how))[0]!));
        }
      });

      test('instances, alone and by series and study', async () => {
        // By DIMSE Orthanc leaves out group lengths and padding, and gives sequences their length.
        const contents = async (file: Part): Promise<string> => {
          const bytes = new Uint8Array(file);
          const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
          const { FFFCFFFC: _, ...dataSet } = readDataSet(
            bytes.subarray(dataSetOffset),
            info.transferSyntaxUID,
          );
          return `${info.sopInstanceUID} ${info.transferSyntaxUID} ${JSON.stringify(dataSet)}`;
        };
        for (const path of instances.filter(({ syntax }) => syntax === EXPLICIT)) {
          const [one, other] = await Promise.all([our, their].map((client) => client.retrieveInstance(path)));
          expect(await contents(one!), path.sopInstanceUID).toBe(await contents(other!));
        }
        const series = { studyInstanceUID: STUDY, seriesInstanceUID: SERIES };
        for (const ask of [
          (client: DicomWebClient) => client.retrieveSeries(series),
          (client: DicomWebClient) => client.retrieveStudy({ studyInstanceUID: STUDY }),
        ]) {
          const [all, others] = await Promise.all(
            [our, their].map(async (client) => Promise.all((await ask(client)).map(contents))),
          );
          expect(all!.toSorted()).toEqual(others!.toSorted());
        }
      });

      test('a range of bulk data', async () => {
        const [{ studyInstanceUID }] = instances as [(typeof instances)[number]];
        const [metadata] = await our.retrieveStudyMetadata({ studyInstanceUID: studyInstanceUID! });
        const { BulkDataURI = '' } = metadata!['7FE00010']!;
        const [whole] = await our.retrieveBulkData({ BulkDataURI });
        const [part] = await facade.single.retrieveBulkData({
          BulkDataURI,
          headers: { Range: 'bytes=10-19' },
        });
        expect(Buffer.from(part!)).toEqual(Buffer.from(whole!.slice(10, 20)));
      });

      test.each([
        [
          'a study that is not there',
          404,
          (client: DicomWebClient) => client.retrieveStudyMetadata({ studyInstanceUID: '1.2.3' }),
        ],
        [
          'an instance that is not there',
          404,
          (client: DicomWebClient) => client.retrieveInstance({ ...instances[0], sopInstanceUID: '1.2.3' }),
        ],
        [
          'a frame that is not there',
          404,
          (client: DicomWebClient) => client.retrieveInstanceFrames({ ...instances[0], frameNumbers: [99] }),
        ],
        [
          'frames of a report',
          404,
          (client: DicomWebClient) =>
            client.retrieveInstanceFrames({
              ...instances.find((one) => one.frames === 0),
              frameNumbers: [1],
            }),
        ],
      ])('%s is answered with %i and a sentence', async (_, status, ask) => {
        const failed = await ask(our).then(
          () => undefined,
          (error: RequestFailed) => error,
        );
        expect(failed?.status).toBe(status);
        const { response } = failed!;
        const told =
          response instanceof ArrayBuffer
            ? (JSON.parse(Buffer.from(response).toString()) as unknown)
            : response;
        expect(told).toMatchObject({ status, detail: expect.stringMatching(/^[A-Z].*\.$/) });
      });

      test('what is stored, and how that is told', async () => {
        const file = await our.retrieveInstance(instances[0]!);
        const told = async (client: DicomWebClient): Promise<JsonDataSet> =>
          JSON.parse(await client.storeInstances({ datasets: [file] })) as JsonDataSet;
        const [ours, theirs] = [await told(our), await told(their)];
        expect(Object.keys(ours).toSorted()).toEqual(['00081190', '00081199']);
        expect(below(ours['00081190'])).toBe(below(theirs['00081190']));
        const [here, there] = [ours, theirs].map((one) => one['00081199']!.Value![0] as JsonDataSet);
        for (const tag of ['00081150', '00081155']) expect(here![tag]).toEqual(there![tag]);
        expect(below(here!['00081190'])).toBe(below(there!['00081190']));
      });
    },
  );
}

const digest = (part: ArrayBuffer): string => sha256(new Uint8Array(part));

function valueOf(dataSet: JsonDataSet, tag: string): string {
  return String(dataSet[tag]?.Value?.[0]);
}
