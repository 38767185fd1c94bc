export * from './types.ts';
export { echo } from './echo.ts';
export { query, worklist } from './query.ts';
export type { QueryOptions } from './query.ts';
export { get } from './get.ts';
export { move } from './move.ts';
export { send } from './send.ts';
export type { SendOptions } from './send.ts';
