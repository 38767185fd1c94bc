/** Exporting results, as something that is under way and ends with a sentence. */
import type { SavedFile } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import { explainedLocal } from './explaining.ts';
import type { ExportFormat, ExtraColumn } from './export.ts';
import type { Jobs } from './jobs.svelte.ts';
import type { ResultNode } from './results.svelte.ts';

export function startExport(
  jobs: Jobs,
  format: ExportFormat,
  rows: readonly ResultNode[],
  extras: readonly ExtraColumn[],
  hand: (file: SavedFile) => void,
): void {
  const name = `results.${format}`;
  jobs.start({
    title: t.results.exporting,
    cancelled: t.results.exportCancelled,
    work: async ({ signal }) => {
      const { exported } = await import('./export.ts');
      const blob = await exported(format, rows, extras);
      if (!signal.aborted) hand({ name, blob });
      return { state: 'done', sentence: t.results.exported(rows.length, name) };
    },
    explain: explainedLocal,
  });
}
