// @ts-check
/**
 * Brings what the interoperability tests talk to, from Debian: other people's DICOM programs, browsers, tshark and
 * the sample files of pydicom; and OHIF from the npm registry. Nothing is started: while it installs, a policy keeps services still.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { OHIF_SPEC, bringOhif } from './ohif.mjs';

const PACKAGES = [
  'dcmtk',
  'orthanc',
  'orthanc-dicomweb', // beside our DICOMweb, and what a page has without DIMSE, in the bench
  'ctn',
  'odil',
  'pixelmed-apps', // with Java
  'iproute2', // for the network namespace in which it runs
  'chromium',
  'firefox-esr',
  'tshark',
  'python3-pydicom',
  'openssl',
  'nginx-light',
  'haproxy',
  'websockify', // beside our bridge in the bench
];
const POLICY = '/usr/sbin/policy-rc.d';

const missing = PACKAGES.filter((name) => !installed(name));
if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
  stop(`This needs Debian's apt-get. Elsewhere install these by hand: ${PACKAGES.join(', ')}.`);
} else if (missing.length === 0) {
  console.log(`Everything is here: ${PACKAGES.join(', ')}.`);
} else if (process.getuid?.() !== 0) {
  stop(`Installing ${missing.join(', ')} needs root: run "sudo npm run peers".`);
} else {
  console.log(`Installing ${missing.join(', ')} …`);
  withServicesKeptStill(() => {
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
  });
}

if (!bringOhif()) stop(`"npm pack ${OHIF_SPEC}" failed; only the tests of OHIF need it.`);

function installed(/** @type {string} */ name) {
  const result = spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' });
  return result.stdout?.includes('ok installed') ?? false;
}

/** Packages ask policy-rc.d whether they may start their services; 101 forbids it. What was there comes back. */
function withServicesKeptStill(/** @type {() => void} */ install) {
  const before = `${POLICY}.before-webdimse`;
  process.on('SIGINT', () => {}); // apt-get gets it too and stops; the policy must still come back
  if (existsSync(POLICY)) renameSync(POLICY, before);
  try {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    install();
  } finally {
    rmSync(POLICY, { force: true });
    if (existsSync(before)) renameSync(before, POLICY);
  }
}

function apt(/** @type {string[]} */ ...args) {
  if (process.exitCode) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', args, { stdio: 'inherit', env });
  if (result.status !== 0) stop(`"apt-get ${args.join(' ')}" failed; what it says stands above.`);
}

function stop(/** @type {string} */ sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
