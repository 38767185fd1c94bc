/**
 * DICOMweb over DIMSE, with no server in between (PS3.18).
 *
 * @module webdimse/dicomweb
 */
export type { DicomWeb } from './handler.ts';
export { createDicomWeb } from './handler.ts';
export type { DicomWebPeerOptions } from './peer.ts';
export { dicomWebPeer } from './peer.ts';
export type { DicomWebOptions, RenderRequest, Retrieved, Storing } from './types.ts';
export type { OpenImage } from '../image/index.ts';
export type * from '../image/types.ts';
