import { expect, test } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import { documentOf, extensionOf, isPdf } from '../../core/object/index.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const declared = (mimeType: string) => documentOf(dataSet({ MIMETypeOfEncapsulatedDocument: mimeType }))!;

test('a document is told by its type or its bytes', () => {
  const keys = { MIMETypeOfEncapsulatedDocument: 'Application/PDF', EncapsulatedDocumentLength: 3 };
  expect(documentOf(dataSet({ ...keys, DocumentTitle: 'Letter' }))).toEqual({
    path: '00420011',
    title: 'Letter',
    mimeType: 'application/pdf',
    length: 3,
  });
  expect(documentOf({ '00420011': { vr: 'OB' } })?.mimeType).toBe('');
  expect(documentOf(dataSet({ Modality: 'CT' }))).toBeUndefined();
});

test('only what begins as a PDF is one, whatever is declared', () => {
  expect(isPdf(bytes('%PDF-1.7\n'))).toBe(true);
  for (const other of ['', '%PDF', '<html>%PDF-', ' %PDF-1.4', '%pdf-1.4'])
    expect(isPdf(bytes(other)), other).toBe(false);
});

test.each([
  ['application/pdf', 'pdf'],
  ['text/XML', 'xml'],
  ['model/stl', 'stl'],
  ['text/html', 'bin'],
  ['image/svg+xml', 'bin'],
  ['../../x', 'bin'],
])('%s is saved as %s', (mimeType, extension) => {
  expect(extensionOf(declared(mimeType))).toBe(extension);
});
