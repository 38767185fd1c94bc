/** What only elements in another's page say, in English. */
export type ElementStrings = typeof elementsEn;

export const elementsEn = {
  /** Of the region that each is, beside others of the page around. */
  names: {
    'dimse-scu': 'DICOM',
    'dimse-query': 'DICOM search',
    'dimse-queue': 'DICOM transfers',
    'dimse-viewer': 'DICOM picture',
    'dimse-inspector': 'DICOM inspector',
  } as Readonly<Record<string, string>>,
  noPicture: 'Nothing is shown yet. View in a list of results shows it here.',
  notStarted: (why: string) => `This part of the page could not start: ${why}. Ask who runs the site.`,
  nobody: 'Nobody can be asked: no peer is known, or the calling AE title is none.',
  noPeer: (name: string) => `Nobody is called: ${name} is none of the peers that are known here.`,
  nothingToSend: 'None of these files can be sent.',
};
