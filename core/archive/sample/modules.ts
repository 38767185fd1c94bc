/** The attributes of the modules of PS3.3 C that sample images share. */
import { dayFrom } from '../../data/index.ts';
import type { Plane } from './pixels.ts';
import type { Keys, SampleStudy } from './types.ts';
import { nameUID } from './uid.ts';

/** Patient, General Study, General Equipment, SOP Common, and the dates (PS3.3 C.7.1.1, C.7.2.1, C.7.5.1, C.12.1). */
export function commonKeys(study: SampleStudy, today: Date): Keys {
  const date = dayFrom(today, -study.daysAgo);
  const { patient, time } = study;
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    PatientName: patient.name,
    PatientID: patient.id,
    PatientBirthDate: patient.birthDate,
    PatientSex: patient.sex,
    PatientComments: 'Synthetic data for tests. This person does not exist.',
    StudyDate: date,
    SeriesDate: date,
    AcquisitionDate: date,
    ContentDate: date,
    StudyTime: time,
    SeriesTime: time,
    AcquisitionTime: time,
    ContentTime: time,
    StudyID: study.id,
    AccessionNumber: study.accessionNumber,
    StudyDescription: study.description,
    ReferringPhysicianName: 'Referrer^Rita^^Dr.',
    Manufacturer: 'webdimse',
    ManufacturerModelName: 'Sample generator',
    InstitutionName: 'Hospital of Nowhere',
    StationName: 'SAMPLE',
    SoftwareVersions: '1',
  };
}

/** Image Pixel (PS3.3 C.7.6.3) of one sample a pixel. */
export function greyKeys(plane: Plane, bits: { allocated: number; stored: number; signed?: boolean }): Keys {
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: plane.rows,
    Columns: plane.columns,
    BitsAllocated: bits.allocated,
    BitsStored: bits.stored,
    HighBit: bits.stored - 1,
    PixelRepresentation: bits.signed === true ? 1 : 0,
  };
}

/** Image Plane and Frame of Reference of transverse slices (PS3.3 C.7.6.2, C.7.4.1). Lengths in millimetres. */
export function sliceKeys(
  plane: Plane,
  geometry: { frameOfReference: string; spacing: number; thickness: number; z: number },
): Keys {
  const { spacing, thickness, z } = geometry;
  // To the hundredth: binary fractions would print more digits than DS has room for.
  const corner = (count: number): number => -Math.round((count - 1) * spacing * 50) / 100;
  return {
    FrameOfReferenceUID: nameUID(`frame/${geometry.frameOfReference}`),
    PositionReferenceIndicator: '',
    PatientPosition: 'HFS',
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    ImagePositionPatient: [corner(plane.columns), corner(plane.rows), z],
    PixelSpacing: [spacing, spacing],
    SliceThickness: thickness,
    SpacingBetweenSlices: thickness,
    SliceLocation: z,
  };
}
