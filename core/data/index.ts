/** Data sets: reading, writing, and values by keyword (PS3.5, PS3.18 Annex F). */
export { fromBase64, toBase64 } from './base64.ts';
export { isCharacterSet } from './charset.ts';
export { implicitVR } from './implicit-vr.ts';
export { inflate } from './inflate.ts';
export type { KeyValue } from './keys.ts';
export { dataSet, items, number, tagOf, text, texts, withCharacterSet } from './keys.ts';
export type { ElementSpan } from './parser.ts';
export { parsePersonName, personNameText } from './person-name.ts';
export { plainBytes } from './plain.ts';
export type { Head, HeadOptions, ReadOptions } from './read.ts';
export { elementSpans, readDataSet, readHead } from './read.ts';
export type { TransferSyntax } from './syntax.ts';
export { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, transferSyntax } from './syntax.ts';
export * from './types.ts';
export { randomUID, uuidUID } from './uid.ts';
export type { VREntry, VRKind } from './vr.ts';
export { VR_TABLE, vrEntry } from './vr.ts';
export { writeDataSet } from './write.ts';
