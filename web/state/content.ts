/** What the pane shows of an instance that is no image, and of what cannot be shown. */
import { documentOf, channelValues, extensionOf, isPdf } from '../../core/object/index.ts';
import type { EncapsulatedDocument, Report, WaveformGroup } from '../../core/object/index.ts';
import { uidName } from '../../core/dict/index.ts';
import type { Engine } from '../engine/client.ts';
import type { Looked } from '../engine/looked.ts';
import type { SavedFile } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import { explainLook } from './look-sentences.ts';

/** One curve, as it is drawn. */
export interface Trace {
  readonly label: string;
  readonly unit: string;
  readonly values: Float32Array;
  /** Values a second. */
  readonly rate: number;
}

export type Content =
  | { readonly kind: 'loading' }
  | { readonly kind: 'image' }
  | { readonly kind: 'report'; readonly report: Report }
  | {
      readonly kind: 'waveform';
      readonly groups: readonly WaveformGroup[];
      /** Which of them. */
      readonly group: number;
      readonly traces: readonly Trace[];
    }
  /** A document that began as a PDF does; its type is ours. */
  | { readonly kind: 'pdf'; readonly file: SavedFile }
  /** A document that is saved and never opened here. */
  | { readonly kind: 'document'; readonly sentence: string; readonly file: SavedFile }
  | { readonly kind: 'message'; readonly sentence: string };

/** Bytes of a waveform drawn at most: three minutes of twelve leads at 1,000 a second. */
const WAVEFORM_LIMIT = 4 << 20;
/** Bytes of a document at most. */
const DOCUMENT_LIMIT = 128 << 20;

/** What to show; failures become messages. `group` is the multiplex group of a waveform. */
export async function contentOf(engine: Engine, looked: Looked, group: number): Promise<Content> {
  try {
    if (looked.kind === 'image') return { kind: 'image' };
    if (looked.report !== undefined) return { kind: 'report', report: looked.report };
    if (looked.waveforms !== undefined) return await waveform(engine, looked, looked.waveforms, group);
    const document = looked.kind === 'document' ? documentOf(looked.dataSet) : undefined;
    if (looked.kind === 'document') return await documentContent(engine, looked, document ?? UNNAMED);
    return { kind: 'message', sentence: nothingToDraw(looked) };
  } catch (error) {
    return { kind: 'message', sentence: explainLook(error) };
  }
}

const UNNAMED: EncapsulatedDocument = { path: '00420011', title: '', mimeType: '', length: undefined };

function nothingToDraw({ info, kind, failure }: Looked): string {
  if (failure !== undefined) return t.viewer.notShown(failure.message);
  const what = uidName(info.sopClassUID);
  return kind === 'waveform' ? t.viewer.waveformNotShown : t.viewer.kindNotShown(what);
}

async function waveform(
  engine: Engine,
  { info }: Looked,
  groups: readonly WaveformGroup[],
  group: number,
): Promise<Content> {
  const chosen = groups[group];
  if (chosen === undefined) return { kind: 'message', sentence: t.viewer.waveformNotShown };
  const { sopInstanceUID } = info;
  const blob = await engine.value({ sopInstanceUID, path: chosen.path, limit: WAVEFORM_LIMIT });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const traces = chosen.channels.map(({ label, unit }, channel) => {
    return { label, unit, values: channelValues(chosen, channel, bytes), rate: chosen.frequency };
  });
  return { kind: 'waveform', groups, group, traces };
}

async function documentContent(
  engine: Engine,
  { info }: Looked,
  document: EncapsulatedDocument,
): Promise<Content> {
  const { sopInstanceUID } = info;
  const value = await engine.value({ sopInstanceUID, path: document.path, limit: DOCUMENT_LIMIT });
  const blob = document.length === value.size - 1 ? value.slice(0, document.length) : value;
  const head = new Uint8Array(await blob.slice(0, 8).arrayBuffer());
  const name = `${sopInstanceUID.replaceAll(/[^0-9.]/g, '')}.${extensionOf(document)}`;
  if (isPdf(head)) return { kind: 'pdf', file: { name, blob: blob.slice(0, blob.size, 'application/pdf') } };
  const file = { name, blob: blob.slice(0, blob.size, 'application/octet-stream') };
  const claimed = document.mimeType === 'application/pdf';
  const sentence = claimed ? t.viewer.noPdf : t.viewer.documentNotShown(document.mimeType);
  return { kind: 'document', sentence, file };
}
