/** The elements of command sets (PS3.7 Annex E.1): group 0000, always Implicit VR Little Endian (6.3.1). */

/** How a value is written: text padded to even length, 16 or 32 bit numbers, or tags. */
export type CommandVR = 'UI' | 'AE' | 'LO' | 'US' | 'UL' | 'AT';

/** A command set: the values of its elements by keyword. Tags (AT) are 32 bit numbers. */
export interface CommandSet {
  readonly CommandGroupLength?: number;
  readonly AffectedSOPClassUID?: string;
  readonly RequestedSOPClassUID?: string;
  readonly CommandField: number;
  readonly MessageID?: number;
  readonly MessageIDBeingRespondedTo?: number;
  readonly MoveDestination?: string;
  readonly Priority?: number;
  readonly CommandDataSetType: number;
  readonly Status?: number;
  readonly OffendingElement?: readonly number[];
  readonly ErrorComment?: string;
  readonly ErrorID?: number;
  readonly AffectedSOPInstanceUID?: string;
  readonly RequestedSOPInstanceUID?: string;
  readonly EventTypeID?: number;
  readonly AttributeIdentifierList?: readonly number[];
  readonly ActionTypeID?: number;
  readonly NumberOfRemainingSuboperations?: number;
  readonly NumberOfCompletedSuboperations?: number;
  readonly NumberOfFailedSuboperations?: number;
  readonly NumberOfWarningSuboperations?: number;
  readonly MoveOriginatorApplicationEntityTitle?: string;
  readonly MoveOriginatorMessageID?: number;
}

export type CommandKeyword = keyof CommandSet;

/** Element number to keyword and value representation, in the order in which elements are written. */
// prettier-ignore
export const COMMAND_ELEMENTS: Readonly<Record<CommandKeyword, readonly [number, CommandVR]>> = {
  CommandGroupLength:                   [0x0000, 'UL'],
  AffectedSOPClassUID:                  [0x0002, 'UI'],
  RequestedSOPClassUID:                 [0x0003, 'UI'],
  CommandField:                         [0x0100, 'US'],
  MessageID:                            [0x0110, 'US'],
  MessageIDBeingRespondedTo:            [0x0120, 'US'],
  MoveDestination:                      [0x0600, 'AE'],
  Priority:                             [0x0700, 'US'],
  CommandDataSetType:                   [0x0800, 'US'],
  Status:                               [0x0900, 'US'],
  OffendingElement:                     [0x0901, 'AT'],
  ErrorComment:                         [0x0902, 'LO'],
  ErrorID:                              [0x0903, 'US'],
  AffectedSOPInstanceUID:               [0x1000, 'UI'],
  RequestedSOPInstanceUID:              [0x1001, 'UI'],
  EventTypeID:                          [0x1002, 'US'],
  AttributeIdentifierList:              [0x1005, 'AT'],
  ActionTypeID:                         [0x1008, 'US'],
  NumberOfRemainingSuboperations:       [0x1020, 'US'],
  NumberOfCompletedSuboperations:       [0x1021, 'US'],
  NumberOfFailedSuboperations:          [0x1022, 'US'],
  NumberOfWarningSuboperations:         [0x1023, 'US'],
  MoveOriginatorApplicationEntityTitle: [0x1030, 'AE'],
  MoveOriginatorMessageID:              [0x1031, 'US'],
};

export interface CommandElement {
  readonly keyword: CommandKeyword;
  readonly vr: CommandVR;
}

const BY_NUMBER: ReadonlyMap<number, CommandElement> = new Map(
  (Object.entries(COMMAND_ELEMENTS) as [CommandKeyword, readonly [number, CommandVR]][]).map(
    ([keyword, [number, vr]]) => [number, { keyword, vr }],
  ),
);

/** The element (0000,`number`); undefined where the standard has none. */
export function commandElement(number: number): CommandElement | undefined {
  return BY_NUMBER.get(number);
}
