/** What was dropped or chosen, folders opened, each file with its path. */
import type { OutgoingFile } from '../engine/protocol.ts';

/** Must be called in the event's own turn: the browser empties the list afterwards. */
export function droppedFiles(transfer: DataTransfer): Promise<OutgoingFile[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
    .filter((entry) => entry !== null);
  return allFiles(entries);
}

export function chosenFiles(list: FileList | null): OutgoingFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function allFiles(entries: readonly (FileSystemEntry | File)[]): Promise<OutgoingFile[]> {
  const files: OutgoingFile[] = [];
  for (const entry of entries) {
    if (entry instanceof File) files.push({ path: entry.name, file: entry });
    else await walk(entry, files);
  }
  return files;
}

async function walk(entry: FileSystemEntry, files: OutgoingFile[]): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    files.push({ path: entry.fullPath.replace(/^\//, ''), file });
  } else if (isDirectory(entry)) {
    for (const child of await children(entry)) await walk(child, files);
  }
}

/** `readEntries` tells a hundred at a time. */
async function children(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all.sort((a, b) => a.name.localeCompare(b.name));
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
