/** `webdimse dicomweb` over dcmqrscp, which tells no modalities of studies and no numbers, beside Orthanc's own DICOMweb. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { describeWith, ORTHANC_DICOMWEB_PLUGIN } from '../support/needs.ts';
import type { Running } from '../support/peers-process.ts';
import { accepts, freePort, LOOPBACK, runWell, start, WEBDIMSE } from '../support/peers-process.ts';
import type { Orthanc, RealPeer } from '../support/peers.ts';
import { startDcmqrscp, startOrthanc } from '../support/peers.ts';
import type { JsonDataSet } from './dicomweb-client.ts';
import { FILES, STUDY } from './instances.ts';

const FIELDS = [
  'ModalitiesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
  'NumberOfSeriesRelatedInstances',
];
const SHOWN = ['0020000D', '0020000E', '00080061', '00201206', '00201208', '00201209'];

describeWith(['dcmtk', 'orthanc', 'orthanc-dicomweb', 'pydicom'], 'DICOMweb over dcmqrscp', () => {
  let archive: RealPeer;
  let orthanc: Orthanc;
  let facade: Running;
  let roots: readonly string[];

  beforeAll(async () => {
    archive = await startDcmqrscp();
    orthanc = await startOrthanc([], { Plugins: [ORTHANC_DICOMWEB_PLUGIN], HttpCompressionEnabled: false });
    await runWell('storescu', ['-aec', archive.aeTitle, LOOPBACK, String(archive.port), ...FILES]);
    for (const path of FILES)
      await fetch(`${orthanc.url}/instances`, { method: 'POST', body: readFileSync(path) });
    const port = await freePort();
    const args = [WEBDIMSE, 'dicomweb', archive.address, '--port', String(port)];
    facade = await start(process.execPath, args, () => accepts(port));
    roots = [`http://${LOOPBACK}:${port}/dicomweb`, `${orthanc.url}/dicom-web`];
  }, 60_000);
  afterAll(async () => {
    await Promise.all([facade?.stop(), archive?.stop(), orthanc?.stop()]);
  });

  const told = async (root: string, path: string): Promise<string[]> => {
    const response = await fetch(root + path, { headers: { accept: 'application/dicom+json' } });
    const all = response.status === 204 ? [] : ((await response.json()) as JsonDataSet[]);
    const values = (one: JsonDataSet, tag: string): unknown[] =>
      (one[tag]?.Value ?? []).map(String).toSorted();
    return all.map((one) => JSON.stringify(SHOWN.map((tag) => values(one, tag)))).toSorted();
  };

  test.each([
    `/studies?includefield=${FIELDS.slice(0, 3).join(',')}`,
    `/studies?ModalitiesInStudy=CT&includefield=${FIELDS.slice(0, 3).join(',')}`,
    `/studies/${STUDY}/series?includefield=${FIELDS[3]}`,
  ])('%s is answered as by Orthanc', async (path) => {
    const [ours, theirs] = await Promise.all(roots.map((root) => told(root, path)));
    expect(ours).toEqual(theirs);
    expect(ours!.length).toBeGreaterThan(0);
  });

  test('nothing is gathered unasked', async () => {
    const [first] = (await (await fetch(`${roots[0]}/studies`)).json()) as JsonDataSet[];
    expect(first!['00080061']?.Value ?? []).toEqual([]);
  });
});
