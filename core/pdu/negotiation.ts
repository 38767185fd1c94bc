/** Sub-items 53H, 54H, 56H and 57H: what the two sides agree on beyond contexts (PS3.7 D.3.3.3 to D.3.3.6). */
import type { Item } from './items.ts';
import { flag, rest, u16 } from './layout.ts';
import { uid16, uids16 } from './layout-text.ts';
import type { AsyncWindow, CommonExtendedNegotiation, ExtendedNegotiation, RoleSelection } from './types.ts';

const operations = (count: number): string => (count === 0 ? 'unlimited' : String(count));

export const ASYNC_WINDOW: Item<AsyncWindow> = {
  type: 0x53,
  name: 'Asynchronous Operations Window Sub-Item',
  clause: 'PS3.7 Table D.3-7',
  fields: [
    u16('Maximum-number-operations-invoked', 'invoked', operations), // bytes 5-6
    u16('Maximum-number-operations-performed', 'performed', operations), // 7-8
  ],
};

export const ROLE_SELECTION: Item<RoleSelection> = {
  type: 0x54,
  name: 'SCP/SCU Role Selection Sub-Item',
  clause: 'PS3.7 Table D.3-9',
  fields: [
    uid16('SOP-class-uid', 'sopClassUID'), // bytes 5-6 length, 7-
    flag('SCU-role', 'scu', ['not SCU', 'SCU']),
    flag('SCP-role', 'scp', ['not SCP', 'SCP']),
  ],
};

export const EXTENDED_NEGOTIATION: Item<ExtendedNegotiation> = {
  type: 0x56,
  name: 'SOP Class Extended Negotiation Sub-Item',
  clause: 'PS3.7 Table D.3-11',
  fields: [
    uid16('SOP-class-uid', 'sopClassUID'), // bytes 5-6 length, 7-
    rest('Service-class-application-information', 'applicationInformation'),
  ],
};

export const COMMON_EXTENDED_NEGOTIATION: Item<CommonExtendedNegotiation> = {
  type: 0x57,
  name: 'SOP Class Common Extended Negotiation Sub-Item',
  clause: 'PS3.7 Table D.3-12',
  secondByte: 'Sub-item-version',
  fields: [
    uid16('SOP-class-uid', 'sopClassUID'), // bytes 5-6 length, 7-
    uid16('Service-class-uid', 'serviceClassUID'),
    uids16(
      'Related-general-sop-class-identification',
      'Related-general-sop-class-uid',
      'relatedSOPClassUIDs',
    ),
  ],
};
