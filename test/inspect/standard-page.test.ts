/** Links into the standard, checked against addresses that others cite. */
import { expect, it } from 'vitest';
import { encodePdu } from '../../core/pdu/index.ts';
import type { FieldSpan } from '../../core/pdu/index.ts';
import { describe } from '../../core/pdu/index.ts';
import { standardPage } from '../../core/inspect/index.ts';
import { FULL_ACCEPT, FULL_REQUEST } from '../pdu/samples.ts';
import { allCaptured } from '../pdu/sessions.ts';

const ROOT = 'https://dicom.nema.org/medical/dicom/current/output/chtml/';

it.each([
  ['PS3.8 9.3.2', 'part08/sect_9.3.2.html'],
  ['PS3.8 9.3.2.1', 'part08/sect_9.3.2.html#sect_9.3.2.1'],
  ['PS3.8 9.1.5', 'part08/chapter_9.html#sect_9.1.5'],
  ['PS3.8 E.2', 'part08/sect_E.2.html'],
  ['PS3.8 Table 9-11', 'part08/sect_9.3.2.html#table_9-11'],
  ['PS3.8 Table 9-13', 'part08/sect_9.3.2.2.html#table_9-13'],
  ['PS3.8 Table D.1-1', 'part08/chapter_D.html#table_D.1-1'],
  ['PS3.7 E.1', 'part07/chapter_E.html#sect_E.1'],
  ['PS3.7 D.3.3.4', 'part07/sect_D.3.3.4.html'],
  ['PS3.7 Table D.3-3', 'part07/sect_D.3.3.2.3.html#table_D.3-3'],
  ['PS3.5 7.1.2', 'part05/chapter_7.html#sect_7.1.2'],
  ['PS3.5 7.5', 'part05/sect_7.5.html'],
  ['PS3.5 A.4', 'part05/sect_A.4.html'],
  ['PS3.8 9', 'part08/chapter_9.html'],
])('%s is on %s', (clause, page) => {
  expect(standardPage(clause)).toBe(ROOT + page);
});

it.each(['', 'RFC 6455', 'PS3.8', 'PS3.8 Table 9-99', 'PS3.8 9.3.2/../x', 'PS3.8 9.3.2 "'])(
  'there is none of %o',
  (clause) => {
    expect(standardPage(clause)).toBeUndefined();
  },
);

it('there is one of every clause that the byte tables cite', () => {
  const pdus = [encodePdu(FULL_REQUEST), encodePdu(FULL_ACCEPT), ...allCaptured()];
  const clauses = new Set(pdus.flatMap((pdu) => describe(pdu)).flatMap(clausesIn));
  expect(clauses.size).toBeGreaterThan(15);
  expect([...clauses].filter((clause) => standardPage(clause) === undefined)).toEqual([]);
});

function clausesIn({ clause, children = [] }: FieldSpan): string[] {
  return [...(clause === undefined ? [] : [clause]), ...children.flatMap(clausesIn)];
}
