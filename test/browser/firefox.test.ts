/** The page in Firefox: what people do first, and that nothing is complained of. Chromium has the rest. */
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { concat } from '../../core/bytes/index.ts';
import { UID } from '../../core/dict/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { describeImage } from '../../core/image/index.ts';
import { encode } from '../image/encode.ts';
import { attributes, encapsulatedBytes, shorts } from '../image/make.ts';
import { describeWith } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import { Fox } from './fox.ts';
import type { Served } from './stage.ts';
import { servePage } from './stage.ts';

const SIDE = 32;
/** A browser that is started on a machine with other things to do. */
const PATIENT = { timeout: 60_000 };

/** An image of JPEG 2000, from dark to bright: its decoder is WebAssembly. */
async function wavelet(): Promise<Uint8Array<ArrayBuffer>> {
  const keys = { Rows: SIDE, Columns: SIDE };
  const pixels = shorts(...Array.from({ length: SIDE * SIDE }, (_, i) => i * 60));
  const frame = await encode(UID.JPEG2000Lossless, pixels, describeImage(attributes(keys)));
  const even = frame.length % 2 === 0 ? frame : new Uint8Array([...frame, 0]);
  const info = {
    sopClassUID: UID.SecondaryCaptureImageStorage,
    sopInstanceUID: '1.2.3.4.5',
    transferSyntaxUID: UID.JPEG2000Lossless,
    callingAETitle: '',
  };
  const named = {
    SOPClassUID: info.sopClassUID,
    SOPInstanceUID: info.sopInstanceUID,
    StudyInstanceUID: '1.2.3.4',
    SeriesInstanceUID: '1.2.3.4.1',
    PatientName: 'Wave^Let',
    Modality: 'OT',
  };
  return concat([fileMetaInformation(info), encapsulatedBytes({ ...keys, ...named }, [even])]);
}

describeWith(['firefox'], 'the page in Firefox', () => {
  let served: Served;
  let fox: Fox;

  beforeAll(async () => {
    served = await servePage();
    fox = await Fox.launch();
  });
  afterEach(() => expect(fox.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await fox?.close();
    await served?.close();
  });

  it('echoes, finds, retrieves, and shows the first image', PATIENT, async () => {
    await fox.visit(served.url);
    await fox.press('Echo');
    await fox.hears(/WEBDIMSE answered the echo in /);
    await fox.press('Search');
    await fox.reads('Results', /7 studies · /);
    await fox.pressIn('Phantom, Ada', 'Retrieve');
    await fox.hears(/Retrieved 24 images from WEBDIMSE: 3\.2 MB in .* all that it listed/);
    await fox.reads('Viewer', /1\/24/);
    await fox.seesPicture();
  });

  it('keeps what was received through a reload', PATIENT, async () => {
    await fox.reload();
    await fox.view('Received');
    await fox.reads('Received files', /24 files · /);
  });

  it('sends a file, gets it back, and shows it though its decoder is WebAssembly', PATIENT, async () => {
    const file = join(temporaryFolder(), 'wavelet.dcm');
    writeFileSync(file, await wavelet());
    await fox.pick('ARCHIVE2');
    await fox.view('Send');
    await fox.choose('Choose files', file);
    await fox.press('Send');
    await fox.hears(/1 file stored by ARCHIVE2/);
    await fox.view('Find');
    await fox.press('Search');
    await fox.reads('Results', /1 study · /);
    await fox.pressIn('Wave, Let', 'Retrieve');
    await fox.hears(/Retrieved 1 image from ARCHIVE2/);
    await fox.reads('Viewer', /Wave, Let/);
    await fox.seesPicture();
  });
});
