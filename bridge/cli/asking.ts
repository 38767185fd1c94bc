/** The commands that call a peer. */
export { checkCommand } from './check.ts';
export { commitCommand } from './commit.ts';
export { echoCommand } from './echo.ts';
export { findCommand } from './find.ts';
export { getCommand } from './get.ts';
export { moveCommand } from './move.ts';
export { probeCommand } from './probe.ts';
export { storeCommand } from './store.ts';
export { worklistCommand } from './worklist.ts';
