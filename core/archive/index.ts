export * from './archive.ts';
export * from './handlers.ts';
export * from './memory-store.ts';
export * from './sample/index.ts';
export * from './study-cache.ts';
export * from './worklist.ts';
