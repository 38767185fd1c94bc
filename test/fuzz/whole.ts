/** The data sets of the C-STORE requests that a peer's bytes hold, whole and in order, read a second way. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError } from '../../core/bytes/index.ts';
import { COMMAND_FIELD, decodeCommandSet } from '../../core/dimse/index.ts';
import type { CommandSet } from '../../core/dimse/index.ts';
import { PduDecoder } from '../../core/pdu/index.ts';
import type { Pdv } from '../../core/pdu/index.ts';

/** Fragments go together by PS3.8 Annex E; after the first that does not fit nothing counts. */
export function wholeInstances(sent: readonly Bytes[]): Bytes[] {
  const found: Bytes[] = [];
  let command: CommandSet | undefined;
  let fragments: Pdv[] = [];
  try {
    for (const { pdu } of new PduDecoder().push(concat(sent))) {
      if (pdu.type !== 'P-DATA-TF') continue;
      for (const pdv of pdu.pdvs) {
        if (pdv.command !== (command === undefined)) return found;
        if ((fragments.at(-1)?.contextId ?? pdv.contextId) !== pdv.contextId) return found;
        fragments.push(pdv);
        if (!pdv.last) continue;
        const bytes = concat(fragments.map(({ data }) => data));
        fragments = [];
        if (command?.CommandField === COMMAND_FIELD['C-STORE-RQ']) found.push(bytes);
        const next: CommandSet | undefined = command === undefined ? decodeCommandSet(bytes) : undefined;
        command = next?.CommandDataSetType === 0x0101 ? undefined : next;
      }
    }
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
  }
  return found;
}
