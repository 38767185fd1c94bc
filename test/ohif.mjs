// @ts-check
/** The build of OHIF that tests serve: fetched from the npm registry once, 50 MB, and kept beside what is built. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As bridge/viewer/ohif.ts names it; a test holds that. */
export const OHIF_SPEC = '@ohif/app@3.13.2';

/** Where it lies; what `serve --viewer` unpacks goes beside it. */
export const OHIF_CACHE = fileURLToPath(new URL('../dist/cache/webdimse', import.meta.url));

/** Whether it is there, after fetching it if need be. Whether it is the right one is found out by whoever unpacks it. */
export function bringOhif() {
  mkdirSync(OHIF_CACHE, { recursive: true });
  const wanted = `ohif-app-${OHIF_SPEC.split('@').at(-1)}.tgz`;
  if (existsSync(join(OHIF_CACHE, wanted))) return true;
  const work = mkdtempSync(join(OHIF_CACHE, 'unfinished-'));
  try {
    spawnSync('npm', ['pack', OHIF_SPEC, '--ignore-scripts', '--prefer-offline', '--loglevel=error'], {
      cwd: work,
      shell: process.platform === 'win32',
      timeout: 300_000,
    });
    if (!readdirSync(work).includes(wanted)) return false;
    renameSync(join(work, wanted), join(OHIF_CACHE, wanted));
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
