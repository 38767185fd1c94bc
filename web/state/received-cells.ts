/** The cells of a row of received files. */
import { uidName } from '../../core/dict/index.ts';
import { text } from './attributes.ts';
import type { Stored } from '../../core/file/index.ts';
import { count, t } from '../strings/index.ts';
import { bytes, dateTime, personName, shortUid } from './format.ts';
import { fileName } from './here.ts';
import type { ReceivedRow, StudyGroup } from './received.svelte.ts';
import type { Cell } from './result-cells.ts';

const NOTHING: Cell = { text: '' };

const STUDY: Readonly<Record<string, (group: StudyGroup, first: Stored) => Cell>> = {
  name: (_, { header }) => {
    const { main, beside } = personName(header, '00100010');
    return { text: main === '' ? t.names.unnamed : main, beside };
  },
  when: (_, { header }) => ({ text: dateTime(text(header, 'StudyDate'), text(header, 'StudyTime')) }),
  modality: ({ files }) => ({
    text: [...new Set(files.map(({ header }) => text(header, 'Modality')))].join(', '),
  }),
  description: (_, { header }) => ({ text: text(header, 'StudyDescription') }),
  uid: (_, { header }) => uidCell(text(header, 'StudyInstanceUID')),
  from: ({ files }) => ({ text: [...new Set(files.map(({ callingAETitle }) => callingAETitle))].join(', ') }),
  files: ({ files }) => ({ text: count(files.length) }),
  size: (group) => ({ text: bytes(group.bytes) }),
};

const FILE: Readonly<Record<string, (file: Stored) => Cell>> = {
  name: (file) => ({ text: fileName(file) }),
  modality: ({ header }) => ({ text: text(header, 'Modality') }),
  description: ({ sopClassUID }) => ({ text: uidName(sopClassUID) }),
  syntax: ({ transferSyntaxUID }) => ({ text: uidName(transferSyntaxUID) }),
  uid: ({ sopInstanceUID }) => uidCell(sopInstanceUID),
  from: ({ callingAETitle }) => ({ text: callingAETitle }),
  size: ({ bytes: size }) => ({ text: bytes(size) }),
};

export function receivedCell(row: ReceivedRow, column: string): Cell {
  if (row.kind === 'file') return FILE[column]?.(row.file) ?? NOTHING;
  const first = row.group.files[0];
  return first === undefined ? NOTHING : (STUDY[column]?.(row.group, first) ?? NOTHING);
}

function uidCell(uid: string): Cell {
  return uid === '' ? NOTHING : { text: shortUid(uid), uid };
}
