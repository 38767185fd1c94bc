/** What a person chose for each peer, and the peers that were added here: kept by the browser, no patient data in it. */
import type { Timeouts } from '../../core/bytes/index.ts';
import { isAETitle } from '../../core/transport/peers.ts';
import type { Peer } from '../../core/transport/peers.ts';
import type { KeyValueStore } from './settings.svelte.ts';

/** What holds for one peer on this computer; what is absent is as usual. */
export interface PeerChoice {
  /** How we call ourselves there. */
  readonly callingAETitle?: string;
  /** How the peer is called, where the bridge does not look at it. */
  readonly aeTitle?: string;
  /** Terms as in (0008,0005). */
  readonly characterSet?: string;
  /** Associations at once. */
  readonly associations?: number;
  /** Seconds by phase, of `PHASES`. */
  readonly timeouts?: Timeouts;
}

/** The phases for which a person says how long to wait. */
export const PHASES = ['connect', 'associate', 'response', 'progress', 'move-progress'] as const;
/** In seconds: a day. */
export const LONGEST_TIMEOUT = 86_400;

/** A peer of this page: the bridge has no name for it. */
export type OwnPeer = Pick<Peer, 'name' | 'aeTitle' | 'host' | 'port'>;

/** What is written into a file, to take along or to give to a colleague. */
interface Exported {
  readonly webdimsePeers: 1;
  readonly peers: readonly OwnPeer[];
  readonly choices: Readonly<Record<string, PeerChoice>>;
}

const KEY = 'webdimse.peers';
/** Nobody types more; a file that somebody else made may hold anything. */
const MOST_PEERS = 200;
const LONGEST_TEXT = 255;
export const MOST_ASSOCIATIONS = 16;

export class PeerChoices {
  readonly #store: KeyValueStore | undefined;
  #own = $state.raw<readonly OwnPeer[]>([]);
  #choices = $state.raw<ReadonlyMap<string, PeerChoice>>(new Map());

  constructor(store: KeyValueStore | undefined) {
    this.#store = store;
    this.#take(parsed(readText(store)));
  }

  get own(): readonly OwnPeer[] {
    return this.#own;
  }

  of(name: string): PeerChoice {
    return this.#choices.get(name) ?? {};
  }

  /** Fields that are empty or undefined go back to what is usual. */
  choose(name: string, change: { readonly [K in keyof PeerChoice]?: PeerChoice[K] | undefined }): void {
    const choice = choiceOf({ ...this.of(name), ...change });
    const choices = new Map(this.#choices);
    if (Object.keys(choice).length === 0) choices.delete(name);
    else choices.set(name, choice);
    this.#choices = choices;
    this.#write();
  }

  add(peer: OwnPeer): void {
    this.#own = [...this.#own.filter(({ name }) => name !== peer.name), peer];
    this.#write();
  }

  remove(name: string): void {
    this.#own = this.#own.filter((peer) => peer.name !== name);
    this.#choices = new Map([...this.#choices].filter(([key]) => key !== name));
    this.#write();
  }

  /** As a file of JSON. */
  exported(): string {
    return `${JSON.stringify(this.#exported(), undefined, 2)}\n`;
  }

  /** Adds what a file holds; peers of the same name are replaced. Undefined where it is no such file. */
  import(text: string): { readonly peers: number; readonly choices: number } | undefined {
    const read = parsed(text);
    if (read === undefined) return undefined;
    const names = new Set(read.peers.map(({ name }) => name));
    this.#take({
      ...read,
      peers: [...this.#own.filter(({ name }) => !names.has(name)), ...read.peers],
      choices: { ...Object.fromEntries(this.#choices), ...read.choices },
    });
    this.#write();
    return { peers: read.peers.length, choices: Object.keys(read.choices).length };
  }

  #take(read: Exported | undefined): void {
    if (read === undefined) return;
    this.#own = read.peers;
    this.#choices = new Map(Object.entries(read.choices));
  }

  #exported(): Exported {
    return { webdimsePeers: 1, peers: this.#own, choices: Object.fromEntries(this.#choices) };
  }

  #write(): void {
    try {
      this.#store?.setItem(KEY, JSON.stringify(this.#exported()));
    } catch {
      // Full or blocked: it holds for this visit only.
    }
  }
}

function readText(store: KeyValueStore | undefined): string {
  try {
    return store?.getItem(KEY) ?? '';
  } catch {
    return ''; // blocked by the browser
  }
}

/** Only what can be used is taken over. */
function parsed(text: string): Exported | undefined {
  const file = record(json(text));
  if (file?.['webdimsePeers'] !== 1) return undefined;
  const peers = Array.isArray(file['peers']) ? file['peers'].slice(0, MOST_PEERS).flatMap(ownPeer) : [];
  const entries = Object.entries(record(file['choices']) ?? {}).slice(0, MOST_PEERS);
  const choices = entries.map(([name, choice]) => [name, choiceOf(record(choice) ?? {})] as const);
  return { webdimsePeers: 1, peers: uniqueByName(peers), choices: Object.fromEntries(choices) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function ownPeer(value: unknown): OwnPeer[] {
  const { name, aeTitle, host, port } = record(value) ?? {};
  if (!isText(name) || !isTitle(aeTitle) || !isText(host) || !isPort(port)) return [];
  return [{ name, aeTitle, host, port }];
}

function uniqueByName(peers: readonly OwnPeer[]): OwnPeer[] {
  return [...new Map(peers.map((peer) => [peer.name, peer])).values()];
}

function choiceOf(given: { readonly [K in keyof PeerChoice]?: unknown }): PeerChoice {
  const { callingAETitle, aeTitle, characterSet, associations } = given;
  const timeouts = timeoutsOf(given.timeouts);
  return {
    ...(isTitle(callingAETitle) && { callingAETitle }),
    ...(isTitle(aeTitle) && { aeTitle }),
    ...(isText(characterSet) && { characterSet }),
    ...(isCount(associations) && { associations }),
    ...(Object.keys(timeouts).length > 0 && { timeouts }),
  };
}

function timeoutsOf(given: unknown): Timeouts {
  const chosen = record(given) ?? {};
  const phases = PHASES.filter((phase) => isSeconds(chosen[phase]));
  return Object.fromEntries(phases.map((phase) => [phase, chosen[phase]]));
}

/** Seconds as people type them, with a point or a comma; undefined where they are none. */
export function typedSeconds(typed: string): number | undefined {
  const seconds = /^\d+([.,]\d+)?$/.test(typed.trim()) ? Number(typed.trim().replace(',', '.')) : 0;
  return isSeconds(seconds) ? seconds : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT;
}

function isTitle(value: unknown): value is string {
  return typeof value === 'string' && isAETitle(value.trim());
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= LONGEST_TIMEOUT;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_ASSOCIATIONS;
}
