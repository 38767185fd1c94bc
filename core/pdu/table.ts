/** The seven PDUs by type and by name (PS3.8 9.3.1). */
import { ABORT } from './abort.ts';
import { ASSOCIATE_RJ } from './associate-rj.ts';
import { ASSOCIATE_AC, ASSOCIATE_RQ } from './associate.ts';
import type { PduCodec } from './codec.ts';
import { P_DATA_TF } from './p-data.ts';
import { RELEASE_RP, RELEASE_RQ } from './release.ts';
import type { Pdu, PduName } from './types.ts';

/** A codec of any PDU: who picks it by the PDU's own type may give it that PDU. */
export type AnyCodec = PduCodec<Pdu>;

const CODECS: readonly AnyCodec[] = [
  ASSOCIATE_RQ,
  ASSOCIATE_AC,
  ASSOCIATE_RJ,
  P_DATA_TF,
  RELEASE_RQ,
  RELEASE_RP,
  ABORT,
] as unknown as readonly AnyCodec[];

const BY_TYPE: ReadonlyMap<number, AnyCodec> = new Map(CODECS.map((codec) => [codec.type, codec]));
const BY_NAME: ReadonlyMap<PduName, AnyCodec> = new Map(CODECS.map((codec) => [codec.name, codec]));

export function codecOfType(type: number): AnyCodec | undefined {
  return BY_TYPE.get(type);
}

export function codecOfName(name: PduName): AnyCodec {
  return BY_NAME.get(name)!; // all seven are in the table
}
