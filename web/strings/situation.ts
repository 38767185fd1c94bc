/** What was being done, to whom: what a sentence about a failure needs to know. */
export type Service = 'C-ECHO' | 'C-FIND' | 'C-GET' | 'C-MOVE' | 'C-STORE';

export interface Situation {
  readonly service: Service;
  readonly peer: string;
  /** `10.0.0.5:104`. */
  readonly address: string;
  readonly calledAETitle: string;
  readonly callingAETitle: string;
  /** Of a C-MOVE. */
  readonly destination?: string;
  /** In an element of another's page, which has no view of what was received. */
  readonly apart?: boolean;
}
