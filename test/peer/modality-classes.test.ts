import { expect, test } from 'vitest';
import { UID } from '../../core/dict/index.ts';
import { classesOfModality } from '../../core/peer/modality-classes.ts';
import { RANKED_STORAGE_CLASSES } from '../../core/service/index.ts';

test('a modality has its classes, and secondary captures', () => {
  expect(classesOfModality('CT')[0]).toBe(UID.CTImageStorage);
  expect(classesOfModality('CT')).toContain(UID.SecondaryCaptureImageStorage);
});

test.each(['', 'ZZ', 'constructor', '__proto__', 'toString'])('"%s" may be anything', (modality) => {
  expect(classesOfModality(modality)).toEqual(RANKED_STORAGE_CLASSES);
});
