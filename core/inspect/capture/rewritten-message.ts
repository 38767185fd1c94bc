/** A message as it goes on de-identified: its command set and data set rewritten, and fragmented anew. */
import type { Bytes } from '../../bytes/index.ts';
import { concat, EMPTY } from '../../bytes/index.ts';
import {
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  inUTF8,
  readHead,
  transferSyntax,
  writeDataSet,
} from '../../data/index.ts';
import type { DataSet } from '../../data/index.ts';
import { PixelGroup } from '../../data/pixel-group.ts';
import { goesWhole } from '../../deidentify/actions.ts';
import type { Deidentifier } from '../../deidentify/index.ts';
import { COMMAND_FIELD, encodeCommandSet } from '../../dimse/index.ts';
import type { CommandSet } from '../../dimse/index.ts';
import { P_DATA_HEADER, P_DATA_OVERHEAD } from '../../pdu/index.ts';
import type { Fragment } from '../fragments.ts';

/** Bytes, of which the last are counted only. */
export interface PartlyKept {
  readonly bytes: Bytes;
  readonly length: number;
}

export function whole(bytes: Bytes): PartlyKept {
  return { bytes, length: bytes.length };
}

/** Pixel data of every kind, and its offset tables. */
const PIXEL_GROUP = '7FE00000';
const REMOVED = 'REMOVED';
/** PS3.8 Table 9-22. */
const P_DATA_TYPE = 0x04;

/** UIDs of instances replaced as in the data sets; an error comment goes, which may tell whatever its sender likes. */
export function deidentifiedCommand(command: CommandSet, deidentifier: Deidentifier): Bytes {
  const { AffectedSOPInstanceUID: affected, RequestedSOPInstanceUID: requested, ErrorComment } = command;
  return encodeCommandSet({
    ...command,
    ...(affected && { AffectedSOPInstanceUID: deidentifier.sopInstanceUID(affected) }),
    ...(requested && { RequestedSOPInstanceUID: deidentifier.sopInstanceUID(requested) }),
    ...(ErrorComment && { ErrorComment: REMOVED }),
  });
}

/**
 * The data set in the same transfer syntax, by the profile that the deidentifier stands for; pixel data as it is, without
 * what follows it. Undefined for what cannot be read and written again.
 */
export function deidentifiedDataSet(
  { bytes, length }: PartlyKept,
  transferSyntaxUID: string,
  command: CommandSet,
  deidentifier: Deidentifier,
): PartlyKept | undefined {
  const syntax = transferSyntax(transferSyntaxUID);
  if (syntax === undefined || !syntax.readable || !syntax.littleEndian || syntax.deflated) return undefined;
  const head = readHead(bytes, transferSyntaxUID, {
    until: PIXEL_GROUP,
    omit: ({ tag }) => goesWhole(tag),
  });
  if (!head.complete || (bytes.length < length && !head.reached)) return undefined;
  const changed = deidentifier.dataSet(head.dataSet).dataSet;
  const isInstance = command.CommandField === COMMAND_FIELD['C-STORE-RQ'];
  const written = writeDataSet(
    isInstance ? changed : withoutMarks(changed, head.dataSet),
    syntax.explicit ? EXPLICIT_VR_LITTLE_ENDIAN : IMPLICIT_VR_LITTLE_ENDIAN,
  );
  return followed(written, { bytes: bytes.subarray(head.end), length: length - head.end }, syntax.explicit);
}

/** Only an instance says of itself that it was de-identified: in a query it would be a key that nobody asked for. */
function withoutMarks(changed: DataSet, before: DataSet): DataSet {
  return inUTF8(Object.fromEntries(Object.entries(changed).filter(([tag]) => tag in before)));
}

/** What stands behind the attributes: the pixel data, as far as it was kept. */
function followed(head: Bytes, rest: PartlyKept, explicit: boolean): PartlyKept {
  const group = new PixelGroup(explicit, explicit);
  const pieces = [head, ...group.push(rest.bytes)];
  const elided = rest.length - rest.bytes.length;
  if (elided > 0 && !group.ended) {
    const bytes = concat([head, rest.bytes]);
    return { bytes, length: bytes.length + elided };
  }
  group.finish();
  return whole(concat(pieces));
}

/** PDUs of one PDV each (PS3.8 9.3.5); `fragment` is the most bytes of one. */
export function fragmented(
  { bytes, length }: PartlyKept,
  { contextId, command }: Pick<Fragment, 'contextId' | 'command'>,
  fragment: number,
): PartlyKept[] {
  const pdus: PartlyKept[] = [];
  let at = 0;
  do {
    const end = Math.min(length, at + fragment);
    pdus.push(
      fragmentPdu(
        { bytes: bytes.subarray(at, end), length: end - at },
        { contextId, command, last: end === length },
      ),
    );
    at = end;
  } while (at < length);
  return pdus;
}

/** As it was sent, but for its bytes: they are only counted. */
export function emptiedFragment(fragment: Fragment): PartlyKept {
  return fragmentPdu({ bytes: EMPTY, length: fragment.length }, fragment);
}

/** By hand: what was recorded may have an odd length, or a context that cannot be. */
function fragmentPdu(
  { bytes, length }: PartlyKept,
  { contextId, command, last }: Pick<Fragment, 'contextId' | 'command' | 'last'>,
): PartlyKept {
  const pdu = new Uint8Array(P_DATA_HEADER + bytes.length);
  const view = new DataView(pdu.buffer);
  view.setUint8(0, P_DATA_TYPE);
  view.setUint32(2, length + P_DATA_OVERHEAD);
  view.setUint32(6, length + 2);
  pdu.set([contextId, (command ? 1 : 0) | (last ? 2 : 0)], 10);
  pdu.set(bytes, P_DATA_HEADER);
  return { bytes: pdu, length: P_DATA_HEADER + length };
}
