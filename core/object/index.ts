/** What instances hold that are no images: reports, waveforms, encapsulated documents (PS3.3). */
export type { EncapsulatedDocument } from './document.ts';
export { documentOf, extensionOf, isPdf } from './document.ts';
export type { Report, ReportLine } from './report.ts';
export { isReport, MOST_LINES, reportOf, reportText } from './report.ts';
export type { WaveformChannel, WaveformGroup } from './waveform.ts';
export { channelValues, isWaveform, waveformGroups } from './waveform.ts';
