import { expect, it } from 'vitest';
import { dataOptions } from '../../web/facade/data-options.ts';

it('takes options from the attributes of a script, by the names that HTML gives them', () => {
  // data-bridge, data-worker-type, data-calling-ae-title
  const dataset = { bridge: '/dicom/', workerType: 'module', callingAeTitle: 'PORTAL' };
  expect(dataOptions(dataset)).toEqual({
    bridge: '/dicom/',
    workerType: 'module',
    callingAETitle: 'PORTAL',
  });
  expect(dataOptions({})).toEqual({});
});
