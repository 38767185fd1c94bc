// Made by generate.mjs from uids.tsv (PS3.6 Annex A). Edit those.
export const UIDS: string = `
#SOP Class
.1.1|Verification|Verification SOP Class
#Transfer Syntax
.1.2|ImplicitVRLittleEndian
.1.2.1|ExplicitVRLittleEndian
.1.2.1.98|EncapsulatedUncompressedExplicitVRLittleEndian
.1.2.1.99|DeflatedExplicitVRLittleEndian
.1.2.2|ExplicitVRBigEndian||Y
.1.2.4.50|JPEGBaseline8Bit|JPEG Baseline (Process 1)
.1.2.4.51|JPEGExtended12Bit|JPEG Extended (Process 2 and 4)
.1.2.4.52|JPEGExtended35|JPEG Extended (Process 3 and 5)|Y
.1.2.4.53|JPEGSpectralSelectionNonHierarchical68|JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)|Y
.1.2.4.54|JPEGSpectralSelectionNonHierarchical79|JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)|Y
.1.2.4.55|JPEGFullProgressionNonHierarchical1012|JPEG Full Progression, Non-Hierarchical (Process 10 and 12)|Y
.1.2.4.56|JPEGFullProgressionNonHierarchical1113|JPEG Full Progression, Non-Hierarchical (Process 11 and 13)|Y
.1.2.4.57|JPEGLossless|JPEG Lossless, Non-Hierarchical (Process 14)
.1.2.4.58|JPEGLosslessNonHierarchical15|JPEG Lossless, Non-Hierarchical (Process 15)|Y
.1.2.4.59|JPEGExtendedHierarchical1618|JPEG Extended, Hierarchical (Process 16 and 18)|Y
.1.2.4.60|JPEGExtendedHierarchical1719|JPEG Extended, Hierarchical (Process 17 and 19)|Y
.1.2.4.61|JPEGSpectralSelectionHierarchical2022|JPEG Spectral Selection, Hierarchical (Process 20 and 22)|Y
.1.2.4.62|JPEGSpectralSelectionHierarchical2123|JPEG Spectral Selection, Hierarchical (Process 21 and 23)|Y
.1.2.4.63|JPEGFullProgressionHierarchical2426|JPEG Full Progression, Hierarchical (Process 24 and 26)|Y
.1.2.4.64|JPEGFullProgressionHierarchical2527|JPEG Full Progression, Hierarchical (Process 25 and 27)|Y
.1.2.4.65|JPEGLosslessHierarchical28|JPEG Lossless, Hierarchical (Process 28)|Y
.1.2.4.66|JPEGLosslessHierarchical29|JPEG Lossless, Hierarchical (Process 29)|Y
.1.2.4.70|JPEGLosslessSV1|JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])
.1.2.4.80|JPEGLSLossless|JPEG-LS Lossless Image Compression
.1.2.4.81|JPEGLSNearLossless|JPEG-LS Lossy (Near-Lossless) Image Compression
.1.2.4.90|JPEG2000Lossless|JPEG 2000 Image Compression (Lossless Only)
.1.2.4.91|JPEG2000|JPEG 2000 Image Compression
.1.2.4.92|JPEG2000MCLossless|JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)
.1.2.4.93|JPEG2000MC|JPEG 2000 Part 2 Multi-component Image Compression
.1.2.4.94|JPIPReferenced
.1.2.4.95|JPIPReferencedDeflate
.1.2.4.100|MPEG2MPML|MPEG2 Main Profile / Main Level
.1.2.4.100.1|MPEG2MPMLF|Fragmentable MPEG2 Main Profile / Main Level
.1.2.4.101|MPEG2MPHL|MPEG2 Main Profile / High Level
.1.2.4.101.1|MPEG2MPHLF|Fragmentable MPEG2 Main Profile / High Level
.1.2.4.102|MPEG4HP41|MPEG-4 AVC/H.264 High Profile / Level 4.1
.1.2.4.102.1|MPEG4HP41F|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1
.1.2.4.103|MPEG4HP41BD|MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1
.1.2.4.103.1|MPEG4HP41BDF|Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1
.1.2.4.104|MPEG4HP422D|MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video
.1.2.4.104.1|MPEG4HP422DF|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video
.1.2.4.105|MPEG4HP423D|MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video
.1.2.4.105.1|MPEG4HP423DF|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video
.1.2.4.106|MPEG4HP42STEREO|MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2
.1.2.4.106.1|MPEG4HP42STEREOF|Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2
.1.2.4.107|HEVCMP51|HEVC/H.265 Main Profile / Level 5.1
.1.2.4.108|HEVCM10P51|HEVC/H.265 Main 10 Profile / Level 5.1
.1.2.4.110|JPEGXLLossless|JPEG XL Lossless
.1.2.4.111|JPEGXLJPEGRecompression|JPEG XL JPEG Recompression
.1.2.4.112|JPEGXL|JPEG XL
.1.2.4.201|HTJ2KLossless|High-Throughput JPEG 2000 Image Compression (Lossless Only)
.1.2.4.202|HTJ2KLosslessRPCL|High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)
.1.2.4.203|HTJ2K|High-Throughput JPEG 2000 Image Compression
.1.2.4.204|JPIPHTJ2KReferenced|JPIP HTJ2K Referenced
.1.2.4.205|JPIPHTJ2KReferencedDeflate|JPIP HTJ2K Referenced Deflate
.1.2.5|RLELossless
.1.2.6.1|RFC2557MIMEEncapsulation|RFC 2557 MIME encapsulation|Y
.1.2.6.2|XMLEncoding||Y
.1.2.7.1|SMPTEST211020UncompressedProgressiveActiveVideo|SMPTE ST 2110-20 Uncompressed Progressive Active Video
.1.2.7.2|SMPTEST211020UncompressedInterlacedActiveVideo|SMPTE ST 2110-20 Uncompressed Interlaced Active Video
.1.2.7.3|SMPTEST211030PCMDigitalAudio|SMPTE ST 2110-30 PCM Digital Audio
.1.2.8.1|DeflatedImageFrameCompression
#SOP Class
.1.3.10|MediaStorageDirectoryStorage
#Well-known SOP Instance
.1.5.1|HotIronPalette|Hot Iron Color Palette SOP Instance
.1.5.2|PETPalette|PET Color Palette SOP Instance
.1.5.3|HotMetalBluePalette|Hot Metal Blue Color Palette SOP Instance
.1.5.4|PET20StepPalette|PET 20 Step Color Palette SOP Instance
.1.5.5|SpringPalette|Spring Color Palette SOP Instance
.1.5.6|SummerPalette|Summer Color Palette SOP Instance
.1.5.7|FallPalette|Fall Color Palette SOP Instance
.1.5.8|WinterPalette|Winter Color Palette SOP Instance
#SOP Class
.1.9|BasicStudyContentNotification|Basic Study Content Notification SOP Class|Y
#Transfer Syntax
.1.20|Papyrus3ImplicitVRLittleEndian|Papyrus 3 Implicit VR Little Endian|Y
#SOP Class
.1.20.1|StorageCommitmentPushModel|Storage Commitment Push Model SOP Class
#Well-known SOP Instance
.1.20.1.1|StorageCommitmentPushModelInstance|Storage Commitment Push Model SOP Instance
#SOP Class
.1.20.2|StorageCommitmentPullModel|Storage Commitment Pull Model SOP Class|Y
#Well-known SOP Instance
.1.20.2.1|StorageCommitmentPullModelInstance|Storage Commitment Pull Model SOP Instance|Y
#SOP Class
.1.40|ProceduralEventLogging|Procedural Event Logging SOP Class
#Well-known SOP Instance
.1.40.1|ProceduralEventLoggingInstance|Procedural Event Logging SOP Instance
#SOP Class
.1.42|SubstanceAdministrationLogging|Substance Administration Logging SOP Class
#Well-known SOP Instance
.1.42.1|SubstanceAdministrationLoggingInstance|Substance Administration Logging SOP Instance
#DICOM UIDs as a Coding Scheme
.2.6.1|DCMUID|DICOM UID Registry
#Coding Scheme
.2.16.4|DCM|DICOM Controlled Terminology
.2.16.5|MA|Adult Mouse Anatomy Ontology
.2.16.6|UBERON|Uberon Ontology
.2.16.7|ITIS_TSN|Integrated Taxonomic Information System (ITIS) Taxonomic Serial Number (TSN)
.2.16.8|MGI|Mouse Genome Initiative (MGI)
.2.16.9|PUBCHEM_CID|PubChem Compound CID
.2.16.10|DC|Dublin Core
.2.16.11|NYUMCCG|New York University Melanoma Clinical Cooperative Group
.2.16.12|MAYONRISBSASRG|Mayo Clinic Non-radiological Images Specific Body Structure Anatomical Surface Region Guide
.2.16.13|IBSI|Image Biomarker Standardisation Initiative
.2.16.14|RO|Radiomics Ontology
.2.16.15|RADELEMENT|RadElement
.2.16.16|I11|ICD-11
.2.16.17|UNS|Unified numbering system (UNS) for metals and alloys
.2.16.18|RRID|Research Resource Identification
#Application Context Name
.3.1.1.1|DICOMApplicationContext|DICOM Application Context Name
#SOP Class
.3.1.2.1.1|DetachedPatientManagement|Detached Patient Management SOP Class|Y
#Meta SOP Class
.3.1.2.1.4|DetachedPatientManagementMeta|Detached Patient Management Meta SOP Class|Y
#SOP Class
.3.1.2.2.1|DetachedVisitManagement|Detached Visit Management SOP Class|Y
.3.1.2.3.1|DetachedStudyManagement|Detached Study Management SOP Class|Y
.3.1.2.3.2|StudyComponentManagement|Study Component Management SOP Class|Y
.3.1.2.3.3|ModalityPerformedProcedureStep|Modality Performed Procedure Step SOP Class
.3.1.2.3.4|ModalityPerformedProcedureStepRetrieve|Modality Performed Procedure Step Retrieve SOP Class
.3.1.2.3.5|ModalityPerformedProcedureStepNotification|Modality Performed Procedure Step Notification SOP Class
.3.1.2.5.1|DetachedResultsManagement|Detached Results Management SOP Class|Y
#Meta SOP Class
.3.1.2.5.4|DetachedResultsManagementMeta|Detached Results Management Meta SOP Class|Y
.3.1.2.5.5|DetachedStudyManagementMeta|Detached Study Management Meta SOP Class|Y
#SOP Class
.3.1.2.6.1|DetachedInterpretationManagement|Detached Interpretation Management SOP Class|Y
#Service Class
.4.2|Storage|Storage Service Class
#SOP Class
.5.1.1.1|BasicFilmSession|Basic Film Session SOP Class
.5.1.1.2|BasicFilmBox|Basic Film Box SOP Class
.5.1.1.4|BasicGrayscaleImageBox|Basic Grayscale Image Box SOP Class
.5.1.1.4.1|BasicColorImageBox|Basic Color Image Box SOP Class
.5.1.1.4.2|ReferencedImageBox|Referenced Image Box SOP Class|Y
#Meta SOP Class
.5.1.1.9|BasicGrayscalePrintManagementMeta|Basic Grayscale Print Management Meta SOP Class
.5.1.1.9.1|ReferencedGrayscalePrintManagementMeta|Referenced Grayscale Print Management Meta SOP Class|Y
#SOP Class
.5.1.1.14|PrintJob|Print Job SOP Class
.5.1.1.15|BasicAnnotationBox|Basic Annotation Box SOP Class
.5.1.1.16|Printer|Printer SOP Class
.5.1.1.16.376|PrinterConfigurationRetrieval|Printer Configuration Retrieval SOP Class
#Well-known SOP Instance
.5.1.1.17|PrinterInstance|Printer SOP Instance
.5.1.1.17.376|PrinterConfigurationRetrievalInstance|Printer Configuration Retrieval SOP Instance
#Meta SOP Class
.5.1.1.18|BasicColorPrintManagementMeta|Basic Color Print Management Meta SOP Class
.5.1.1.18.1|ReferencedColorPrintManagementMeta|Referenced Color Print Management Meta SOP Class|Y
#SOP Class
.5.1.1.22|VOILUTBox|VOI LUT Box SOP Class
.5.1.1.23|PresentationLUT|Presentation LUT SOP Class
.5.1.1.24|ImageOverlayBox|Image Overlay Box SOP Class|Y
.5.1.1.24.1|BasicPrintImageOverlayBox|Basic Print Image Overlay Box SOP Class|Y
#Well-known SOP Instance
.5.1.1.25|PrintQueueInstance|Print Queue SOP Instance|Y
#SOP Class
.5.1.1.26|PrintQueueManagement|Print Queue Management SOP Class|Y
.5.1.1.27|StoredPrintStorage|Stored Print Storage SOP Class|Y
.5.1.1.29|HardcopyGrayscaleImageStorage|Hardcopy Grayscale Image Storage SOP Class|Y
.5.1.1.30|HardcopyColorImageStorage|Hardcopy Color Image Storage SOP Class|Y
.5.1.1.31|PullPrintRequest|Pull Print Request SOP Class|Y
#Meta SOP Class
.5.1.1.32|PullStoredPrintManagementMeta|Pull Stored Print Management Meta SOP Class|Y
#SOP Class
.5.1.1.33|MediaCreationManagement|Media Creation Management SOP Class UID
.5.1.1.40|DisplaySystem|Display System SOP Class
#Well-known SOP Instance
.5.1.1.40.1|DisplaySystemInstance|Display System SOP Instance
#SOP Class
.5.1.4.1.1.1|ComputedRadiographyImageStorage
.5.1.4.1.1.1.1|DigitalXRayImageStorageForPresentation|Digital X-Ray Image Storage - For Presentation
.5.1.4.1.1.1.1.1|DigitalXRayImageStorageForProcessing|Digital X-Ray Image Storage - For Processing
.5.1.4.1.1.1.2|DigitalMammographyXRayImageStorageForPresentation|Digital Mammography X-Ray Image Storage - For Presentation
.5.1.4.1.1.1.2.1|DigitalMammographyXRayImageStorageForProcessing|Digital Mammography X-Ray Image Storage - For Processing
.5.1.4.1.1.1.3|DigitalIntraOralXRayImageStorageForPresentation|Digital Intra-Oral X-Ray Image Storage - For Presentation
.5.1.4.1.1.1.3.1|DigitalIntraOralXRayImageStorageForProcessing|Digital Intra-Oral X-Ray Image Storage - For Processing
.5.1.4.1.1.2|CTImageStorage
.5.1.4.1.1.2.1|EnhancedCTImageStorage
.5.1.4.1.1.2.2|LegacyConvertedEnhancedCTImageStorage
.5.1.4.1.1.3|UltrasoundMultiFrameImageStorageRetired|Ultrasound Multi-frame Image Storage|Y
.5.1.4.1.1.3.1|UltrasoundMultiFrameImageStorage|Ultrasound Multi-frame Image Storage
.5.1.4.1.1.4|MRImageStorage
.5.1.4.1.1.4.1|EnhancedMRImageStorage
.5.1.4.1.1.4.2|MRSpectroscopyStorage
.5.1.4.1.1.4.3|EnhancedMRColorImageStorage
.5.1.4.1.1.4.4|LegacyConvertedEnhancedMRImageStorage
.5.1.4.1.1.5|NuclearMedicineImageStorageRetired|Nuclear Medicine Image Storage|Y
.5.1.4.1.1.6|UltrasoundImageStorageRetired|Ultrasound Image Storage|Y
.5.1.4.1.1.6.1|UltrasoundImageStorage
.5.1.4.1.1.6.2|EnhancedUSVolumeStorage
.5.1.4.1.1.6.3|PhotoacousticImageStorage
.5.1.4.1.1.7|SecondaryCaptureImageStorage
.5.1.4.1.1.7.1|MultiFrameSingleBitSecondaryCaptureImageStorage|Multi-frame Single Bit Secondary Capture Image Storage
.5.1.4.1.1.7.2|MultiFrameGrayscaleByteSecondaryCaptureImageStorage|Multi-frame Grayscale Byte Secondary Capture Image Storage
.5.1.4.1.1.7.3|MultiFrameGrayscaleWordSecondaryCaptureImageStorage|Multi-frame Grayscale Word Secondary Capture Image Storage
.5.1.4.1.1.7.4|MultiFrameTrueColorSecondaryCaptureImageStorage|Multi-frame True Color Secondary Capture Image Storage
.5.1.4.1.1.8|StandaloneOverlayStorage||Y
.5.1.4.1.1.9|StandaloneCurveStorage||Y
.5.1.4.1.1.9.1|WaveformStorageTrial|Waveform Storage - Trial|Y
.5.1.4.1.1.9.1.1|TwelveLeadECGWaveformStorage|12-lead ECG Waveform Storage
.5.1.4.1.1.9.1.2|GeneralECGWaveformStorage
.5.1.4.1.1.9.1.3|AmbulatoryECGWaveformStorage
.5.1.4.1.1.9.1.4|General32bitECGWaveformStorage|General 32-bit ECG Waveform Storage
.5.1.4.1.1.9.2.1|HemodynamicWaveformStorage
.5.1.4.1.1.9.3.1|CardiacElectrophysiologyWaveformStorage
.5.1.4.1.1.9.4.1|BasicVoiceAudioWaveformStorage
.5.1.4.1.1.9.4.2|GeneralAudioWaveformStorage
.5.1.4.1.1.9.5.1|ArterialPulseWaveformStorage
.5.1.4.1.1.9.6.1|RespiratoryWaveformStorage
.5.1.4.1.1.9.6.2|MultichannelRespiratoryWaveformStorage|Multi-channel Respiratory Waveform Storage
.5.1.4.1.1.9.7.1|RoutineScalpElectroencephalogramWaveformStorage
.5.1.4.1.1.9.7.2|ElectromyogramWaveformStorage
.5.1.4.1.1.9.7.3|ElectrooculogramWaveformStorage
.5.1.4.1.1.9.7.4|SleepElectroencephalogramWaveformStorage
.5.1.4.1.1.9.8.1|BodyPositionWaveformStorage
.5.1.4.1.1.10|StandaloneModalityLUTStorage||Y
.5.1.4.1.1.11|StandaloneVOILUTStorage|Standalone VOI LUT Storage|Y
.5.1.4.1.1.11.1|GrayscaleSoftcopyPresentationStateStorage
.5.1.4.1.1.11.2|ColorSoftcopyPresentationStateStorage
.5.1.4.1.1.11.3|PseudoColorSoftcopyPresentationStateStorage|Pseudo-Color Softcopy Presentation State Storage
.5.1.4.1.1.11.4|BlendingSoftcopyPresentationStateStorage
.5.1.4.1.1.11.5|XAXRFGrayscaleSoftcopyPresentationStateStorage|XA/XRF Grayscale Softcopy Presentation State Storage
.5.1.4.1.1.11.6|GrayscalePlanarMPRVolumetricPresentationStateStorage
.5.1.4.1.1.11.7|CompositingPlanarMPRVolumetricPresentationStateStorage
.5.1.4.1.1.11.8|AdvancedBlendingPresentationStateStorage
.5.1.4.1.1.11.9|VolumeRenderingVolumetricPresentationStateStorage
.5.1.4.1.1.11.10|SegmentedVolumeRenderingVolumetricPresentationStateStorage
.5.1.4.1.1.11.11|MultipleVolumeRenderingVolumetricPresentationStateStorage
.5.1.4.1.1.11.12|VariableModalityLUTSoftcopyPresentationStateStorage
.5.1.4.1.1.12.1|XRayAngiographicImageStorage|X-Ray Angiographic Image Storage
.5.1.4.1.1.12.1.1|EnhancedXAImageStorage
.5.1.4.1.1.12.2|XRayRadiofluoroscopicImageStorage|X-Ray Radiofluoroscopic Image Storage
.5.1.4.1.1.12.2.1|EnhancedXRFImageStorage
.5.1.4.1.1.12.3|XRayAngiographicBiPlaneImageStorage|X-Ray Angiographic Bi-Plane Image Storage|Y
.5.1.4.1.1.12.77|||Y
.5.1.4.1.1.13.1.1|XRay3DAngiographicImageStorage|X-Ray 3D Angiographic Image Storage
.5.1.4.1.1.13.1.2|XRay3DCraniofacialImageStorage|X-Ray 3D Craniofacial Image Storage
.5.1.4.1.1.13.1.3|BreastTomosynthesisImageStorage
.5.1.4.1.1.13.1.4|BreastProjectionXRayImageStorageForPresentation|Breast Projection X-Ray Image Storage - For Presentation
.5.1.4.1.1.13.1.5|BreastProjectionXRayImageStorageForProcessing|Breast Projection X-Ray Image Storage - For Processing
.5.1.4.1.1.14.1|IntravascularOpticalCoherenceTomographyImageStorageForPresentation|Intravascular Optical Coherence Tomography Image Storage - For Presentation
.5.1.4.1.1.14.2|IntravascularOpticalCoherenceTomographyImageStorageForProcessing|Intravascular Optical Coherence Tomography Image Storage - For Processing
.5.1.4.1.1.20|NuclearMedicineImageStorage
.5.1.4.1.1.30|ParametricMapStorage
.5.1.4.1.1.40|||Y
.5.1.4.1.1.66|RawDataStorage
.5.1.4.1.1.66.1|SpatialRegistrationStorage
.5.1.4.1.1.66.2|SpatialFiducialsStorage
.5.1.4.1.1.66.3|DeformableSpatialRegistrationStorage
.5.1.4.1.1.66.4|SegmentationStorage
.5.1.4.1.1.66.5|SurfaceSegmentationStorage
.5.1.4.1.1.66.6|TractographyResultsStorage
.5.1.4.1.1.66.7|LabelMapSegmentationStorage
.5.1.4.1.1.66.8|HeightMapSegmentationStorage
.5.1.4.1.1.67|RealWorldValueMappingStorage
.5.1.4.1.1.68.1|SurfaceScanMeshStorage
.5.1.4.1.1.68.2|SurfaceScanPointCloudStorage
.5.1.4.1.1.77.1|VLImageStorageTrial|VL Image Storage - Trial|Y
.5.1.4.1.1.77.2|VLMultiFrameImageStorageTrial|VL Multi-frame Image Storage - Trial|Y
.5.1.4.1.1.77.1.1|VLEndoscopicImageStorage
.5.1.4.1.1.77.1.1.1|VideoEndoscopicImageStorage
.5.1.4.1.1.77.1.2|VLMicroscopicImageStorage
.5.1.4.1.1.77.1.2.1|VideoMicroscopicImageStorage
.5.1.4.1.1.77.1.3|VLSlideCoordinatesMicroscopicImageStorage|VL Slide-Coordinates Microscopic Image Storage
.5.1.4.1.1.77.1.4|VLPhotographicImageStorage
.5.1.4.1.1.77.1.4.1|VideoPhotographicImageStorage
.5.1.4.1.1.77.1.5.1|OphthalmicPhotography8BitImageStorage|Ophthalmic Photography 8 Bit Image Storage
.5.1.4.1.1.77.1.5.2|OphthalmicPhotography16BitImageStorage|Ophthalmic Photography 16 Bit Image Storage
.5.1.4.1.1.77.1.5.3|StereometricRelationshipStorage
.5.1.4.1.1.77.1.5.4|OphthalmicTomographyImageStorage
.5.1.4.1.1.77.1.5.5|WideFieldOphthalmicPhotographyStereographicProjectionImageStorage
.5.1.4.1.1.77.1.5.6|WideFieldOphthalmicPhotography3DCoordinatesImageStorage|Wide Field Ophthalmic Photography 3D Coordinates Image Storage
.5.1.4.1.1.77.1.5.7|OphthalmicOpticalCoherenceTomographyEnFaceImageStorage
.5.1.4.1.1.77.1.5.8|OphthalmicOpticalCoherenceTomographyBscanVolumeAnalysisStorage|Ophthalmic Optical Coherence Tomography B-scan Volume Analysis Storage
.5.1.4.1.1.77.1.6|VLWholeSlideMicroscopyImageStorage
.5.1.4.1.1.77.1.7|DermoscopicPhotographyImageStorage
.5.1.4.1.1.77.1.8|ConfocalMicroscopyImageStorage
.5.1.4.1.1.77.1.9|ConfocalMicroscopyTiledPyramidalImageStorage
.5.1.4.1.1.78.1|LensometryMeasurementsStorage
.5.1.4.1.1.78.2|AutorefractionMeasurementsStorage
.5.1.4.1.1.78.3|KeratometryMeasurementsStorage
.5.1.4.1.1.78.4|SubjectiveRefractionMeasurementsStorage
.5.1.4.1.1.78.5|VisualAcuityMeasurementsStorage
.5.1.4.1.1.78.6|SpectaclePrescriptionReportStorage
.5.1.4.1.1.78.7|OphthalmicAxialMeasurementsStorage
.5.1.4.1.1.78.8|IntraocularLensCalculationsStorage
.5.1.4.1.1.79.1|MacularGridThicknessAndVolumeReportStorage|Macular Grid Thickness and Volume Report Storage
.5.1.4.1.1.80.1|OphthalmicVisualFieldStaticPerimetryMeasurementsStorage
.5.1.4.1.1.81.1|OphthalmicThicknessMapStorage
.5.1.4.1.1.82.1|CornealTopographyMapStorage
.5.1.4.1.1.88.1|TextSRStorageTrial|Text SR Storage - Trial|Y
.5.1.4.1.1.88.2|AudioSRStorageTrial|Audio SR Storage - Trial|Y
.5.1.4.1.1.88.3|DetailSRStorageTrial|Detail SR Storage - Trial|Y
.5.1.4.1.1.88.4|ComprehensiveSRStorageTrial|Comprehensive SR Storage - Trial|Y
.5.1.4.1.1.88.11|BasicTextSRStorage
.5.1.4.1.1.88.22|EnhancedSRStorage
.5.1.4.1.1.88.33|ComprehensiveSRStorage
.5.1.4.1.1.88.34|Comprehensive3DSRStorage|Comprehensive 3D SR Storage
.5.1.4.1.1.88.35|ExtensibleSRStorage
.5.1.4.1.1.88.40|ProcedureLogStorage
.5.1.4.1.1.88.50|MammographyCADSRStorage|Mammography CAD SR Storage
.5.1.4.1.1.88.59|KeyObjectSelectionDocumentStorage
.5.1.4.1.1.88.65|ChestCADSRStorage|Chest CAD SR Storage
.5.1.4.1.1.88.67|XRayRadiationDoseSRStorage|X-Ray Radiation Dose SR Storage
.5.1.4.1.1.88.68|RadiopharmaceuticalRadiationDoseSRStorage
.5.1.4.1.1.88.69|ColonCADSRStorage|Colon CAD SR Storage
.5.1.4.1.1.88.70|ImplantationPlanSRStorage
.5.1.4.1.1.88.71|AcquisitionContextSRStorage
.5.1.4.1.1.88.72|SimplifiedAdultEchoSRStorage
.5.1.4.1.1.88.73|PatientRadiationDoseSRStorage
.5.1.4.1.1.88.74|PlannedImagingAgentAdministrationSRStorage
.5.1.4.1.1.88.75|PerformedImagingAgentAdministrationSRStorage
.5.1.4.1.1.88.76|EnhancedXRayRadiationDoseSRStorage|Enhanced X-Ray Radiation Dose SR Storage
.5.1.4.1.1.88.77|WaveformAnnotationSRStorage
.5.1.4.1.1.90.1|ContentAssessmentResultsStorage
.5.1.4.1.1.91.1|MicroscopyBulkSimpleAnnotationsStorage
.5.1.4.1.1.104.1|EncapsulatedPDFStorage
.5.1.4.1.1.104.2|EncapsulatedCDAStorage
.5.1.4.1.1.104.3|EncapsulatedSTLStorage
.5.1.4.1.1.104.4|EncapsulatedOBJStorage
.5.1.4.1.1.104.5|EncapsulatedMTLStorage
.5.1.4.1.1.128|PositronEmissionTomographyImageStorage
.5.1.4.1.1.128.1|LegacyConvertedEnhancedPETImageStorage
.5.1.4.1.1.129|StandalonePETCurveStorage||Y
.5.1.4.1.1.130|EnhancedPETImageStorage
.5.1.4.1.1.131|BasicStructuredDisplayStorage
.5.1.4.1.1.200.1|CTDefinedProcedureProtocolStorage
.5.1.4.1.1.200.2|CTPerformedProcedureProtocolStorage
.5.1.4.1.1.200.3|ProtocolApprovalStorage
.5.1.4.1.1.200.4|ProtocolApprovalInformationModelFind|Protocol Approval Information Model - FIND
.5.1.4.1.1.200.5|ProtocolApprovalInformationModelMove|Protocol Approval Information Model - MOVE
.5.1.4.1.1.200.6|ProtocolApprovalInformationModelGet|Protocol Approval Information Model - GET
.5.1.4.1.1.200.7|XADefinedProcedureProtocolStorage
.5.1.4.1.1.200.8|XAPerformedProcedureProtocolStorage
.5.1.4.1.1.201.1|InventoryStorage
.5.1.4.1.1.201.2|InventoryFind|Inventory - FIND
.5.1.4.1.1.201.3|InventoryMove|Inventory - MOVE
.5.1.4.1.1.201.4|InventoryGet|Inventory - GET
.5.1.4.1.1.201.5|InventoryCreation
.5.1.4.1.1.201.6|RepositoryQuery
#Well-known SOP Instance
.5.1.4.1.1.201.1.1|StorageManagementInstance|Storage Management SOP Instance
#SOP Class
.5.1.4.1.1.481.1|RTImageStorage
.5.1.4.1.1.481.2|RTDoseStorage
.5.1.4.1.1.481.3|RTStructureSetStorage
.5.1.4.1.1.481.4|RTBeamsTreatmentRecordStorage
.5.1.4.1.1.481.5|RTPlanStorage
.5.1.4.1.1.481.6|RTBrachyTreatmentRecordStorage
.5.1.4.1.1.481.7|RTTreatmentSummaryRecordStorage
.5.1.4.1.1.481.8|RTIonPlanStorage
.5.1.4.1.1.481.9|RTIonBeamsTreatmentRecordStorage
.5.1.4.1.1.481.10|RTPhysicianIntentStorage
.5.1.4.1.1.481.11|RTSegmentAnnotationStorage
.5.1.4.1.1.481.12|RTRadiationSetStorage
.5.1.4.1.1.481.13|CArmPhotonElectronRadiationStorage|C-Arm Photon-Electron Radiation Storage
.5.1.4.1.1.481.14|TomotherapeuticRadiationStorage
.5.1.4.1.1.481.15|RoboticArmRadiationStorage|Robotic-Arm Radiation Storage
.5.1.4.1.1.481.16|RTRadiationRecordSetStorage
.5.1.4.1.1.481.17|RTRadiationSalvageRecordStorage
.5.1.4.1.1.481.18|TomotherapeuticRadiationRecordStorage
.5.1.4.1.1.481.19|CArmPhotonElectronRadiationRecordStorage|C-Arm Photon-Electron Radiation Record Storage
.5.1.4.1.1.481.20|RoboticRadiationRecordStorage
.5.1.4.1.1.481.21|RTRadiationSetDeliveryInstructionStorage
.5.1.4.1.1.481.22|RTTreatmentPreparationStorage
.5.1.4.1.1.481.23|EnhancedRTImageStorage
.5.1.4.1.1.481.24|EnhancedContinuousRTImageStorage
.5.1.4.1.1.481.25|RTPatientPositionAcquisitionInstructionStorage
.5.1.4.1.1.501.1|DICOSCTImageStorage|DICOS CT Image Storage
.5.1.4.1.1.501.2.1|DICOSDigitalXRayImageStorageForPresentation|DICOS Digital X-Ray Image Storage - For Presentation
.5.1.4.1.1.501.2.2|DICOSDigitalXRayImageStorageForProcessing|DICOS Digital X-Ray Image Storage - For Processing
.5.1.4.1.1.501.3|DICOSThreatDetectionReportStorage
.5.1.4.1.1.501.4|DICOS2DAITStorage|DICOS 2D AIT Storage
.5.1.4.1.1.501.5|DICOS3DAITStorage|DICOS 3D AIT Storage
.5.1.4.1.1.501.6|DICOSQuadrupoleResonanceStorage|DICOS Quadrupole Resonance (QR) Storage
.5.1.4.1.1.601.1|EddyCurrentImageStorage
.5.1.4.1.1.601.2|EddyCurrentMultiFrameImageStorage|Eddy Current Multi-frame Image Storage
.5.1.4.1.1.601.3|ThermographyImageStorage
.5.1.4.1.1.601.4|ThermographyMultiFrameImageStorage|Thermography Multi-frame Image Storage
.5.1.4.1.2.1.1|PatientRootQueryRetrieveInformationModelFind|Patient Root Query/Retrieve Information Model - FIND
.5.1.4.1.2.1.2|PatientRootQueryRetrieveInformationModelMove|Patient Root Query/Retrieve Information Model - MOVE
.5.1.4.1.2.1.3|PatientRootQueryRetrieveInformationModelGet|Patient Root Query/Retrieve Information Model - GET
.5.1.4.1.2.2.1|StudyRootQueryRetrieveInformationModelFind|Study Root Query/Retrieve Information Model - FIND
.5.1.4.1.2.2.2|StudyRootQueryRetrieveInformationModelMove|Study Root Query/Retrieve Information Model - MOVE
.5.1.4.1.2.2.3|StudyRootQueryRetrieveInformationModelGet|Study Root Query/Retrieve Information Model - GET
.5.1.4.1.2.3.1|PatientStudyOnlyQueryRetrieveInformationModelFind|Patient/Study Only Query/Retrieve Information Model - FIND|Y
.5.1.4.1.2.3.2|PatientStudyOnlyQueryRetrieveInformationModelMove|Patient/Study Only Query/Retrieve Information Model - MOVE|Y
.5.1.4.1.2.3.3|PatientStudyOnlyQueryRetrieveInformationModelGet|Patient/Study Only Query/Retrieve Information Model - GET|Y
.5.1.4.1.2.4.2|CompositeInstanceRootRetrieveMove|Composite Instance Root Retrieve - MOVE
.5.1.4.1.2.4.3|CompositeInstanceRootRetrieveGet|Composite Instance Root Retrieve - GET
.5.1.4.1.2.5.3|CompositeInstanceRetrieveWithoutBulkDataGet|Composite Instance Retrieve Without Bulk Data - GET
.5.1.4.20.1|DefinedProcedureProtocolInformationModelFind|Defined Procedure Protocol Information Model - FIND
.5.1.4.20.2|DefinedProcedureProtocolInformationModelMove|Defined Procedure Protocol Information Model - MOVE
.5.1.4.20.3|DefinedProcedureProtocolInformationModelGet|Defined Procedure Protocol Information Model - GET
.5.1.4.31|ModalityWorklistInformationModelFind|Modality Worklist Information Model - FIND
#Meta SOP Class
.5.1.4.32|GeneralPurposeWorklistManagementMeta|General Purpose Worklist Management Meta SOP Class|Y
#SOP Class
.5.1.4.32.1|GeneralPurposeWorklistInformationModelFind|General Purpose Worklist Information Model - FIND|Y
.5.1.4.32.2|GeneralPurposeScheduledProcedureStep|General Purpose Scheduled Procedure Step SOP Class|Y
.5.1.4.32.3|GeneralPurposePerformedProcedureStep|General Purpose Performed Procedure Step SOP Class|Y
.5.1.4.33|InstanceAvailabilityNotification|Instance Availability Notification SOP Class
.5.1.4.34.1|RTBeamsDeliveryInstructionStorageTrial|RT Beams Delivery Instruction Storage - Trial|Y
.5.1.4.34.2|RTConventionalMachineVerificationTrial|RT Conventional Machine Verification - Trial|Y
.5.1.4.34.3|RTIonMachineVerificationTrial|RT Ion Machine Verification - Trial|Y
#Service Class
.5.1.4.34.4|UnifiedWorklistAndProcedureStepTrial|Unified Worklist and Procedure Step Service Class - Trial|Y
#SOP Class
.5.1.4.34.4.1|UnifiedProcedureStepPushTrial|Unified Procedure Step - Push SOP Class - Trial|Y
.5.1.4.34.4.2|UnifiedProcedureStepWatchTrial|Unified Procedure Step - Watch SOP Class - Trial|Y
.5.1.4.34.4.3|UnifiedProcedureStepPullTrial|Unified Procedure Step - Pull SOP Class - Trial|Y
.5.1.4.34.4.4|UnifiedProcedureStepEventTrial|Unified Procedure Step - Event SOP Class - Trial|Y
#Well-known SOP Instance
.5.1.4.34.5|UPSGlobalSubscriptionInstance|UPS Global Subscription SOP Instance
.5.1.4.34.5.1|UPSFilteredGlobalSubscriptionInstance|UPS Filtered Global Subscription SOP Instance
#Service Class
.5.1.4.34.6|UnifiedWorklistAndProcedureStep|Unified Worklist and Procedure Step Service Class
#SOP Class
.5.1.4.34.6.1|UnifiedProcedureStepPush|Unified Procedure Step - Push SOP Class
.5.1.4.34.6.2|UnifiedProcedureStepWatch|Unified Procedure Step - Watch SOP Class
.5.1.4.34.6.3|UnifiedProcedureStepPull|Unified Procedure Step - Pull SOP Class
.5.1.4.34.6.4|UnifiedProcedureStepEvent|Unified Procedure Step - Event SOP Class
.5.1.4.34.6.5|UnifiedProcedureStepQuery|Unified Procedure Step - Query SOP Class
.5.1.4.34.7|RTBeamsDeliveryInstructionStorage
.5.1.4.34.8|RTConventionalMachineVerification
.5.1.4.34.9|RTIonMachineVerification
.5.1.4.34.10|RTBrachyApplicationSetupDeliveryInstructionStorage
.5.1.4.37.1|GeneralRelevantPatientInformationQuery
.5.1.4.37.2|BreastImagingRelevantPatientInformationQuery
.5.1.4.37.3|CardiacRelevantPatientInformationQuery
.5.1.4.38.1|HangingProtocolStorage
.5.1.4.38.2|HangingProtocolInformationModelFind|Hanging Protocol Information Model - FIND
.5.1.4.38.3|HangingProtocolInformationModelMove|Hanging Protocol Information Model - MOVE
.5.1.4.38.4|HangingProtocolInformationModelGet|Hanging Protocol Information Model - GET
.5.1.4.39.1|ColorPaletteStorage
.5.1.4.39.2|ColorPaletteQueryRetrieveInformationModelFind|Color Palette Query/Retrieve Information Model - FIND
.5.1.4.39.3|ColorPaletteQueryRetrieveInformationModelMove|Color Palette Query/Retrieve Information Model - MOVE
.5.1.4.39.4|ColorPaletteQueryRetrieveInformationModelGet|Color Palette Query/Retrieve Information Model - GET
.5.1.4.41|ProductCharacteristicsQuery|Product Characteristics Query SOP Class
.5.1.4.42|SubstanceApprovalQuery|Substance Approval Query SOP Class
.5.1.4.43.1|GenericImplantTemplateStorage
.5.1.4.43.2|GenericImplantTemplateInformationModelFind|Generic Implant Template Information Model - FIND
.5.1.4.43.3|GenericImplantTemplateInformationModelMove|Generic Implant Template Information Model - MOVE
.5.1.4.43.4|GenericImplantTemplateInformationModelGet|Generic Implant Template Information Model - GET
.5.1.4.44.1|ImplantAssemblyTemplateStorage
.5.1.4.44.2|ImplantAssemblyTemplateInformationModelFind|Implant Assembly Template Information Model - FIND
.5.1.4.44.3|ImplantAssemblyTemplateInformationModelMove|Implant Assembly Template Information Model - MOVE
.5.1.4.44.4|ImplantAssemblyTemplateInformationModelGet|Implant Assembly Template Information Model - GET
.5.1.4.45.1|ImplantTemplateGroupStorage
.5.1.4.45.2|ImplantTemplateGroupInformationModelFind|Implant Template Group Information Model - FIND
.5.1.4.45.3|ImplantTemplateGroupInformationModelMove|Implant Template Group Information Model - MOVE
.5.1.4.45.4|ImplantTemplateGroupInformationModelGet|Implant Template Group Information Model - GET
#Application Hosting Model
.7.1.1|NativeDICOMModel
.7.1.2|AbstractMultiDimensionalImageModel|Abstract Multi-Dimensional Image Model
#Mapping Resource
.8.1.1|DICOMContentMappingResource
#SOP Class
.10.1|VideoEndoscopicImageRealTimeCommunication|Video Endoscopic Image Real-Time Communication
.10.2|VideoPhotographicImageRealTimeCommunication|Video Photographic Image Real-Time Communication
.10.3|AudioWaveformRealTimeCommunication|Audio Waveform Real-Time Communication
.10.4|RenditionSelectionDocumentRealTimeCommunication|Rendition Selection Document Real-Time Communication
#LDAP OID
.15.0.3.1|dicomDeviceName|dicomDeviceName
.15.0.3.2|dicomDescription|dicomDescription
.15.0.3.3|dicomManufacturer|dicomManufacturer
.15.0.3.4|dicomManufacturerModelName|dicomManufacturerModelName
.15.0.3.5|dicomSoftwareVersion|dicomSoftwareVersion
.15.0.3.6|dicomVendorData|dicomVendorData
.15.0.3.7|dicomAETitle|dicomAETitle
.15.0.3.8|dicomNetworkConnectionReference|dicomNetworkConnectionReference
.15.0.3.9|dicomApplicationCluster|dicomApplicationCluster
.15.0.3.10|dicomAssociationInitiator|dicomAssociationInitiator
.15.0.3.11|dicomAssociationAcceptor|dicomAssociationAcceptor
.15.0.3.12|dicomHostname|dicomHostname
.15.0.3.13|dicomPort|dicomPort
.15.0.3.14|dicomSOPClass|dicomSOPClass
.15.0.3.15|dicomTransferRole|dicomTransferRole
.15.0.3.16|dicomTransferSyntax|dicomTransferSyntax
.15.0.3.17|dicomPrimaryDeviceType|dicomPrimaryDeviceType
.15.0.3.18|dicomRelatedDeviceReference|dicomRelatedDeviceReference
.15.0.3.19|dicomPreferredCalledAETitle|dicomPreferredCalledAETitle
.15.0.3.20|dicomTLSCyphersuite|dicomTLSCyphersuite
.15.0.3.21|dicomAuthorizedNodeCertificateReference|dicomAuthorizedNodeCertificateReference
.15.0.3.22|dicomThisNodeCertificateReference|dicomThisNodeCertificateReference
.15.0.3.23|dicomInstalled|dicomInstalled
.15.0.3.24|dicomStationName|dicomStationName
.15.0.3.25|dicomDeviceSerialNumber|dicomDeviceSerialNumber
.15.0.3.26|dicomInstitutionName|dicomInstitutionName
.15.0.3.27|dicomInstitutionAddress|dicomInstitutionAddress
.15.0.3.28|dicomInstitutionDepartmentName|dicomInstitutionDepartmentName
.15.0.3.29|dicomIssuerOfPatientID|dicomIssuerOfPatientID
.15.0.3.30|dicomPreferredCallingAETitle|dicomPreferredCallingAETitle
.15.0.3.31|dicomSupportedCharacterSet|dicomSupportedCharacterSet
.15.0.4.1|dicomConfigurationRoot|dicomConfigurationRoot
.15.0.4.2|dicomDevicesRoot|dicomDevicesRoot
.15.0.4.3|dicomUniqueAETitlesRegistryRoot|dicomUniqueAETitlesRegistryRoot
.15.0.4.4|dicomDevice|dicomDevice
.15.0.4.5|dicomNetworkAE|dicomNetworkAE
.15.0.4.6|dicomNetworkConnection|dicomNetworkConnection
.15.0.4.7|dicomUniqueAETitle|dicomUniqueAETitle
.15.0.4.8|dicomTransferCapability|dicomTransferCapability
#Synchronization Frame of Reference
.15.1.1|UTC|Universal Coordinated Time
#Well-known frame of reference
.1.4.1.1|TalairachBrainAtlas|Talairach Brain Atlas Frame of Reference
.1.4.1.2|SPM2T1|SPM2 T1 Frame of Reference
.1.4.1.3|SPM2T2|SPM2 T2 Frame of Reference
.1.4.1.4|SPM2PD|SPM2 PD Frame of Reference
.1.4.1.5|SPM2EPI|SPM2 EPI Frame of Reference
.1.4.1.6|SPM2FILT1|SPM2 FIL T1 Frame of Reference
.1.4.1.7|SPM2PET|SPM2 PET Frame of Reference
.1.4.1.8|SPM2TRANSM|SPM2 TRANSM Frame of Reference
.1.4.1.9|SPM2SPECT|SPM2 SPECT Frame of Reference
.1.4.1.10|SPM2GRAY|SPM2 GRAY Frame of Reference
.1.4.1.11|SPM2WHITE|SPM2 WHITE Frame of Reference
.1.4.1.12|SPM2CSF|SPM2 CSF Frame of Reference
.1.4.1.13|SPM2BRAINMASK|SPM2 BRAINMASK Frame of Reference
.1.4.1.14|SPM2AVG305T1|SPM2 AVG305T1 Frame of Reference
.1.4.1.15|SPM2AVG152T1|SPM2 AVG152T1 Frame of Reference
.1.4.1.16|SPM2AVG152T2|SPM2 AVG152T2 Frame of Reference
.1.4.1.17|SPM2AVG152PD|SPM2 AVG152PD Frame of Reference
.1.4.1.18|SPM2SINGLESUBJT1|SPM2 SINGLESUBJT1 Frame of Reference
.1.4.2.1|ICBM452T1|ICBM 452 T1 Frame of Reference
.1.4.2.2|ICBMSingleSubjectMRI|ICBM Single Subject MRI Frame of Reference
.1.4.3.1|IEC61217FixedCoordinateSystem|IEC 61217 Fixed Coordinate System Frame of Reference
.1.4.3.2|StandardRoboticArmCoordinateSystem|Standard Robotic-Arm Coordinate System Frame of Reference
.1.4.3.3|IEC61217TableTopCoordinateSystem|IEC 61217 Table Top Coordinate System Frame of Reference
.1.4.4.1|SRI24|SRI24 Frame of Reference
.1.4.5.1|Colin27|Colin27 Frame of Reference
.1.4.6.1|LPBA40AIR|LPBA40/AIR Frame of Reference
.1.4.6.2|LPBA40FLIRT|LPBA40/FLIRT Frame of Reference
.1.4.6.3|LPBA40SPM5|LPBA40/SPM5 Frame of Reference`;

/** The keywords of PS3.6 Table A-1. */
export type UIDKeyword =
  | 'Verification'
  | 'ImplicitVRLittleEndian'
  | 'ExplicitVRLittleEndian'
  | 'EncapsulatedUncompressedExplicitVRLittleEndian'
  | 'DeflatedExplicitVRLittleEndian'
  | 'ExplicitVRBigEndian'
  | 'JPEGBaseline8Bit'
  | 'JPEGExtended12Bit'
  | 'JPEGExtended35'
  | 'JPEGSpectralSelectionNonHierarchical68'
  | 'JPEGSpectralSelectionNonHierarchical79'
  | 'JPEGFullProgressionNonHierarchical1012'
  | 'JPEGFullProgressionNonHierarchical1113'
  | 'JPEGLossless'
  | 'JPEGLosslessNonHierarchical15'
  | 'JPEGExtendedHierarchical1618'
  | 'JPEGExtendedHierarchical1719'
  | 'JPEGSpectralSelectionHierarchical2022'
  | 'JPEGSpectralSelectionHierarchical2123'
  | 'JPEGFullProgressionHierarchical2426'
  | 'JPEGFullProgressionHierarchical2527'
  | 'JPEGLosslessHierarchical28'
  | 'JPEGLosslessHierarchical29'
  | 'JPEGLosslessSV1'
  | 'JPEGLSLossless'
  | 'JPEGLSNearLossless'
  | 'JPEG2000Lossless'
  | 'JPEG2000'
  | 'JPEG2000MCLossless'
  | 'JPEG2000MC'
  | 'JPIPReferenced'
  | 'JPIPReferencedDeflate'
  | 'MPEG2MPML'
  | 'MPEG2MPMLF'
  | 'MPEG2MPHL'
  | 'MPEG2MPHLF'
  | 'MPEG4HP41'
  | 'MPEG4HP41F'
  | 'MPEG4HP41BD'
  | 'MPEG4HP41BDF'
  | 'MPEG4HP422D'
  | 'MPEG4HP422DF'
  | 'MPEG4HP423D'
  | 'MPEG4HP423DF'
  | 'MPEG4HP42STEREO'
  | 'MPEG4HP42STEREOF'
  | 'HEVCMP51'
  | 'HEVCM10P51'
  | 'JPEGXLLossless'
  | 'JPEGXLJPEGRecompression'
  | 'JPEGXL'
  | 'HTJ2KLossless'
  | 'HTJ2KLosslessRPCL'
  | 'HTJ2K'
  | 'JPIPHTJ2KReferenced'
  | 'JPIPHTJ2KReferencedDeflate'
  | 'RLELossless'
  | 'RFC2557MIMEEncapsulation'
  | 'XMLEncoding'
  | 'SMPTEST211020UncompressedProgressiveActiveVideo'
  | 'SMPTEST211020UncompressedInterlacedActiveVideo'
  | 'SMPTEST211030PCMDigitalAudio'
  | 'DeflatedImageFrameCompression'
  | 'MediaStorageDirectoryStorage'
  | 'HotIronPalette'
  | 'PETPalette'
  | 'HotMetalBluePalette'
  | 'PET20StepPalette'
  | 'SpringPalette'
  | 'SummerPalette'
  | 'FallPalette'
  | 'WinterPalette'
  | 'BasicStudyContentNotification'
  | 'Papyrus3ImplicitVRLittleEndian'
  | 'StorageCommitmentPushModel'
  | 'StorageCommitmentPushModelInstance'
  | 'StorageCommitmentPullModel'
  | 'StorageCommitmentPullModelInstance'
  | 'ProceduralEventLogging'
  | 'ProceduralEventLoggingInstance'
  | 'SubstanceAdministrationLogging'
  | 'SubstanceAdministrationLoggingInstance'
  | 'DCMUID'
  | 'DCM'
  | 'MA'
  | 'UBERON'
  | 'ITIS_TSN'
  | 'MGI'
  | 'PUBCHEM_CID'
  | 'DC'
  | 'NYUMCCG'
  | 'MAYONRISBSASRG'
  | 'IBSI'
  | 'RO'
  | 'RADELEMENT'
  | 'I11'
  | 'UNS'
  | 'RRID'
  | 'DICOMApplicationContext'
  | 'DetachedPatientManagement'
  | 'DetachedPatientManagementMeta'
  | 'DetachedVisitManagement'
  | 'DetachedStudyManagement'
  | 'StudyComponentManagement'
  | 'ModalityPerformedProcedureStep'
  | 'ModalityPerformedProcedureStepRetrieve'
  | 'ModalityPerformedProcedureStepNotification'
  | 'DetachedResultsManagement'
  | 'DetachedResultsManagementMeta'
  | 'DetachedStudyManagementMeta'
  | 'DetachedInterpretationManagement'
  | 'Storage'
  | 'BasicFilmSession'
  | 'BasicFilmBox'
  | 'BasicGrayscaleImageBox'
  | 'BasicColorImageBox'
  | 'ReferencedImageBox'
  | 'BasicGrayscalePrintManagementMeta'
  | 'ReferencedGrayscalePrintManagementMeta'
  | 'PrintJob'
  | 'BasicAnnotationBox'
  | 'Printer'
  | 'PrinterConfigurationRetrieval'
  | 'PrinterInstance'
  | 'PrinterConfigurationRetrievalInstance'
  | 'BasicColorPrintManagementMeta'
  | 'ReferencedColorPrintManagementMeta'
  | 'VOILUTBox'
  | 'PresentationLUT'
  | 'ImageOverlayBox'
  | 'BasicPrintImageOverlayBox'
  | 'PrintQueueInstance'
  | 'PrintQueueManagement'
  | 'StoredPrintStorage'
  | 'HardcopyGrayscaleImageStorage'
  | 'HardcopyColorImageStorage'
  | 'PullPrintRequest'
  | 'PullStoredPrintManagementMeta'
  | 'MediaCreationManagement'
  | 'DisplaySystem'
  | 'DisplaySystemInstance'
  | 'ComputedRadiographyImageStorage'
  | 'DigitalXRayImageStorageForPresentation'
  | 'DigitalXRayImageStorageForProcessing'
  | 'DigitalMammographyXRayImageStorageForPresentation'
  | 'DigitalMammographyXRayImageStorageForProcessing'
  | 'DigitalIntraOralXRayImageStorageForPresentation'
  | 'DigitalIntraOralXRayImageStorageForProcessing'
  | 'CTImageStorage'
  | 'EnhancedCTImageStorage'
  | 'LegacyConvertedEnhancedCTImageStorage'
  | 'UltrasoundMultiFrameImageStorageRetired'
  | 'UltrasoundMultiFrameImageStorage'
  | 'MRImageStorage'
  | 'EnhancedMRImageStorage'
  | 'MRSpectroscopyStorage'
  | 'EnhancedMRColorImageStorage'
  | 'LegacyConvertedEnhancedMRImageStorage'
  | 'NuclearMedicineImageStorageRetired'
  | 'UltrasoundImageStorageRetired'
  | 'UltrasoundImageStorage'
  | 'EnhancedUSVolumeStorage'
  | 'PhotoacousticImageStorage'
  | 'SecondaryCaptureImageStorage'
  | 'MultiFrameSingleBitSecondaryCaptureImageStorage'
  | 'MultiFrameGrayscaleByteSecondaryCaptureImageStorage'
  | 'MultiFrameGrayscaleWordSecondaryCaptureImageStorage'
  | 'MultiFrameTrueColorSecondaryCaptureImageStorage'
  | 'StandaloneOverlayStorage'
  | 'StandaloneCurveStorage'
  | 'WaveformStorageTrial'
  | 'TwelveLeadECGWaveformStorage'
  | 'GeneralECGWaveformStorage'
  | 'AmbulatoryECGWaveformStorage'
  | 'General32bitECGWaveformStorage'
  | 'HemodynamicWaveformStorage'
  | 'CardiacElectrophysiologyWaveformStorage'
  | 'BasicVoiceAudioWaveformStorage'
  | 'GeneralAudioWaveformStorage'
  | 'ArterialPulseWaveformStorage'
  | 'RespiratoryWaveformStorage'
  | 'MultichannelRespiratoryWaveformStorage'
  | 'RoutineScalpElectroencephalogramWaveformStorage'
  | 'ElectromyogramWaveformStorage'
  | 'ElectrooculogramWaveformStorage'
  | 'SleepElectroencephalogramWaveformStorage'
  | 'BodyPositionWaveformStorage'
  | 'StandaloneModalityLUTStorage'
  | 'StandaloneVOILUTStorage'
  | 'GrayscaleSoftcopyPresentationStateStorage'
  | 'ColorSoftcopyPresentationStateStorage'
  | 'PseudoColorSoftcopyPresentationStateStorage'
  | 'BlendingSoftcopyPresentationStateStorage'
  | 'XAXRFGrayscaleSoftcopyPresentationStateStorage'
  | 'GrayscalePlanarMPRVolumetricPresentationStateStorage'
  | 'CompositingPlanarMPRVolumetricPresentationStateStorage'
  | 'AdvancedBlendingPresentationStateStorage'
  | 'VolumeRenderingVolumetricPresentationStateStorage'
  | 'SegmentedVolumeRenderingVolumetricPresentationStateStorage'
  | 'MultipleVolumeRenderingVolumetricPresentationStateStorage'
  | 'VariableModalityLUTSoftcopyPresentationStateStorage'
  | 'XRayAngiographicImageStorage'
  | 'EnhancedXAImageStorage'
  | 'XRayRadiofluoroscopicImageStorage'
  | 'EnhancedXRFImageStorage'
  | 'XRayAngiographicBiPlaneImageStorage'
  | 'XRay3DAngiographicImageStorage'
  | 'XRay3DCraniofacialImageStorage'
  | 'BreastTomosynthesisImageStorage'
  | 'BreastProjectionXRayImageStorageForPresentation'
  | 'BreastProjectionXRayImageStorageForProcessing'
  | 'IntravascularOpticalCoherenceTomographyImageStorageForPresentation'
  | 'IntravascularOpticalCoherenceTomographyImageStorageForProcessing'
  | 'NuclearMedicineImageStorage'
  | 'ParametricMapStorage'
  | 'RawDataStorage'
  | 'SpatialRegistrationStorage'
  | 'SpatialFiducialsStorage'
  | 'DeformableSpatialRegistrationStorage'
  | 'SegmentationStorage'
  | 'SurfaceSegmentationStorage'
  | 'TractographyResultsStorage'
  | 'LabelMapSegmentationStorage'
  | 'HeightMapSegmentationStorage'
  | 'RealWorldValueMappingStorage'
  | 'SurfaceScanMeshStorage'
  | 'SurfaceScanPointCloudStorage'
  | 'VLImageStorageTrial'
  | 'VLMultiFrameImageStorageTrial'
  | 'VLEndoscopicImageStorage'
  | 'VideoEndoscopicImageStorage'
  | 'VLMicroscopicImageStorage'
  | 'VideoMicroscopicImageStorage'
  | 'VLSlideCoordinatesMicroscopicImageStorage'
  | 'VLPhotographicImageStorage'
  | 'VideoPhotographicImageStorage'
  | 'OphthalmicPhotography8BitImageStorage'
  | 'OphthalmicPhotography16BitImageStorage'
  | 'StereometricRelationshipStorage'
  | 'OphthalmicTomographyImageStorage'
  | 'WideFieldOphthalmicPhotographyStereographicProjectionImageStorage'
  | 'WideFieldOphthalmicPhotography3DCoordinatesImageStorage'
  | 'OphthalmicOpticalCoherenceTomographyEnFaceImageStorage'
  | 'OphthalmicOpticalCoherenceTomographyBscanVolumeAnalysisStorage'
  | 'VLWholeSlideMicroscopyImageStorage'
  | 'DermoscopicPhotographyImageStorage'
  | 'ConfocalMicroscopyImageStorage'
  | 'ConfocalMicroscopyTiledPyramidalImageStorage'
  | 'LensometryMeasurementsStorage'
  | 'AutorefractionMeasurementsStorage'
  | 'KeratometryMeasurementsStorage'
  | 'SubjectiveRefractionMeasurementsStorage'
  | 'VisualAcuityMeasurementsStorage'
  | 'SpectaclePrescriptionReportStorage'
  | 'OphthalmicAxialMeasurementsStorage'
  | 'IntraocularLensCalculationsStorage'
  | 'MacularGridThicknessAndVolumeReportStorage'
  | 'OphthalmicVisualFieldStaticPerimetryMeasurementsStorage'
  | 'OphthalmicThicknessMapStorage'
  | 'CornealTopographyMapStorage'
  | 'TextSRStorageTrial'
  | 'AudioSRStorageTrial'
  | 'DetailSRStorageTrial'
  | 'ComprehensiveSRStorageTrial'
  | 'BasicTextSRStorage'
  | 'EnhancedSRStorage'
  | 'ComprehensiveSRStorage'
  | 'Comprehensive3DSRStorage'
  | 'ExtensibleSRStorage'
  | 'ProcedureLogStorage'
  | 'MammographyCADSRStorage'
  | 'KeyObjectSelectionDocumentStorage'
  | 'ChestCADSRStorage'
  | 'XRayRadiationDoseSRStorage'
  | 'RadiopharmaceuticalRadiationDoseSRStorage'
  | 'ColonCADSRStorage'
  | 'ImplantationPlanSRStorage'
  | 'AcquisitionContextSRStorage'
  | 'SimplifiedAdultEchoSRStorage'
  | 'PatientRadiationDoseSRStorage'
  | 'PlannedImagingAgentAdministrationSRStorage'
  | 'PerformedImagingAgentAdministrationSRStorage'
  | 'EnhancedXRayRadiationDoseSRStorage'
  | 'WaveformAnnotationSRStorage'
  | 'ContentAssessmentResultsStorage'
  | 'MicroscopyBulkSimpleAnnotationsStorage'
  | 'EncapsulatedPDFStorage'
  | 'EncapsulatedCDAStorage'
  | 'EncapsulatedSTLStorage'
  | 'EncapsulatedOBJStorage'
  | 'EncapsulatedMTLStorage'
  | 'PositronEmissionTomographyImageStorage'
  | 'LegacyConvertedEnhancedPETImageStorage'
  | 'StandalonePETCurveStorage'
  | 'EnhancedPETImageStorage'
  | 'BasicStructuredDisplayStorage'
  | 'CTDefinedProcedureProtocolStorage'
  | 'CTPerformedProcedureProtocolStorage'
  | 'ProtocolApprovalStorage'
  | 'ProtocolApprovalInformationModelFind'
  | 'ProtocolApprovalInformationModelMove'
  | 'ProtocolApprovalInformationModelGet'
  | 'XADefinedProcedureProtocolStorage'
  | 'XAPerformedProcedureProtocolStorage'
  | 'InventoryStorage'
  | 'InventoryFind'
  | 'InventoryMove'
  | 'InventoryGet'
  | 'InventoryCreation'
  | 'RepositoryQuery'
  | 'StorageManagementInstance'
  | 'RTImageStorage'
  | 'RTDoseStorage'
  | 'RTStructureSetStorage'
  | 'RTBeamsTreatmentRecordStorage'
  | 'RTPlanStorage'
  | 'RTBrachyTreatmentRecordStorage'
  | 'RTTreatmentSummaryRecordStorage'
  | 'RTIonPlanStorage'
  | 'RTIonBeamsTreatmentRecordStorage'
  | 'RTPhysicianIntentStorage'
  | 'RTSegmentAnnotationStorage'
  | 'RTRadiationSetStorage'
  | 'CArmPhotonElectronRadiationStorage'
  | 'TomotherapeuticRadiationStorage'
  | 'RoboticArmRadiationStorage'
  | 'RTRadiationRecordSetStorage'
  | 'RTRadiationSalvageRecordStorage'
  | 'TomotherapeuticRadiationRecordStorage'
  | 'CArmPhotonElectronRadiationRecordStorage'
  | 'RoboticRadiationRecordStorage'
  | 'RTRadiationSetDeliveryInstructionStorage'
  | 'RTTreatmentPreparationStorage'
  | 'EnhancedRTImageStorage'
  | 'EnhancedContinuousRTImageStorage'
  | 'RTPatientPositionAcquisitionInstructionStorage'
  | 'DICOSCTImageStorage'
  | 'DICOSDigitalXRayImageStorageForPresentation'
  | 'DICOSDigitalXRayImageStorageForProcessing'
  | 'DICOSThreatDetectionReportStorage'
  | 'DICOS2DAITStorage'
  | 'DICOS3DAITStorage'
  | 'DICOSQuadrupoleResonanceStorage'
  | 'EddyCurrentImageStorage'
  | 'EddyCurrentMultiFrameImageStorage'
  | 'ThermographyImageStorage'
  | 'ThermographyMultiFrameImageStorage'
  | 'PatientRootQueryRetrieveInformationModelFind'
  | 'PatientRootQueryRetrieveInformationModelMove'
  | 'PatientRootQueryRetrieveInformationModelGet'
  | 'StudyRootQueryRetrieveInformationModelFind'
  | 'StudyRootQueryRetrieveInformationModelMove'
  | 'StudyRootQueryRetrieveInformationModelGet'
  | 'PatientStudyOnlyQueryRetrieveInformationModelFind'
  | 'PatientStudyOnlyQueryRetrieveInformationModelMove'
  | 'PatientStudyOnlyQueryRetrieveInformationModelGet'
  | 'CompositeInstanceRootRetrieveMove'
  | 'CompositeInstanceRootRetrieveGet'
  | 'CompositeInstanceRetrieveWithoutBulkDataGet'
  | 'DefinedProcedureProtocolInformationModelFind'
  | 'DefinedProcedureProtocolInformationModelMove'
  | 'DefinedProcedureProtocolInformationModelGet'
  | 'ModalityWorklistInformationModelFind'
  | 'GeneralPurposeWorklistManagementMeta'
  | 'GeneralPurposeWorklistInformationModelFind'
  | 'GeneralPurposeScheduledProcedureStep'
  | 'GeneralPurposePerformedProcedureStep'
  | 'InstanceAvailabilityNotification'
  | 'RTBeamsDeliveryInstructionStorageTrial'
  | 'RTConventionalMachineVerificationTrial'
  | 'RTIonMachineVerificationTrial'
  | 'UnifiedWorklistAndProcedureStepTrial'
  | 'UnifiedProcedureStepPushTrial'
  | 'UnifiedProcedureStepWatchTrial'
  | 'UnifiedProcedureStepPullTrial'
  | 'UnifiedProcedureStepEventTrial'
  | 'UPSGlobalSubscriptionInstance'
  | 'UPSFilteredGlobalSubscriptionInstance'
  | 'UnifiedWorklistAndProcedureStep'
  | 'UnifiedProcedureStepPush'
  | 'UnifiedProcedureStepWatch'
  | 'UnifiedProcedureStepPull'
  | 'UnifiedProcedureStepEvent'
  | 'UnifiedProcedureStepQuery'
  | 'RTBeamsDeliveryInstructionStorage'
  | 'RTConventionalMachineVerification'
  | 'RTIonMachineVerification'
  | 'RTBrachyApplicationSetupDeliveryInstructionStorage'
  | 'GeneralRelevantPatientInformationQuery'
  | 'BreastImagingRelevantPatientInformationQuery'
  | 'CardiacRelevantPatientInformationQuery'
  | 'HangingProtocolStorage'
  | 'HangingProtocolInformationModelFind'
  | 'HangingProtocolInformationModelMove'
  | 'HangingProtocolInformationModelGet'
  | 'ColorPaletteStorage'
  | 'ColorPaletteQueryRetrieveInformationModelFind'
  | 'ColorPaletteQueryRetrieveInformationModelMove'
  | 'ColorPaletteQueryRetrieveInformationModelGet'
  | 'ProductCharacteristicsQuery'
  | 'SubstanceApprovalQuery'
  | 'GenericImplantTemplateStorage'
  | 'GenericImplantTemplateInformationModelFind'
  | 'GenericImplantTemplateInformationModelMove'
  | 'GenericImplantTemplateInformationModelGet'
  | 'ImplantAssemblyTemplateStorage'
  | 'ImplantAssemblyTemplateInformationModelFind'
  | 'ImplantAssemblyTemplateInformationModelMove'
  | 'ImplantAssemblyTemplateInformationModelGet'
  | 'ImplantTemplateGroupStorage'
  | 'ImplantTemplateGroupInformationModelFind'
  | 'ImplantTemplateGroupInformationModelMove'
  | 'ImplantTemplateGroupInformationModelGet'
  | 'NativeDICOMModel'
  | 'AbstractMultiDimensionalImageModel'
  | 'DICOMContentMappingResource'
  | 'VideoEndoscopicImageRealTimeCommunication'
  | 'VideoPhotographicImageRealTimeCommunication'
  | 'AudioWaveformRealTimeCommunication'
  | 'RenditionSelectionDocumentRealTimeCommunication'
  | 'dicomDeviceName'
  | 'dicomDescription'
  | 'dicomManufacturer'
  | 'dicomManufacturerModelName'
  | 'dicomSoftwareVersion'
  | 'dicomVendorData'
  | 'dicomAETitle'
  | 'dicomNetworkConnectionReference'
  | 'dicomApplicationCluster'
  | 'dicomAssociationInitiator'
  | 'dicomAssociationAcceptor'
  | 'dicomHostname'
  | 'dicomPort'
  | 'dicomSOPClass'
  | 'dicomTransferRole'
  | 'dicomTransferSyntax'
  | 'dicomPrimaryDeviceType'
  | 'dicomRelatedDeviceReference'
  | 'dicomPreferredCalledAETitle'
  | 'dicomTLSCyphersuite'
  | 'dicomAuthorizedNodeCertificateReference'
  | 'dicomThisNodeCertificateReference'
  | 'dicomInstalled'
  | 'dicomStationName'
  | 'dicomDeviceSerialNumber'
  | 'dicomInstitutionName'
  | 'dicomInstitutionAddress'
  | 'dicomInstitutionDepartmentName'
  | 'dicomIssuerOfPatientID'
  | 'dicomPreferredCallingAETitle'
  | 'dicomSupportedCharacterSet'
  | 'dicomConfigurationRoot'
  | 'dicomDevicesRoot'
  | 'dicomUniqueAETitlesRegistryRoot'
  | 'dicomDevice'
  | 'dicomNetworkAE'
  | 'dicomNetworkConnection'
  | 'dicomUniqueAETitle'
  | 'dicomTransferCapability'
  | 'UTC'
  | 'TalairachBrainAtlas'
  | 'SPM2T1'
  | 'SPM2T2'
  | 'SPM2PD'
  | 'SPM2EPI'
  | 'SPM2FILT1'
  | 'SPM2PET'
  | 'SPM2TRANSM'
  | 'SPM2SPECT'
  | 'SPM2GRAY'
  | 'SPM2WHITE'
  | 'SPM2CSF'
  | 'SPM2BRAINMASK'
  | 'SPM2AVG305T1'
  | 'SPM2AVG152T1'
  | 'SPM2AVG152T2'
  | 'SPM2AVG152PD'
  | 'SPM2SINGLESUBJT1'
  | 'ICBM452T1'
  | 'ICBMSingleSubjectMRI'
  | 'IEC61217FixedCoordinateSystem'
  | 'StandardRoboticArmCoordinateSystem'
  | 'IEC61217TableTopCoordinateSystem'
  | 'SRI24'
  | 'Colin27'
  | 'LPBA40AIR'
  | 'LPBA40FLIRT'
  | 'LPBA40SPM5';
