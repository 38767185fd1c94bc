/** Part 10 files and the contract of instance stores (PS3.10). */
export { HeaderCollector } from './header.ts';
export { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from './implementation.ts';
export { isDirectoryName, openDirectory } from './directory.ts';
export type { Kind } from './kept.ts';
export { Form, KeptInstance, Packer, SharedHeader } from './kept.ts';
export { instanceFileName } from './names.ts';
export type { Part10 } from './part10.ts';
export { fileMetaInformation, openPart10 } from './part10.ts';
export type { ByteSource } from './source.ts';
export { bytesSource, chunksOf, readExactly, streamRange } from './source.ts';
export * from './store.ts';
export { cutOff } from './whole.ts';
