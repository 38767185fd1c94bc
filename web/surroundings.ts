/** What the page, or an element in another's page, needs of the browser around it. */
import type { SavedFile } from './engine/protocol.ts';
import { bearer } from './engine/tickets.ts';
import type { PickFile, PickFolder, Pickers } from './state/received.svelte.ts';

/** Pixels of width from which on a picture is shown beside a list by itself. */
export const ROOMY_WIDTH = 1440;

/** What the bridge answers. Rejects where it does not, or refuses. */
export async function fetchJson<T>(url: URL, token: string | undefined): Promise<T> {
  const response = await fetch(url, { headers: bearer(token) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as T;
}

/** Gives a file to the browser to save. */
export function hand({ name, blob }: SavedFile): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file when the download began; a minute is ample for that.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Browsers that block storage throw when it is only looked at. */
export function storage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

/** Where the browser lets a page write what the person chooses. */
export function pickers(): Pickers {
  const from = window as {
    showDirectoryPicker?: (options: object) => ReturnType<PickFolder>;
    showSaveFilePicker?: (options: object) => ReturnType<PickFile>;
  };
  return {
    ...(from.showDirectoryPicker && { folder: () => from.showDirectoryPicker!({ mode: 'readwrite' }) }),
    ...(from.showSaveFilePicker && {
      file: (suggestedName: string) => from.showSaveFilePicker!({ suggestedName }),
    }),
  };
}
