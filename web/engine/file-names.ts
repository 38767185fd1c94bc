/** Names of saved files by a pattern. Values come from outside: none of them leads anywhere, or names a device. */
import { text } from '../../core/data/index.ts';
import type { Stored } from '../../core/file/index.ts';

/** What may stand in braces; no other attribute is needed to tell files apart. */
const TAGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    PatientID: '00100020',
    PatientName: '00100010',
    AccessionNumber: '00080050',
    StudyDate: '00080020',
    StudyDescription: '00081030',
    StudyInstanceUID: '0020000D',
    Modality: '00080060',
    SeriesNumber: '00200011',
    SeriesDescription: '0008103E',
    SeriesInstanceUID: '0020000E',
    InstanceNumber: '00200013',
  }),
);

/** Bytes of a name in UTF-8, room for ` (1000)` and an extension left: file systems take 255. */
const LONGEST = 120;
/** Folders below one another. */
const DEEPEST = 8;
const EXTENSION = '.dcm';
/** Windows' devices, whatever follows the dot. */
const DEVICE = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(\.|$)/i;
/** Controls, marks that turn the direction of reading, and what Windows takes for something else. */
// oxlint-disable-next-line no-control-regex
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]+/g;

/** Gives each instance its path: folders, then the name of the file. Two never get the same. */
export class FileNames {
  readonly #folders: readonly string[];
  readonly #name: string;
  readonly #given = new Set<string>();
  /** The number at which to go on, by what names alike begin with. */
  readonly #next = new Map<string, number>();

  /** `pattern`: `{PatientID}/{SeriesNumber}/{InstanceNumber}`; what stands in no braces is taken as it is. */
  constructor(pattern: string) {
    const parts = pattern.split(/[/\\]/).filter((part) => part.trim() !== '');
    this.#folders = parts.slice(0, -1).slice(0, DEEPEST);
    this.#name = (parts.at(-1) ?? '{SOPInstanceUID}').replace(/\.dcm$/i, '');
  }

  pathOf(stored: Stored): string[] {
    const folders = this.#folders.map((part) => harmless(filled(part, stored)));
    const name = harmless(filled(this.#name, stored));
    const alike = keyOf([...folders, name]);
    for (let n = this.#next.get(alike) ?? 1; ; n++) {
      const path = [...folders, `${name}${n === 1 ? '' : ` (${n})`}${EXTENSION}`];
      const key = keyOf(path);
      if (this.#given.has(key)) continue;
      this.#given.add(key);
      this.#next.set(alike, n + 1);
      return path;
    }
  }
}

/** Some file systems tell neither case nor ways of writing an accent apart. */
function keyOf(path: readonly string[]): string {
  return path.join('/').normalize('NFC').toLowerCase();
}

function filled(part: string, { header, sopInstanceUID }: Stored): string {
  return part.replace(/\{(\w+)\}/g, (_, keyword: string) => {
    if (keyword === 'SOPInstanceUID') return sopInstanceUID;
    const tag = TAGS.get(keyword);
    return tag === undefined ? '' : text(header, tag).trim();
  });
}

/** A name that every file system takes as a name of its own. */
function harmless(text: string): string {
  const plain = cut(text.replace(HARMFUL, '_').replace(/\s+/g, ' ').trim()).replace(/[. ]+$/, '');
  const name = plain.replace(/^\.+/, '_');
  if (name === '') return '_';
  return DEVICE.test(name) ? `_${name}` : name;
}

/** Whole characters up to the longest name. */
function cut(text: string): string {
  let name = '';
  let length = 0;
  for (const character of text) {
    length += new TextEncoder().encode(character).length;
    if (length > LONGEST) break;
    name += character;
  }
  return name;
}
