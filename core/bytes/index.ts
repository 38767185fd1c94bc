export * from './bytes.ts';
export * from './clock.ts';
export * from './errors.ts';
export * from './limits.ts';
export * from './queue.ts';
export * from './reader.ts';
export * from './sink.ts';
export * from './writer.ts';
