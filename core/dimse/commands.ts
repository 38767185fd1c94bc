/** The messages of DIMSE (PS3.7 9.3, 10.3): one table, keyed by Command Field (0000,0100). */
import type { CommandKeyword } from './elements.ts';

export type CommandName =
  | `${'C-STORE' | 'C-GET' | 'C-FIND' | 'C-MOVE' | 'C-ECHO'}-${'RQ' | 'RSP'}`
  | 'C-CANCEL-RQ'
  | `${'N-EVENT-REPORT' | 'N-GET' | 'N-SET' | 'N-ACTION' | 'N-CREATE' | 'N-DELETE'}-${'RQ' | 'RSP'}`;

export interface Command {
  readonly name: CommandName;
  readonly field: number;
  /** The response's Command Field is the request's with this bit (PS3.7 E.1); C-CANCEL has none. */
  readonly response: boolean;
  /** Elements without which the message means nothing, Command Field and Data Set Type aside. */
  readonly mandatory: readonly CommandKeyword[];
  /** Whether a data set goes with it: always, never, or as the service says. */
  readonly dataSet: 'always' | 'never' | 'may';
}

const RESPONSE_BIT = 0x8000;

type Row = readonly [CommandName, number, Command['dataSet'], ...CommandKeyword[]];

// prettier-ignore
const ROWS: readonly Row[] = [
  ['C-STORE-RQ',         0x0001, 'always', 'MessageID', 'AffectedSOPClassUID', 'Priority', 'AffectedSOPInstanceUID'],
  ['C-STORE-RSP',        0x8001, 'never',  'MessageIDBeingRespondedTo', 'Status'],
  ['C-GET-RQ',           0x0010, 'always', 'MessageID', 'AffectedSOPClassUID', 'Priority'],
  ['C-GET-RSP',          0x8010, 'may',    'MessageIDBeingRespondedTo', 'Status'],
  ['C-FIND-RQ',          0x0020, 'always', 'MessageID', 'AffectedSOPClassUID', 'Priority'],
  ['C-FIND-RSP',         0x8020, 'may',    'MessageIDBeingRespondedTo', 'Status'],
  ['C-MOVE-RQ',          0x0021, 'always', 'MessageID', 'AffectedSOPClassUID', 'Priority', 'MoveDestination'],
  ['C-MOVE-RSP',         0x8021, 'may',    'MessageIDBeingRespondedTo', 'Status'],
  ['C-ECHO-RQ',          0x0030, 'never',  'MessageID', 'AffectedSOPClassUID'],
  ['C-ECHO-RSP',         0x8030, 'never',  'MessageIDBeingRespondedTo', 'Status'],
  ['N-EVENT-REPORT-RQ',  0x0100, 'may',    'MessageID', 'AffectedSOPClassUID', 'AffectedSOPInstanceUID', 'EventTypeID'],
  ['N-EVENT-REPORT-RSP', 0x8100, 'may',    'MessageIDBeingRespondedTo', 'Status'],
  ['N-GET-RQ',           0x0110, 'never',  'MessageID', 'RequestedSOPClassUID', 'RequestedSOPInstanceUID'],
  ['N-GET-RSP',          0x8110, 'may',    'MessageIDBeingRespondedTo', 'Status'],
  ['N-SET-RQ',           0x0120, 'always', 'MessageID', 'RequestedSOPClassUID', 'RequestedSOPInstanceUID'],
  ['N-SET-RSP',          0x8120, 'may',    'MessageIDBeingRespondedTo', 'Status'],
  ['N-ACTION-RQ',        0x0130, 'may',    'MessageID', 'RequestedSOPClassUID', 'RequestedSOPInstanceUID', 'ActionTypeID'],
  ['N-ACTION-RSP',       0x8130, 'may',    'MessageIDBeingRespondedTo', 'Status'],
  ['N-CREATE-RQ',        0x0140, 'may',    'MessageID', 'AffectedSOPClassUID'],
  ['N-CREATE-RSP',       0x8140, 'may',    'MessageIDBeingRespondedTo', 'Status'],
  ['N-DELETE-RQ',        0x0150, 'never',  'MessageID', 'RequestedSOPClassUID', 'RequestedSOPInstanceUID'],
  ['N-DELETE-RSP',       0x8150, 'never',  'MessageIDBeingRespondedTo', 'Status'],
  ['C-CANCEL-RQ',        0x0fff, 'never',  'MessageIDBeingRespondedTo'],
];

/** Every command by its Command Field. */
export const COMMANDS: ReadonlyMap<number, Command> = new Map(
  ROWS.map(([name, field, dataSet, ...mandatory]) => [
    field,
    { name, field, response: (field & RESPONSE_BIT) !== 0, mandatory, dataSet },
  ]),
);

/** Command Field by name: `COMMAND_FIELD['C-ECHO-RQ']`. */
export const COMMAND_FIELD: Readonly<Record<CommandName, number>> = Object.fromEntries(
  ROWS.map(([name, field]) => [name, field]),
) as Record<CommandName, number>;

/** (0000,0800): this value says that no data set follows, any other that one does (PS3.7 E.1). */
export const NO_DATA_SET = 0x0101;
export const DATA_SET_FOLLOWS = 0x0001;

/** (0000,0700), PS3.7 E.1. */
export const PRIORITY = { medium: 0, high: 1, low: 2 } as const;
