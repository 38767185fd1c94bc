/**
 * The connection log: a line of JSON for each event. It names users, peers and AE titles, and holds neither payload nor
 * ticket nor token, nor anything else that a stranger sent.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { isAETitle } from '../../core/transport/index.ts';
import type { BridgeEvent } from './events.ts';

/** Members as they stand in a line, behind `time` and `event`. */
const MEMBERS = [
  'connection',
  'user',
  'origin',
  'peer',
  'inbound',
  'remote',
  'aeTitle',
  'callingAETitle',
  'calledAETitle',
  'bytesUp',
  'bytesDown',
  'milliseconds',
  'count',
  'outcome',
  'status',
  'code',
  'cause',
  'reason',
] as const;

/** An event as a line; what says nothing is left out. */
export function logLine(event: BridgeEvent, time: Date): string {
  const all = event as Readonly<Record<string, unknown>>;
  const told = MEMBERS.filter((name) => says(name, all[name])).map((name) => [name, all[name]] as const);
  return JSON.stringify({ time: time.toISOString(), event: event.type, ...Object.fromEntries(told) });
}

function says(name: string, value: unknown): boolean {
  if (value === undefined || value === '') return false;
  // What stands where titles should be may be anything.
  return !name.endsWith('AETitle') || (typeof value === 'string' && isAETitle(value));
}

export interface JournalOptions {
  /** Told when a line cannot be written, once until it can again. */
  failed(error: NodeJS.ErrnoException): void;
  readonly now?: () => Date;
}

/** A log file that is written line by line, so that a line is there when its event is over. */
export class Journal {
  readonly #file: string;
  readonly #options: JournalOptions;
  #descriptor: number | undefined;
  #failing = false;

  /** Appends to `file`, which is made readable for its owner and group alone. @throws Error of the system */
  constructor(file: string, options: JournalOptions) {
    this.#file = file;
    this.#options = options;
    this.#descriptor = openSync(file, 'a', 0o640);
  }

  write(event: BridgeEvent): void {
    this.#attempt(() => {
      this.#descriptor ??= openSync(this.#file, 'a', 0o640);
      writeSync(this.#descriptor, `${logLine(event, (this.#options.now ?? (() => new Date()))())}\n`);
      this.#failing = false;
    });
  }

  /** Goes on in a file of the same name: what rotates logs has moved this one away. */
  reopen(): void {
    this.close();
    this.#attempt(() => (this.#descriptor = openSync(this.#file, 'a', 0o640)));
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!this.#failing) this.#options.failed(error as NodeJS.ErrnoException);
      this.#failing = true;
    }
  }
}
