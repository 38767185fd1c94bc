/** What DCMTK's tools print that is no part of the conversation: files, sockets, dictionaries. Each with its reason. */
export const EXCUSED: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^D: (\$dcmtk: .*)?$/, 'the version of the tool, and blank lines of which dumps have their own'],
  [/^D: DcmDataDictionary: /, 'files that the tool loads'],
  [
    /^D: (setting network |DUL(FSM)?: |Transport connection: |Association Received: )/,
    'options of its sockets, and a connection before there is an association',
  ],
  [/^(XMIT|RECV): /, 'a dot a PDV while it is sent'],
  [
    /^[DWI]: (DcmFileFormat|DcmMetaInfo|DcmItem::checkAndUpdateVR|DICOM file already exists|Stored instance to disk|storing DICOM file|  (Filename|SOP Class UID|SOP Instance UID): )/,
    'files that it reads and writes',
  ],
  [/^I: (checking input files|Sending file: |Converting transfer syntax: )/, 'files that it sends'],
  [/^D: (Cleaning up internal |Configured a total of )/, 'its memory and its list of classes'],
];

/** storescu and dcmqrscp read the file that they send or have stored, and say so as of what they receive. */
export const FILE_READ = /^D: DcmDataset::read\(\) TransferSyntax="Little Endian Explicit"$/;

/** dcmqrscp tells of the character sets of its index and of its table of who may call whom. */
export const ARCHIVE_ONLY =
  /^[DI]: (DcmSpecificCharacterSet: |DcmItem::convertCharacterSet|Successfully converted response |Peer localhost:)/;

/** dcmqrscp dumps a response before it has filled in whom it answers and what it counts. */
export const UNFILLED =
  /^D: (Message ID Being Responded To|Affected SOP Class UID|(Remaining|Completed|Failed|Warning) Suboperations|Data Set) +: /;
