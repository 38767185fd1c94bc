/** DIMSE messages as DCMTK dumps them. */
import type { CommandKeyword, CommandSet } from '../../dimse/index.ts';
import { NO_DATA_SET, PRIORITY } from '../../dimse/index.ts';
import type { Operation } from '../../dict/index.ts';
import type { Message } from '../messages.ts';
import { heading } from './association-dump.ts';
import { dcmtkKeyword, dcmtkStatus } from './dcmtk-names.ts';

/** Columns of a label. */
const LABEL = 30;

type Row = readonly [label: string, value: (command: CommandSet, message: Message) => string | undefined];

const text =
  (keyword: CommandKeyword): Row[1] =>
  (command) => {
    const value = command[keyword];
    return value === undefined ? undefined : String(value);
  };
const count =
  (keyword: CommandKeyword): Row[1] =>
  (command) =>
    isRetrieveResponse(command) ? String(command[keyword] ?? 'none') : undefined;

/** In the order in which they are printed. */
const ROWS: readonly Row[] = [
  ['Message Type', (_, { name }) => name?.replace(/-(RQ|RSP)$/, ' $1')],
  ['Presentation Context ID', (_, { contextId }) => String(contextId)],
  ['Message ID', text('MessageID')],
  ['Message ID Being Responded To', text('MessageIDBeingRespondedTo')],
  ['Affected SOP Class UID', ({ AffectedSOPClassUID: uid }) => uid && (dcmtkKeyword(uid) ?? uid)],
  ['Affected SOP Instance UID', text('AffectedSOPInstanceUID')],
  ['Remaining Suboperations', count('NumberOfRemainingSuboperations')],
  ['Completed Suboperations', count('NumberOfCompletedSuboperations')],
  ['Failed Suboperations', count('NumberOfFailedSuboperations')],
  ['Warning Suboperations', count('NumberOfWarningSuboperations')],
  ['Data Set', ({ CommandDataSetType }) => (CommandDataSetType === NO_DATA_SET ? 'none' : 'present')],
  ['Priority', ({ Priority }) => Object.entries(PRIORITY).find(([, value]) => value === Priority)?.[0]],
  ['Move Destination', text('MoveDestination')],
  ['Move Originator AE Title', text('MoveOriginatorApplicationEntityTitle')],
  ['Move Originator ID', text('MoveOriginatorMessageID')],
  [
    'DIMSE Status',
    ({ Status }, { name }) => (Status === undefined ? undefined : dcmtkStatus(operationOf(name), Status)),
  ],
];

/** `inside` stands between the last field and the end. `without` names labels that a tool leaves out. */
export function dumpMessage(
  message: Message,
  direction: 'OUTGOING' | 'INCOMING',
  {
    inside = [],
    without = [],
  }: { readonly inside?: readonly string[]; readonly without?: readonly string[] } = {},
): string[] {
  const { command } = message;
  if (command === undefined) return [];
  const rows = ROWS.flatMap(([label, value]) => {
    const shown = without.includes(label) ? undefined : value(command, message);
    return shown === undefined ? [] : [`${label.padEnd(LABEL)}: ${shown}`];
  });
  return [heading(`${direction} DIMSE MESSAGE`), ...rows, ...inside, heading('END DIMSE MESSAGE')];
}

function operationOf(name = ''): Operation {
  return name.replace(/-(RQ|RSP)$/, '') as Operation;
}

const RETRIEVE_RESPONSES: readonly number[] = [0x8010, 0x8021];

function isRetrieveResponse({ CommandField }: CommandSet): boolean {
  return RETRIEVE_RESPONSES.includes(CommandField);
}
