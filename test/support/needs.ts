/** Programs and files that some tests need beside the repository. `npm run peers` brings them on Debian. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { bringOhif } from '../ohif.mjs';

/** Where a program may be though PATH does not say so. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];

const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** The folder of pydicom's sample files, as python3-pydicom installs them. */
export const PYDICOM_FILES = '/usr/lib/python3/dist-packages/pydicom/data/test_files';
/** One file for each character set, and what is in them. */
export const PYDICOM_CHARSET_FILES = '/usr/lib/python3/dist-packages/pydicom/data/charset_files';

/** Where Debian's orthanc puts it. */
export const ORTHANC_WORKLIST_PLUGIN = '/usr/share/orthanc/plugins/libModalityWorklists.so';

/** Where Debian's orthanc-dicomweb puts it. */
export const ORTHANC_DICOMWEB_PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

/** What PixelMed's server consists of, as Debian's pixelmed-apps and libhsqldb-java put it. */
export const PIXELMED_JARS: readonly string[] = ['pixelmed', 'hsqldb', 'commons-codec'].map(
  (name) => `/usr/share/java/${name}.jar`,
);

const FOUND = {
  dcmtk: (): boolean => program('dcmqrscp') !== undefined && program('getscu') !== undefined,
  orthanc: (): boolean => program('Orthanc') !== undefined,
  'orthanc-worklist': (): boolean => existsSync(ORTHANC_WORKLIST_PLUGIN),
  'orthanc-dicomweb': (): boolean => existsSync(ORTHANC_DICOMWEB_PLUGIN),
  ctn: (): boolean => program('simple_storage') !== undefined && program('send_image') !== undefined,
  odil: (): boolean => program('odil') !== undefined,
  pixelmed: (): boolean => program('java') !== undefined && PIXELMED_JARS.every((jar) => existsSync(jar)),
  'network namespaces (as root)': (): boolean =>
    program('nsenter') !== undefined && spawnSync('unshare', ['--net', 'true']).status === 0,
  chromium: (): boolean => chromium() !== undefined,
  firefox: (): boolean => firefox() !== undefined,
  'network delays (as root)': (): boolean =>
    program('tc') !== undefined &&
    program('nsenter') !== undefined &&
    spawnSync('unshare', ['--net', 'true']).status === 0,
  websockify: (): boolean => program('websockify') !== undefined,
  nginx: (): boolean => program('nginx') !== undefined,
  haproxy: (): boolean => program('haproxy') !== undefined,
  openssl: (): boolean => program('openssl') !== undefined,
  tshark: (): boolean => program('tshark') !== undefined,
  'capturing (as root)': (): boolean =>
    program('dumpcap') !== undefined && spawnSync(program('dumpcap')!, ['-L', '-i', 'lo']).status === 0,
  'OHIF, from the npm registry': bringOhif,
  pydicom: (): boolean =>
    existsSync(join(PYDICOM_FILES, 'dicomdirtests')) && existsSync(PYDICOM_CHARSET_FILES),
};

export type Need = keyof typeof FOUND;

/** The path of a program, or undefined where it is not installed. */
export function program(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...MORE_FOLDERS];
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  return folders.flatMap((folder) => names.map((file) => join(folder, file))).find(executable);
}

/** Any Chromium or Chrome: CHROMIUM= names one, else the usual places are looked through. */
export function chromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  return named === undefined || named === '' ? CHROMIUMS.find(executable) : named;
}

/** Debian's Firefox ESR, else any other. */
export function firefox(): string | undefined {
  return program('firefox-esr') ?? program('firefox');
}

export function missing(...needs: Need[]): Need[] {
  return needs.filter((need) => !FOUND[need]());
}

/** A `describe` that is skipped where something is missing, with the command that brings it in its name. */
export function describeWith(needs: readonly Need[], name: string, suite: () => void): void {
  const absent = missing(...needs);
  if (absent.length === 0) describe(name, suite);
  else describe.skip(`${name} (needs ${absent.join(', ')}: "npm run peers" brings it)`, suite);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
