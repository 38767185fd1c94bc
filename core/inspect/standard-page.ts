/** Where the standard stands on the web: its current edition in HTML, a page for each section. */

const ROOT = 'https://dicom.nema.org/medical/dicom/current/output/chtml';

/** In which section each table stands that the byte tables cite (PS3.8 9.3, D.1; PS3.7 D.3.3). */
const SECTION_OF_TABLE: Readonly<Record<string, string>> = {
  'PS3.7 D.3-1': 'D.3.3.2.1',
  'PS3.7 D.3-3': 'D.3.3.2.3',
  'PS3.7 D.3-7': 'D.3.3.3.1',
  'PS3.7 D.3-9': 'D.3.3.4.1',
  'PS3.7 D.3-11': 'D.3.3.5.1',
  'PS3.7 D.3-12': 'D.3.3.6.1',
  'PS3.7 D.3-14': 'D.3.3.7.1',
  'PS3.7 D.3-15': 'D.3.3.7.2',
  'PS3.8 9-10': '9.2.3',
  'PS3.8 9-11': '9.3.2',
  'PS3.8 9-12': '9.3.2.1',
  'PS3.8 9-13': '9.3.2.2',
  'PS3.8 9-14': '9.3.2.2.1',
  'PS3.8 9-15': '9.3.2.2.2',
  'PS3.8 9-16': '9.3.2.3',
  'PS3.8 9-17': '9.3.3',
  'PS3.8 9-18': '9.3.3.2',
  'PS3.8 9-19': '9.3.3.2.1',
  'PS3.8 9-20': '9.3.3.3',
  'PS3.8 9-21': '9.3.4',
  'PS3.8 9-22': '9.3.5',
  'PS3.8 9-23': '9.3.5.1',
  'PS3.8 9-24': '9.3.6',
  'PS3.8 9-25': '9.3.7',
  'PS3.8 9-26': '9.3.8',
  'PS3.8 D.1-1': 'D.1.1',
};

const CLAUSE = /^PS3\.(\d{1,2}) (Table )?((?:\d{1,2}|[A-Z]{1,2})(?:[.-]\d{1,2})*)$/;

/** The page of a clause: `PS3.8 9.3.2`, `PS3.8 Table 9-11`, `PS3.5 A.4`; undefined for what is none. */
export function standardPage(clause: string): string | undefined {
  const [, part = '', table, number = ''] = CLAUSE.exec(clause) ?? [];
  const section = table === undefined ? number : SECTION_OF_TABLE[`PS3.${part} ${number}`];
  if (section === undefined || section === '') return undefined;
  const page = pageOf(section);
  const anchor = table === undefined ? `sect_${section}` : `table_${number}`;
  const isAll = table === undefined && page === anchor;
  const whole = `${ROOT}/part${part.padStart(2, '0')}/${page}.html`;
  return isAll || !section.includes('.') ? whole : `${whole}#${anchor}`;
}

/** The first section of anything stands on the page of what it is in, and so does all below it. */
function pageOf(section: string): string {
  const [chapter = '', ...numbers] = section.split('.');
  const first = numbers.indexOf('1');
  const own = first < 0 ? numbers : numbers.slice(0, first);
  return own.length === 0 ? `chapter_${chapter}` : `sect_${[chapter, ...own].join('.')}`;
}
