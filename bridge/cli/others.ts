/** The commands that wait to be called, but for the page's, and those that need no network. */
export { dicomwebCommand } from './dicomweb.ts';
export { inspectCommand } from './inspect.ts';
export { pacsCommand } from './pacs.ts';
export { proxyCommand } from './proxy.ts';
export { receiveCommand } from './receive.ts';
export { tokenCommand } from './token.ts';
