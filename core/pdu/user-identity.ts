/** Sub-items 58H and 59H: who the requestor is (PS3.7 D.3.3.7). */
import type { Item } from './items.ts';
import { flag, secret16, u8 } from './layout.ts';
import { userIdentityText } from './names.ts';
import type { UserIdentityItem, UserInformation } from './types.ts';

export const USER_IDENTITY: Item<UserIdentityItem> = {
  type: 0x58,
  name: 'User Identity Sub-Item (RQ)',
  clause: 'PS3.7 Table D.3-14',
  fields: [
    u8('User-identity-type', 'type', userIdentityText), // byte 5
    flag('Positive-response-requested', 'positiveResponseRequested', ['no', 'yes']), // 6
    secret16('Primary-field', 'primary'), // 7-8 length, 9-
    secret16('Secondary-field', 'secondary'),
  ],
};

export const USER_IDENTITY_RESPONSE: Item<UserInformation> = {
  type: 0x59,
  name: 'User Identity Sub-Item (AC)',
  clause: 'PS3.7 Table D.3-15',
  fields: [secret16('Server-response', 'userIdentityResponse')], // bytes 5-6 length, 7-
};
