/** The tables that decide what is proposed and accepted (PS3.4 B.5, C.6). */
import { describe, expect, it } from 'vitest';
import { uid } from '../../core/dict/index.ts';
import {
  isStorageClass,
  QUERY_RETRIEVE,
  queryRetrieveOf,
  RANKED_STORAGE_CLASSES,
  VERIFICATION,
} from '../../core/service/index.ts';

describe('storage classes', () => {
  it('ranks known storage classes, each once, and leaves room for the retrieve context', () => {
    for (const sopClass of RANKED_STORAGE_CLASSES) {
      expect(uid(sopClass), sopClass).toBeDefined();
      expect(isStorageClass(sopClass), sopClass).toBe(true);
    }
    expect(new Set(RANKED_STORAGE_CLASSES).size).toBe(RANKED_STORAGE_CLASSES.length);
    expect(RANKED_STORAGE_CLASSES.length).toBeLessThan(128);
  });

  it.each([
    ['1.2.840.10008.5.1.4.1.1.2', true], // CT
    ['1.2.840.10008.5.1.4.1.1.3', true], // Ultrasound multi-frame, retired
    ['1.3.6.1.4.1.9590.100.1.2.3', true], // a private class
    [VERIFICATION, false],
    ['1.2.840.10008.1.20.1', false], // Storage Commitment Push Model
    ['1.2.840.10008.1.3.10', false], // Media Storage Directory
    ['1.2.840.10008.5.1.4.31', false], // Modality Worklist
    ['1.2.840.10008.3.1.2.3.3', false], // Modality Performed Procedure Step
    ['1.2.840.10008.1.2', false], // a transfer syntax
  ])('%s: %s', (sopClass, storage) => expect(isStorageClass(sopClass)).toBe(storage));
});

/** Typed a second time from PS3.6 A. */
it.each([
  ['PATIENT', 'FIND', '1.2.840.10008.5.1.4.1.2.1.1', 'Patient Root Query/Retrieve Information Model - FIND'],
  ['PATIENT', 'MOVE', '1.2.840.10008.5.1.4.1.2.1.2', 'Patient Root Query/Retrieve Information Model - MOVE'],
  ['PATIENT', 'GET', '1.2.840.10008.5.1.4.1.2.1.3', 'Patient Root Query/Retrieve Information Model - GET'],
  ['STUDY', 'FIND', '1.2.840.10008.5.1.4.1.2.2.1', 'Study Root Query/Retrieve Information Model - FIND'],
  ['STUDY', 'MOVE', '1.2.840.10008.5.1.4.1.2.2.2', 'Study Root Query/Retrieve Information Model - MOVE'],
  ['STUDY', 'GET', '1.2.840.10008.5.1.4.1.2.2.3', 'Study Root Query/Retrieve Information Model - GET'],
  [
    'PATIENT/STUDY ONLY',
    'FIND',
    '1.2.840.10008.5.1.4.1.2.3.1',
    'Patient/Study Only Query/Retrieve Information Model - FIND',
  ],
  [
    'PATIENT/STUDY ONLY',
    'MOVE',
    '1.2.840.10008.5.1.4.1.2.3.2',
    'Patient/Study Only Query/Retrieve Information Model - MOVE',
  ],
  [
    'PATIENT/STUDY ONLY',
    'GET',
    '1.2.840.10008.5.1.4.1.2.3.3',
    'Patient/Study Only Query/Retrieve Information Model - GET',
  ],
] as const)('%s root %s is %s', (model, service, value, name) => {
  expect(QUERY_RETRIEVE[model][service]).toBe(value);
  expect(queryRetrieveOf(value)).toEqual({ model, service });
  expect(uid(value)?.name).toBe(name);
});
