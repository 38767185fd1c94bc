/** An association as DCMTK dumps it, after its request and after the answer. */
import type {
  AnsweredContext,
  AssociateAC,
  AssociateRQ,
  RoleSelection,
  UserInformation,
} from '../../pdu/index.ts';
import { userIdentityText } from '../../pdu/index.ts';
import { dcmtkKeyword } from './dcmtk-names.ts';

/** Columns of a heading between equals signs. */
const WIDTH = 65;

/** `====================== BEGIN A-ASSOCIATE-RQ =====================`. */
export function heading(text: string): string {
  const around = WIDTH - text.length - 2;
  return `${'='.repeat(Math.ceil(around / 2))} ${text} ${'='.repeat(Math.floor(around / 2))}`;
}

/** From the requestor's side: with the answer, once there is one. */
export function dumpAssociation(request: AssociateRQ, answer?: AssociateAC): string[] {
  const ours = request.userInformation;
  const theirs: UserInformation = answer?.userInformation ?? {};
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
    `Responding Application Name: ${answer?.calledAETitle ?? request.calledAETitle}`,
    `Our Max PDU Receive Size:    ${ours.maximumLength ?? 0}`,
    `Their Max PDU Receive Size:  ${theirs.maximumLength ?? 0}`,
    'Presentation Contexts:',
    ...request.contexts.flatMap((context) => {
      const answered = answer && (answer.contexts.find(({ id }) => id === context.id) ?? NO_ANSWER);
      const { id, abstractSyntax, transferSyntaxes } = context;
      return [
        `  Context ID:        ${id} (${answered === undefined ? 'Proposed' : (RESULTS[answered.result] ?? 'Unknown')})`,
        `    Abstract Syntax: ${named(abstractSyntax)}`,
        `    Proposed SCP/SCU Role: ${roleOf(ours, abstractSyntax)}`,
        ...(answered === undefined
          ? proposedSyntaxes(transferSyntaxes)
          : accepted(answered, theirs, abstractSyntax)),
      ];
    }),
    ...extended('Requested Extended Negotiation:', ours),
    ...extended('Accepted Extended Negotiation: ', theirs),
    ...identity(ours),
    `User Identity Negotiation Response:  ${theirs.userIdentityResponse === undefined ? 'none' : 'present'}`,
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

function accepted(
  { result, transferSyntax }: Pick<AnsweredContext, 'result' | 'transferSyntax'>,
  theirs: UserInformation,
  abstractSyntax: string,
): string[] {
  if (result !== 0) return [];
  return [
    `    Accepted SCP/SCU Role: ${roleOf(theirs, abstractSyntax)}`,
    `    Accepted Transfer Syntax: ${named(transferSyntax ?? '')}`,
  ];
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

/** Who it is, and by what, is never written: the record has asterisks for both. */
function identity({ userIdentity }: UserInformation): string[] {
  if (userIdentity === undefined) return ['Requested User Identity Negotiation: none'];
  return [
    'Requested User Identity Negotiation: ',
    `  Authentication mode ${userIdentity.type}: ${userIdentityText(userIdentity.type)}`,
    `  Positive Response requested: ${userIdentity.positiveResponseRequested ? 'Yes' : 'No'}`,
  ];
}
