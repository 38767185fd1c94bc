export * from './types.ts';
export { echo } from './echo.ts';
export { query } from './query.ts';
export { get, move } from './retrieve.ts';
export { send } from './send.ts';
