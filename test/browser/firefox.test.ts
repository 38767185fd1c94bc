/** The page in Firefox: what people do first, and that nothing is complained of. Chromium has the rest. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import { Fox } from './fox.ts';
import type { Served } from './stage.ts';
import { servePage } from './stage.ts';
import { serveStatic } from './static-server.ts';
import { wavelet } from './wavelet.ts';

/** A browser that is started on a machine with other things to do. */
const PATIENT = { timeout: 60_000 };

/** Runs in a page that has booted: statuses of a search and of a picture, and what they brought. */
async function facadeDoes(root: string): Promise<(string | number)[]> {
  const studies = await fetch(`${root}/studies`);
  const found = (await studies.json()) as Record<string, { readonly Value: string[] }>[];
  const uid = found.find(({ '00080061': kinds }) => kinds?.Value.includes('CT'))!['0020000D']!.Value[0];
  const picture = await fetch(`${root}/studies/${uid}/thumbnail`, { headers: { accept: 'image/png' } });
  return [studies.status, found.length, picture.status, picture.headers.get('content-type') ?? ''];
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

  it('does the same without a bridge, and without headers that allow WebAssembly', PATIENT, async () => {
    const files = await serveStatic();
    onTestFinished(() => files.close());
    const file = join(temporaryFolder(), 'wavelet.dcm');
    writeFileSync(file, await wavelet());
    await fox.visit(files.url);
    await fox.pick('DEMOARCHIVE');
    await fox.view('Send');
    await fox.choose('Choose files', file);
    await fox.press('Send');
    await fox.hears(/1 file stored by DEMOARCHIVE/);
    await fox.view('Find');
    await fox.press('Search');
    await fox.reads('Results', /1 study · /);
    await fox.pressIn('Wave, Let', 'Retrieve');
    await fox.hears(/Retrieved 1 image from DEMOARCHIVE/);
    await fox.reads('Viewer', /Wave, Let/);
    await fox.seesPicture();
    expect(files.strays).toEqual([]);
  });

  it('answers DICOMweb in the page', PATIENT, async () => {
    await fox.visit(`${served.url}wipe.js`);
    await fox.boot();
    const told = await fox.does(facadeDoes, '/dicomweb/WEBDIMSE');
    expect(told).toEqual([200, 7, 200, 'image/png']);
  });
});
