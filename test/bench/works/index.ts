/** The table of works, in the order of the goals. */
import type { Work } from '../bench.ts';
import { BRIDGE } from './bridge.ts';
import { ECHO } from './echo.ts';
import { FIND } from './find.ts';
import { GET } from './get.ts';
import { PACS } from './pacs.ts';
import { SEND } from './send.ts';

export const WORKS: readonly Work[] = [...SEND, ...GET, ...FIND, ...ECHO, ...PACS, ...BRIDGE];
