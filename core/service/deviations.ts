/** What this room tells a sink: what a peer does against the standard and we take all the same. */
import type { Happening } from '../bytes/index.ts';
import type { Messenger } from '../dimse/index.ts';

/** Codes are stable; texts are not. */
export const SERVICE_DEVIATIONS = {
  IDENTIFIER_MISSING: 'a pending C-FIND response without an identifier; passed over',
  IDENTIFIER_UNREADABLE: 'a response whose data set cannot be read; taken without it',
  DATA_SET_SYNTAX: 'a data set in another transfer syntax than that of its context; read as what it is',
  COUNTERS_ODD: 'sub-operations that become more, or done ones that become fewer',
  INSTANCE_NOT_REQUESTED: 'an instance that the C-GET did not name; taken',
  INSTANCE_TWICE: 'an instance that came in the same C-GET before; the later one counts',
  UID_INVALID: 'a SOP Instance UID with leading zeros or letters; taken as it is',
  INSTANCE_UID_DIFFERS: 'an instance whose command names another SOP Instance UID; kept by its data set',
  REPORT_WITHOUT_ROLE: 'an N-EVENT-REPORT from a requestor that did not propose to be SCP; taken',
  REPORT_UNKNOWN: 'a report for a Transaction UID that nobody waits for; refused',
  REPORT_TWICE: 'a second report for a Transaction UID; the first one counts',
  REPORT_NOT_ASKED:
    'a report of an instance that was not asked for, or not under this SOP class; not believed',
  REPORT_CONTRADICTS: 'a report of an instance as committed and as failed; counted as failed',
} as const;
export type ServiceDeviationCode = keyof typeof SERVICE_DEVIATIONS;

export interface ServiceDeviationHappening extends Happening {
  readonly layer: 'service';
  readonly type: 'deviation';
  readonly direction: 'received';
  readonly code: ServiceDeviationCode;
  /** Undefined for what a report says, which may come on any association. */
  readonly contextId?: number;
}

export function tellDeviation(messenger: Messenger, contextId: number, code: ServiceDeviationCode): void {
  messenger.association.trace?.<ServiceDeviationHappening>({
    layer: 'service',
    type: 'deviation',
    direction: 'received',
    code,
    contextId,
  });
}
