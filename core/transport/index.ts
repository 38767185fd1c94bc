export * from './transport.ts';
export * from './peers.ts';
export * from './pull-queue.ts';
export * from './wired.ts';
export * from './reasons.ts';
export * from './memory.ts';
