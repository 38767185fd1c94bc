/** PDUs with every item that this library can send. */
import { fromLatin1 } from '../../core/bytes/index.ts';
import type { AssociateAC, AssociateRQ } from '../../core/pdu/index.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';

export const FULL_REQUEST: AssociateRQ = {
  type: 'A-ASSOCIATE-RQ',
  protocolVersion: 1,
  calledAETitle: 'ARCHIVE',
  callingAETitle: 'WEBSCU',
  applicationContext: '1.2.840.10008.3.1.1.1',
  contexts: [
    { id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [IMPLICIT] },
    { id: 255, abstractSyntax: CT, transferSyntaxes: [EXPLICIT, IMPLICIT] },
  ],
  userInformation: {
    maximumLength: 131_072,
    implementationClassUID: '2.25.1',
    asyncWindow: { invoked: 3, performed: 2 },
    roles: [
      { sopClassUID: CT, scu: false, scp: true },
      { sopClassUID: '1.2.840.10008.1.20.1', scu: true, scp: true },
    ],
    implementationVersionName: 'WEBDIMSE_010',
    extended: [
      { sopClassUID: '1.2.840.10008.5.1.4.1.2.2.1', applicationInformation: Uint8Array.of(1, 1, 0) },
    ],
    commonExtended: [
      {
        sopClassUID: '1.2.840.10008.5.1.4.1.1.88.22',
        serviceClassUID: '1.2.840.10008.4.2',
        relatedSOPClassUIDs: ['1.2.840.10008.5.1.4.1.1.88.11', '1.2.3'],
      },
    ],
    userIdentity: {
      type: 2,
      positiveResponseRequested: true,
      primary: fromLatin1('golden'),
      secondary: fromLatin1('bytes'),
    },
  },
};

export const FULL_ACCEPT: AssociateAC = {
  type: 'A-ASSOCIATE-AC',
  protocolVersion: 1,
  calledAETitle: 'ARCHIVE',
  callingAETitle: 'WEBSCU',
  applicationContext: '1.2.840.10008.3.1.1.1',
  contexts: [
    { id: 1, result: 0, transferSyntax: IMPLICIT },
    { id: 255, result: 4, transferSyntax: EXPLICIT },
  ],
  userInformation: {
    maximumLength: 16_384,
    implementationClassUID: '2.25.2',
    asyncWindow: { invoked: 0, performed: 1 },
    roles: [{ sopClassUID: CT, scu: false, scp: true }],
    implementationVersionName: 'X',
    extended: [{ sopClassUID: '1.2.840.10008.5.1.4.1.2.2.1', applicationInformation: Uint8Array.of(1) }],
    userIdentityResponse: new Uint8Array(0),
  },
};
