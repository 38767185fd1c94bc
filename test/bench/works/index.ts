/** The table of works, in the order of the goals. */
import type { Work } from '../bench.ts';
import { ARCHIVE } from './archive.ts';
import { BRIDGE } from './bridge.ts';
import { DISTANCE } from './distance.ts';
import { ECHO } from './echo.ts';
import { FIND } from './find.ts';
import { GET } from './get.ts';
import { INSPECT } from './inspect.ts';
import { INSTALLED } from './installed.ts';
import { LARGE } from './large.ts';
import { PACS } from './pacs.ts';
import { PAGE } from './page.ts';
import { SEND } from './send.ts';
import { VISIT } from './visit.ts';
import { WEIGHT } from './weight.ts';

export const WORKS: readonly Work[] = [
  ...SEND,
  ...GET,
  ...FIND,
  ...ECHO,
  ...PACS,
  ...ARCHIVE,
  ...LARGE,
  ...BRIDGE,
  ...PAGE,
  ...VISIT,
  ...INSTALLED,
  ...DISTANCE,
  ...WEIGHT,
  ...INSPECT,
];
