import type { ElementStrings } from './elements-en.ts';

export const elementsDe: ElementStrings = {
  names: {
    'dimse-scu': 'DICOM',
    'dimse-query': 'DICOM-Suche',
    'dimse-queue': 'DICOM-Übertragungen',
    'dimse-viewer': 'DICOM-Bild',
    'dimse-inspector': 'DICOM-Inspektor',
  },
  noPicture: 'Noch wird nichts gezeigt. „Ansehen“ in einer Trefferliste zeigt es hier.',
  notStarted: (why) =>
    `Dieser Teil der Seite konnte nicht beginnen: ${why}. Fragen Sie, wer die Website betreibt.`,
  nobody: 'Niemand kann gefragt werden: keine Gegenstelle ist bekannt, oder der eigene AE-Titel ist keiner.',
  noPeer: (name) => `Niemand wird gerufen: ${name} ist keine der Gegenstellen, die hier bekannt sind.`,
  nothingToSend: 'Keine dieser Dateien kann gesendet werden.',
};
