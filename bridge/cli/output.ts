/** What the command line prints: results on stdout, remarks and progress on stderr. */

export interface Output {
  /** `--json`: one JSON object per line on stdout, and nothing else there. */
  readonly json: boolean;
  /** A line for people; nothing with `--json`. */
  line(text: string): Promise<void>;
  /** A line for programs; nothing without `--json`. */
  record(record: Readonly<Record<string, unknown>>): Promise<void>;
  /** A remark beside the result. */
  note(text: string): void;
  /** Replaces the progress line; only shown on a terminal. Without text the line goes away. */
  progress(text?: () => string): void;
}

/** Nothing is redrawn more often than this, in milliseconds. */
const REDRAW_MS = 100;

export function createOutput(json: boolean): Output {
  const terminal = process.stderr.isTTY && !json;
  let shown = false;
  let drawn = 0;
  const clear = (): void => {
    if (shown) process.stderr.write('\r\u001B[K');
    shown = false;
  };
  const print = (text: string): Promise<void> => {
    clear();
    return write(`${text}\n`);
  };
  return {
    json,
    line: (text) => (json ? Promise.resolve() : print(text)),
    record: (record) => (json ? print(JSON.stringify(record)) : Promise.resolve()),
    note: (text) => {
      clear();
      process.stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (text === undefined) return clear();
      if (!terminal || (shown && performance.now() - drawn < REDRAW_MS)) return;
      process.stderr.write(`\r\u001B[K${text()}`);
      shown = true;
      drawn = performance.now();
    },
  };
}

/** Printing for longer than this without a pause, in milliseconds, Ctrl+C would not be heard: files and terminals are never full. */
const TURN_MS = 50;
let paused = 0;

/** Waits while stdout is full, so that a slow reader holds the peer back and not our memory. */
function write(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (!process.stdout.write(text)) process.stdout.once('drain', resolve);
    else if (performance.now() - paused < TURN_MS) resolve();
    else
      setImmediate(() => {
        paused = performance.now();
        resolve();
      });
  });
}

/** Text from a peer or file, safe for a terminal: control characters could rewrite what stands there. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD');
}

/** Bytes in the unit that fits: `3.4 MB`. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}

/** Milliseconds as seconds with three decimals, for programs. */
export function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}

/** `1 instance`, `2 instances`, `2 matches`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : thing.endsWith('ch') ? 'es' : 's'}`;
}

/** Pads to `width` columns of a terminal, where East Asian characters take two. */
export function pad(text: string, width: number): string {
  let used = 0;
  for (const character of text) used += WIDE.test(character) ? 2 : 1;
  return text + ' '.repeat(Math.max(0, width - used));
}

const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{20000}-\u{3FFFD}]/u;
