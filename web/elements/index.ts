/** All five. */
export type * from './types.ts';
export { DimseInspector } from './dimse-inspector.ts';
export { DimseQuery } from './dimse-query.ts';
export { DimseQueue } from './dimse-queue.ts';
export { DimseScu } from './dimse-scu.ts';
export { DimseViewer } from './dimse-viewer.ts';
