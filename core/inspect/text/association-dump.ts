/** An association as DCMTK dumps it, after its request and after the answer. */
import type {
  AnsweredContext,
  AssociateAC,
  AssociateRQ,
  RoleSelection,
  UserInformation,
} from '../../pdu/index.ts';
import type { Side } from '../record.ts';
import { dcmtkKeyword } from './dcmtk-names.ts';

/** Columns of a heading between equals signs. */
const WIDTH = 65;

/** `====================== BEGIN A-ASSOCIATE-RQ =====================`. */
export function heading(text: string): string {
  const around = WIDTH - text.length - 2;
  return `${'='.repeat(Math.ceil(around / 2))} ${text} ${'='.repeat(Math.floor(around / 2))}`;
}

/** What else is known of an association. */
export interface AssociationDumpOptions {
  /** Who dumps it: its own figures come first. The requestor by default. */
  readonly side?: Side;
  /** Of an acceptor that has not answered yet. */
  readonly own?: UserInformation;
  /** What it calls itself; by default the title that was called, as soon as it answers. */
  readonly responding?: string;
}

/** With the answer, once there is one. */
export function dumpAssociation(
  request: AssociateRQ,
  answer?: AssociateAC,
  { side = 'requestor', own = {}, responding }: AssociationDumpOptions = {},
): string[] {
  const proposed = request.userInformation;
  const accepted: UserInformation = answer?.userInformation ?? {};
  const [ours, theirs] =
    side === 'requestor' ? [proposed, accepted] : [answer?.userInformation ?? own, proposed];
  const called = answer?.calledAETitle ?? (side === 'requestor' ? request.calledAETitle : '');
  const what = answer === undefined ? 'A-ASSOCIATE-RQ' : 'A-ASSOCIATE-AC';
  return [
    heading(`BEGIN ${what}`),
    `Our Implementation Class UID:      ${ours.implementationClassUID ?? ''}`,
    `Our Implementation Version Name:   ${ours.implementationVersionName ?? ''}`,
    `Their Implementation Class UID:    ${theirs.implementationClassUID ?? ''}`,
    `Their Implementation Version Name: ${theirs.implementationVersionName ?? ''}`,
    `Application Context Name:    ${request.applicationContext}`,
    `Calling Application Name:    ${request.callingAETitle}`,
    `Called Application Name:     ${request.calledAETitle}`,
    `Responding Application Name: ${responding ?? called}`,
    `Our Max PDU Receive Size:    ${ours.maximumLength ?? 0}`,
    `Their Max PDU Receive Size:  ${theirs.maximumLength ?? 0}`,
    'Presentation Contexts:',
    ...request.contexts.flatMap((context) => {
      const answered = answer && (answer.contexts.find(({ id }) => id === context.id) ?? NO_ANSWER);
      const { id, abstractSyntax, transferSyntaxes } = context;
      return [
        `  Context ID:        ${id} (${answered === undefined ? 'Proposed' : (RESULTS[answered.result] ?? 'Unknown')})`,
        `    Abstract Syntax: ${named(abstractSyntax)}`,
        `    Proposed SCP/SCU Role: ${roleOf(proposed, abstractSyntax)}`,
        ...(answered === undefined
          ? proposedSyntaxes(transferSyntaxes)
          : answeredContext(answered, accepted, abstractSyntax)),
      ];
    }),
    ...extended('Requested Extended Negotiation:', proposed),
    ...extended('Accepted Extended Negotiation: ', accepted),
    ...identity(proposed),
    `User Identity Negotiation Response:  ${accepted.userIdentityResponse === undefined ? 'none' : 'present'}`,
    heading(`END ${what}`),
  ];
}

const NO_ANSWER: Pick<AnsweredContext, 'result' | 'transferSyntax'> = { result: 2 };

const RESULTS: readonly string[] = [
  'Accepted',
  'User Rejection',
  'No Reason',
  'Abstract Syntax Not Supported',
  'Transfer Syntaxes Not Supported',
];

function proposedSyntaxes(syntaxes: readonly string[]): string[] {
  return ['    Proposed Transfer Syntax(es):', ...syntaxes.map((syntax) => `      ${named(syntax)}`)];
}

function answeredContext(
  { result, transferSyntax }: Pick<AnsweredContext, 'result' | 'transferSyntax'>,
  accepted: UserInformation,
  abstractSyntax: string,
): string[] {
  const role = `    Accepted SCP/SCU Role: ${roleOf(accepted, abstractSyntax)}`;
  return result === 0 ? [role, `    Accepted Transfer Syntax: ${named(transferSyntax ?? '')}`] : [role];
}

function named(uid: string): string {
  const keyword = dcmtkKeyword(uid);
  return keyword === undefined ? uid : `=${keyword}`;
}

function roleOf({ roles = [] }: UserInformation, sopClassUID: string): string {
  const role = roles.find((one) => one.sopClassUID === sopClassUID);
  return role === undefined ? 'Default' : roleText(role);
}

function roleText({ scu, scp }: RoleSelection): string {
  if (scu) return scp ? 'SCP/SCU' : 'SCU';
  return scp ? 'SCP' : 'None';
}

/** DCMTK writes out the items; their bytes follow no text that people know. */
function extended(label: string, { extended: items = [] }: UserInformation): string[] {
  if (items.length === 0) return [`${label} none`];
  return [
    label,
    ...items.flatMap(({ sopClassUID, applicationInformation }) => [
      `  Abstract Syntax: ${named(sopClassUID)}`,
      `    Application Information, Length: ${applicationInformation.length}`,
      `      Bytes: ${[...applicationInformation].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`,
    ]),
  ];
}

/** By type (PS3.7 Table D.3-14): its name, and what DCMTK calls the first field where that is a token. */
const IDENTITIES: Readonly<Record<number, readonly [name: string, token?: string]>> = {
  1: ['Username'],
  2: ['Username/Password'],
  3: ['Kerberos', 'Kerberos Service Ticket'],
  4: ['SAML', 'SAML Assertion'],
  5: ['JWT', 'JSON Web Token'],
};

/** Who it is, and by what, is never written, though DCMTK does; a capture has it in clear. */
function identity({ userIdentity }: UserInformation): string[] {
  if (userIdentity === undefined) return ['Requested User Identity Negotiation: none'];
  const { type, primary, positiveResponseRequested } = userIdentity;
  const [name, token] = IDENTITIES[type] ?? ['Unknown'];
  const proof =
    token === undefined
      ? ['  Username: [****]', ...(type === 2 ? ['  Password: [****]'] : [])]
      : [`  ${token} (not dumped) length: ${primary.length}`];
  return [
    'Requested User Identity Negotiation:',
    `  Authentication mode ${type}: ${name}`,
    ...proof,
    `  Positive Response requested: ${positiveResponseRequested ? 'Yes' : 'No'}`,
  ];
}
