/** The storage classes in the order of how common they are (PS3.4 B.5). */

/** The storage class with this end of its UID, by which storage classes are listed (PS3.4 B.5). */
export function storageClass(suffix: string): string {
  return `1.2.840.10008.5.1.4.1.1.${suffix}`;
}

/**
 * Storage classes in the order in which a C-GET proposes them: an association has 128 contexts at most, so
 * the common ones come first. The planner that asks before it proposes will shorten this.
 */
export const RANKED_STORAGE_CLASSES: readonly string[] = [
  '2', // CT
  '4', // MR
  '1', // CR
  '1.1', // Digital X-Ray, presentation
  '1.1.1', // Digital X-Ray, processing
  '1.2', // Digital mammography, presentation
  '1.2.1', // Digital mammography, processing
  '13.1.3', // Breast tomosynthesis
  '13.1.1', // X-Ray 3D angiographic
  '13.1.2', // X-Ray 3D craniofacial
  '2.1', // Enhanced CT
  '4.1', // Enhanced MR
  '4.2', // MR spectroscopy
  '4.3', // Enhanced MR colour
  '6.1', // Ultrasound
  '3.1', // Ultrasound multi-frame
  '6.2', // Enhanced US volume
  '12.1', // X-Ray angiographic
  '12.2', // X-Ray radiofluoroscopic
  '12.1.1', // Enhanced XA
  '12.2.1', // Enhanced XRF
  '128', // PET
  '130', // Enhanced PET
  '20', // Nuclear medicine
  '7', // Secondary capture
  '7.1', // Multi-frame single bit SC
  '7.2', // Multi-frame grayscale byte SC
  '7.3', // Multi-frame grayscale word SC
  '7.4', // Multi-frame true colour SC
  '88.11', // Basic text SR
  '88.22', // Enhanced SR
  '88.33', // Comprehensive SR
  '88.34', // Comprehensive 3D SR
  '88.35', // Extensible SR
  '88.40', // Procedure log
  '88.50', // Mammography CAD SR
  '88.59', // Key object selection
  '88.65', // Chest CAD SR
  '88.67', // X-Ray radiation dose SR
  '88.68', // Radiopharmaceutical radiation dose SR
  '104.1', // Encapsulated PDF
  '104.2', // Encapsulated CDA
  '104.3', // Encapsulated STL
  '11.1', // Grayscale softcopy presentation state
  '11.2', // Colour softcopy presentation state
  '11.3', // Pseudo-colour softcopy presentation state
  '11.4', // Blending softcopy presentation state
  '66', // Raw data
  '66.1', // Spatial registration
  '66.2', // Spatial fiducials
  '66.3', // Deformable spatial registration
  '66.4', // Segmentation
  '66.5', // Surface segmentation
  '67', // Real world value mapping
  '30', // Parametric map
  '481.1', // RT image
  '481.2', // RT dose
  '481.3', // RT structure set
  '481.4', // RT beams treatment record
  '481.5', // RT plan
  '481.6', // RT brachy treatment record
  '481.7', // RT treatment summary record
  '481.8', // RT ion plan
  '481.9', // RT ion beams treatment record
  '77.1.1', // VL endoscopic
  '77.1.1.1', // Video endoscopic
  '77.1.2', // VL microscopic
  '77.1.2.1', // Video microscopic
  '77.1.3', // VL slide-coordinates microscopic
  '77.1.4', // VL photographic
  '77.1.4.1', // Video photographic
  '77.1.5.1', // Ophthalmic photography 8 bit
  '77.1.5.2', // Ophthalmic photography 16 bit
  '77.1.5.4', // Ophthalmic tomography
  '77.1.6', // VL whole slide microscopy
  '9.1.1', // 12-lead ECG
  '9.1.2', // General ECG
  '9.1.3', // Ambulatory ECG
  '9.2.1', // Hemodynamic waveform
  '9.3.1', // Cardiac electrophysiology
  '9.4.1', // Basic voice audio
  '5', // Nuclear medicine, retired
  '6', // Ultrasound, retired
  '3', // Ultrasound multi-frame, retired
  '12.3', // X-Ray angiographic bi-plane, retired
].map(storageClass);
