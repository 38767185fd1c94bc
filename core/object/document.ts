/** Encapsulated documents (PS3.3 A.45, A.85, A.104): what is in them, by their magic bytes and their declared type. */
import type { Bytes } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { number, text } from '../data/index.ts';

/** A document inside an instance. */
export interface EncapsulatedDocument {
  /** Where its bytes lie: (0042,0011). */
  readonly path: string;
  readonly title: string;
  /** MIME Type of Encapsulated Document (0042,0012) as declared; nothing is ever opened by it. */
  readonly mimeType: string;
  /** Encapsulated Document Length (0042,0015), without the padding; undefined where it is not told. */
  readonly length: number | undefined;
}

const ENCAPSULATED_DOCUMENT = '00420011';
const PDF_MAGIC = '%PDF-';

/** The extension that a document is saved under, by its declared type. Others, HTML among them, get `bin`. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'pdf'],
  ['text/xml', 'xml'],
  ['application/xml', 'xml'],
  ['model/stl', 'stl'],
  ['application/sla', 'stl'],
  ['model/obj', 'obj'],
  ['model/mtl', 'mtl'],
]);

/** The document of an instance; undefined where it encapsulates none. */
export function documentOf(dataSet: DataSet): EncapsulatedDocument | undefined {
  const mimeType = text(dataSet, 'MIMETypeOfEncapsulatedDocument').toLowerCase();
  if (mimeType === '' && dataSet[ENCAPSULATED_DOCUMENT] === undefined) return undefined;
  return {
    path: ENCAPSULATED_DOCUMENT,
    title: text(dataSet, 'DocumentTitle'),
    mimeType,
    length: number(dataSet, 'EncapsulatedDocumentLength'),
  };
}

/** Whether these bytes begin as a PDF does (ISO 32000 7.5.2): declared types are what a sender claims. */
export function isPdf(bytes: Bytes): boolean {
  return [...PDF_MAGIC].every((letter, i) => bytes[i] === letter.charCodeAt(0));
}

/** What the file is called after its own name when it is saved, without a dot. */
export function extensionOf({ mimeType }: EncapsulatedDocument): string {
  return EXTENSIONS.get(mimeType) ?? 'bin';
}
