/** Presentation context items 20H and 21H with their sub-items 30H and 40H (PS3.8 9.3.2.2, 9.3.3.2). */
import type { Item, Part } from './items.ts';
import { inline, items, required, several, severalUids } from './items.ts';
import { contextId, reserved, u8 } from './layout.ts';
import { uid } from './layout-text.ts';
import { contextResultText } from './names.ts';
import type { AnsweredContext, AssociateAC, AssociateRQ, ProposedContext } from './types.ts';

const ABSTRACT_SYNTAX: Item<ProposedContext> = {
  type: 0x30,
  name: 'Abstract Syntax Sub-Item',
  clause: 'PS3.8 Table 9-14',
  fields: [uid('Abstract-syntax-name', 'abstractSyntax')],
};

const PROPOSED_TRANSFER_SYNTAX: Item<{ uid: string }> = {
  type: 0x40,
  name: 'Transfer Syntax Sub-Item',
  clause: 'PS3.8 Table 9-15',
  fields: [uid('Transfer-syntax-name', 'uid')],
};

const ACCEPTED_TRANSFER_SYNTAX: Item<AnsweredContext> = {
  type: 0x40,
  name: 'Transfer Syntax Sub-Item',
  clause: 'PS3.8 Table 9-19',
  fields: [uid('Transfer-syntax-name', 'transferSyntax')],
};

const PROPOSED_CONTEXT: Item<ProposedContext> = {
  type: 0x20,
  name: 'Presentation Context Item',
  clause: 'PS3.8 Table 9-13',
  fields: [
    contextId('id'), // byte 5
    reserved(3), // 6-8
    items('Presentation Context Item', [
      required(inline('abstractSyntax', ABSTRACT_SYNTAX)),
      required(severalUids('transferSyntaxes', PROPOSED_TRANSFER_SYNTAX)),
    ]),
  ],
};

const ANSWERED_CONTEXT: Item<AnsweredContext> = {
  type: 0x21,
  name: 'Presentation Context Item',
  clause: 'PS3.8 Table 9-18',
  fields: [
    contextId('id'), // byte 5
    reserved(1), // 6
    u8('Result/Reason', 'result', contextResultText), // 7
    reserved(1), // 8
    items('Presentation Context Item', [required(inline('transferSyntax', ACCEPTED_TRANSFER_SYNTAX))]),
  ],
};

/** 20H, in A-ASSOCIATE-RQ. */
export const PROPOSED_CONTEXTS: Part<AssociateRQ> = required(
  several('contexts', PROPOSED_CONTEXT, () => ({ abstractSyntax: '', transferSyntaxes: [] })),
);

/** 21H, in A-ASSOCIATE-AC. */
export const ANSWERED_CONTEXTS: Part<AssociateAC> = required(several('contexts', ANSWERED_CONTEXT));
