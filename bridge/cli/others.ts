/** The commands that neither call a peer nor serve the page. */
export { inspectCommand } from './inspect.ts';
export { pacsCommand } from './pacs.ts';
export { proxyCommand } from './proxy.ts';
export { receiveCommand } from './receive.ts';
export { tokenCommand } from './token.ts';
