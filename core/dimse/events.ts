/** What this room tells a sink: two events a message at most, its command and the end of its data set. */
import type { Happening } from '../bytes/index.ts';
import type { CommandName } from './commands.ts';
import type { CommandSet } from './elements.ts';

export interface CommandHappening extends Happening {
  readonly layer: 'dimse';
  readonly type: 'command';
  readonly direction: 'sent' | 'received';
  readonly contextId: number;
  readonly name: CommandName;
  readonly command: CommandSet;
}

export interface DataSetHappening extends Happening {
  readonly layer: 'dimse';
  readonly type: 'data set';
  readonly direction: 'sent' | 'received';
  readonly contextId: number;
  readonly name: CommandName;
  readonly length: number;
}

/** Something that we tolerate or ignore: a response that nobody asked for, a cancel for nothing. */
export interface StrayHappening extends Happening {
  readonly layer: 'dimse';
  readonly type: 'stray';
  readonly direction: 'received';
  readonly contextId: number;
  readonly name: CommandName;
  readonly messageId: number;
}

export type DimseHappening = CommandHappening | DataSetHappening | StrayHappening;
