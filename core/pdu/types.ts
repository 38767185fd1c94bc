/** The seven PDUs (PS3.8 9.3) and the items of A-ASSOCIATE (PS3.8 Annex D, PS3.7 D.3.3) as values. */
import type { Bytes } from '../bytes/index.ts';

/** PS3.8 9.3.2.2: proposed by the requestor. */
export interface ProposedContext {
  /** Odd, 1 to 255, unique in the association. */
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** PS3.8 9.3.3.2, Table 9-18. `result` 0 accepts; then only does `transferSyntax` count. */
export interface AnsweredContext {
  readonly id: number;
  readonly result: number;
  /** Absent where the peer sent none, as some do in a refusal. */
  readonly transferSyntax?: string;
}

/** PS3.7 D.3.3.4: the roles of the association requestor for a SOP class. */
export interface RoleSelection {
  readonly sopClassUID: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

/** PS3.7 D.3.3.3; 0 means unlimited, absence means 1 and 1. */
export interface AsyncWindow {
  readonly invoked: number;
  readonly performed: number;
}

/** PS3.7 D.3.3.5. */
export interface ExtendedNegotiation {
  readonly sopClassUID: string;
  readonly applicationInformation: Bytes;
}

/** PS3.7 D.3.3.6. */
export interface CommonExtendedNegotiation {
  readonly sopClassUID: string;
  readonly serviceClassUID: string;
  readonly relatedSOPClassUIDs: readonly string[];
}

/** PS3.7 D.3.3.7; type 1 user name, 2 with passcode, 3 Kerberos, 4 SAML, 5 JSON Web Token. */
export interface UserIdentityItem {
  readonly type: number;
  readonly positiveResponseRequested: boolean;
  readonly primary: Bytes;
  readonly secondary: Bytes;
}

/** What an item says that this library does not know: kept, never sent. */
export interface UnknownItem {
  readonly itemType: number;
  readonly content: Bytes;
}

/** User information, item 50H (PS3.8 9.3.2.3). Every part may be missing in what a peer sends. */
export interface UserInformation {
  /** 51H: longest P-DATA-TF variable field the sender of this item takes; 0 is unlimited. */
  readonly maximumLength?: number;
  /** 52H (PS3.7 D.3.3.2). */
  readonly implementationClassUID?: string;
  /** 53H. */
  readonly asyncWindow?: AsyncWindow;
  /** 54H, one a SOP class. */
  readonly roles?: readonly RoleSelection[];
  /** 55H, 1 to 16 characters. */
  readonly implementationVersionName?: string;
  /** 56H. */
  readonly extended?: readonly ExtendedNegotiation[];
  /** 57H. */
  readonly commonExtended?: readonly CommonExtendedNegotiation[];
  /** 58H, in A-ASSOCIATE-RQ. */
  readonly userIdentity?: UserIdentityItem;
  /** 59H, in A-ASSOCIATE-AC. */
  readonly userIdentityResponse?: Bytes;
  readonly unknown?: readonly UnknownItem[];
}

interface Associate {
  /** Bit 0 is version 1; only that bit is tested (PS3.8 9.3.2). */
  readonly protocolVersion: number;
  /** 1 to 16 characters without the padding. In an AC these are reserved: an echo that is not tested. */
  readonly calledAETitle: string;
  readonly callingAETitle: string;
  readonly applicationContext: string;
  readonly userInformation: UserInformation;
  readonly unknown?: readonly UnknownItem[];
}

export interface AssociateRQ extends Associate {
  readonly type: 'A-ASSOCIATE-RQ';
  readonly contexts: readonly ProposedContext[];
}

export interface AssociateAC extends Associate {
  readonly type: 'A-ASSOCIATE-AC';
  readonly contexts: readonly AnsweredContext[];
}

/** PS3.8 9.3.4, Table 9-21. */
export interface AssociateRJ {
  readonly type: 'A-ASSOCIATE-RJ';
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

/** Presentation data value (PS3.8 9.3.5.1, Annex E). */
export interface Pdv {
  readonly contextId: number;
  /** Message control header bit 0: a fragment of a command set, else of a data set. */
  readonly command: boolean;
  /** Message control header bit 1: the last fragment of its command or data set. */
  readonly last: boolean;
  /** A view into the received bytes, valid until the handler's work is done. */
  readonly data: Bytes;
}

export interface PDataTF {
  readonly type: 'P-DATA-TF';
  readonly pdvs: readonly Pdv[];
}

export interface ReleaseRQ {
  readonly type: 'A-RELEASE-RQ';
}

export interface ReleaseRP {
  readonly type: 'A-RELEASE-RP';
}

/** PS3.8 9.3.8, Table 9-26. */
export interface Abort {
  readonly type: 'A-ABORT';
  readonly source: number;
  readonly reason: number;
}

export type Pdu = AssociateRQ | AssociateAC | AssociateRJ | PDataTF | ReleaseRQ | ReleaseRP | Abort;
export type PduName = Pdu['type'];
