import { expect, test } from 'vitest';
import { fateOf, rowOf } from '../../core/deidentify/actions.ts';
import type { DeidentifyOptions, Fate } from '../../core/deidentify/actions.ts';
import { PROFILE } from '../../core/deidentify/profile.ts';
import { tagOf } from '../../core/data/index.ts';
import { attribute } from '../../core/dict/index.ts';

/** Rows of PS3.15 Table E.1-1, read again from the standard: keyword, action, and the columns that say K. */
const ROWS = `
AccessionNumber Z
AcquisitionDate X/Z dates
AcquisitionDateTime X/Z/D dates
AcquisitionDeviceProcessingDescription X/D
AcquisitionUID U uids
AdditionalPatientHistory X
AdmissionID X
Allergies X
ClinicalTrialSiteName Z institution
ClinicalTrialSponsorName D
ClinicalTrialSubjectID D
ConcatenationUID U uids
ContentCreatorName Z/D
ContentDate Z/D dates
ContentSequence D
ContrastBolusAgent Z/D
DataSetTrailingPadding X
DerivationDescription X
DetectorID X/D device
DeviceSerialNumber X/Z/D device
DeviceUID U uids device
DigitalSignaturesSequence X
EncapsulatedDocument D
EthnicGroup X characteristics
FillerOrderNumberImagingServiceRequest Z
FrameOfReferenceUID U uids
GantryID X device
GraphicAnnotationSequence D
IconImageSequence X
ImageComments X
InstanceCreationDate X/D dates
InstanceCreatorUID U uids
InstitutionAddress X institution
InstitutionName X/Z/D institution
IssuerOfPatientID X
LastMenstrualDate X dates
MedicalAlerts X
NameOfPhysiciansReadingStudy X
Occupation X
OperatorsName X/Z/D
OriginalAttributesSequence X
OtherPatientIDs X
PatientAddress X
PatientAge X characteristics
PatientBirthDate Z
PatientBirthTime X
PatientComments X
PatientID Z/D
PatientMotherBirthName X
PatientName Z
PatientSex Z characteristics
PatientSize X characteristics
PatientTelephoneNumbers X
PatientWeight X characteristics
PerformedProcedureStepStartDate X dates
PersonName D
PlacerOrderNumberImagingServiceRequest Z
ProtocolName X/D
ReferencedImageSequence X/Z/U* uids
ReferencedPatientSequence X uids
ReferencedSOPInstanceUID U uids
ReferencedStudySequence X/Z uids
ReferringPhysicianName Z
RequestAttributesSequence X
RequestedProcedureDescription X/Z
ResponsiblePerson X
RetrieveAETitle X
SOPInstanceUID U uids
SeriesDate X/D dates
SeriesDescription X
SeriesInstanceUID U uids
SmokingStatus X characteristics
SourceImageSequence X/Z/U* uids
StationName X/Z/D device
StructureSetLabel D
StudyDate Z dates
StudyDescription X
StudyID Z
StudyInstanceUID U uids
StudyTime Z dates
TimezoneOffsetFromUTC X dates
UID U
VerifyingObserverSequence D
`.trim();

const OPTIONS: Readonly<Record<string, DeidentifyOptions>> = {
  dates: { dates: 'keep' },
  device: { retainDevice: true },
  institution: { retainInstitution: true },
  uids: { retainUIDs: true },
  characteristics: { retainPatientCharacteristics: true },
};

/** What fulfils an action whatever type the IOD gives the attribute. */
const LAST: Readonly<Record<string, Fate>> = { X: 'remove', Z: 'empty', D: 'dummy', U: 'uid', 'U*': 'uid' };

test.each(ROWS.split('\n').map((line) => line.split(' ')))('%s: %s %s', (keyword, action, ...kept) => {
  const tag = tagOf(keyword!);
  const vr = attribute(tag)!.vr;
  expect(PROFILE).toContain(`\n${tag}|${action}${kept.length > 0 ? '|' : '\n'}`);
  expect(rowOf(tag)!.fate).toBe(LAST[action!.split('/').at(-1)!]);
  const keeping = Object.keys(OPTIONS).filter((name) => fateOf(tag, { vr }, OPTIONS[name]!) === 'keep');
  expect(keeping.sort()).toEqual(kept.sort());
});

test('the table is whole: as many rows of each action as the standard has', () => {
  const actions = PROFILE.trim()
    .split('\n')
    .map((line) => line.split('|')[1]!);
  const counts: Record<string, number> = {};
  for (const action of actions) counts[action] = (counts[action] ?? 0) + 1;
  expect(counts).toEqual(COUNTS);
});

const COUNTS = { X: 416, D: 93, U: 55, Z: 42, 'X/D': 23, 'X/Z': 11, 'X/Z/D': 8, 'Z/D': 6, 'X/Z/U*': 2 };

test('rows are unique, in order, and name what the dictionary knows', () => {
  const tags = PROFILE.trim()
    .split('\n')
    .map((line) => line.split('|')[0]!);
  expect(tags).toEqual([...new Set(tags)].sort());
  const unknown = tags.filter((tag) => !tag.includes('x') && attribute(tag) === undefined);
  // Of editions that are younger than the dictionary, or retired before it began.
  expect(unknown.length).toBeLessThan(30);
});

test('what the table does not list', () => {
  const fate = (tag: string, vr: string, options: DeidentifyOptions = {}) => fateOf(tag, { vr }, options);
  expect(fate('00280010', 'US')).toBe('keep'); // Rows
  expect(fate('00091001', 'LO')).toBe('remove'); // private
  expect(fate('00090010', 'LO')).toBe('remove'); // private creator
  expect(fate('00100001', 'LO')).toBe('remove'); // nobody knows it
  expect(fate('00020016', 'AE')).toBe('remove'); // meta information has no place in a data set
  expect(fate('60020050', 'SS')).toBe('remove'); // origin of an overlay without its data
  expect(fate('50043000', 'OW')).toBe('remove'); // curve
  expect(fate('00400260', 'UN')).toBe('remove'); // a sequence that was not read
  expect(fate('00081140', 'UN', { retainUIDs: true })).toBe('remove'); // the same, though an option keeps it
  expect(fate('00100033', 'LO')).toBe('remove'); // birth date in another calendar
  expect(fate('00420010', 'ST')).toBe('empty'); // the title of a document
  expect(fate('00142006', 'PN')).toBe('dummy'); // a person
  expect(fate('00141020', 'DA')).toBe('dummy');
  expect(fate('00141020', 'DA', { dates: 'shift' })).toBe('shift');
  expect(fate('00141020', 'DA', { dates: 'keep' })).toBe('keep');
});
