/** What DCMTK's tools print that is no part of the conversation: files, sockets, dictionaries. Each with its reason. */
export const EXCUSED: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^D: (\$dcmtk: .*)?$/, 'the version of the tool, and blank lines of which dumps have their own'],
  [/^D: DcmDataDictionary: /, 'files that the tool loads'],
  [/^D: (setting network |DULFSM: |Transport connection: )/, 'options of its sockets'],
  [/^(XMIT|RECV): /, 'a dot a PDV while it is sent'],
  [
    /^[DW]: (DcmFileFormat|DcmMetaInfo|DICOM file already exists|Stored instance to disk|  (Filename|SOP Class UID|SOP Instance UID): )/,
    'files that it reads and writes',
  ],
  [/^I: (checking input files|Sending file: |Converting transfer syntax: )/, 'files that it sends'],
  [/^D: (Cleaning up internal |Configured a total of )/, 'its memory and its list of classes'],
];

/** storescu reads the file that it sends, and says so as of what it receives. */
export const FILE_READ = /^D: DcmDataset::read\(\) TransferSyntax="Little Endian Explicit"$/;
