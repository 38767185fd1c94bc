/** The table of works, in the order of the goals. */
import type { Work } from '../bench.ts';
import { ECHO } from './echo.ts';
import { SEND } from './send.ts';

export const WORKS: readonly Work[] = [...SEND, ...ECHO];
