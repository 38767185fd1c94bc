/** The one build of OHIF that is served (https://ohif.org, MIT): as it lies in the npm registry, nothing in it changed. */
import type { NpmPackage } from './kept.ts';

export const OHIF: NpmPackage = {
  name: '@ohif/app',
  version: '3.13.2',
  integrity:
    'sha512-WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==',
  bytes: 49_906_651,
  folder: 'package/dist',
};
