/** What the page is told to do, and what it tells of it. */

/** From the opening of the page to the first row, or from its Search button to the first row, or to the last. */
export type Visit = 'open' | 'first' | 'shown';

export interface Order {
  /**
   * `down`, `up`: bytes through a bridge and nothing else. `get`: C-GET of the study. `send`: C-STORE of it, from memory or
   * from files. `rest`: its files by Orthanc's REST API, six at once. `wado`: the whole study by DICOMweb, into a file.
   * Those of a visit: a search of a person.
   */
  readonly kind: 'down' | 'up' | 'get' | 'send' | 'rest' | 'wado' | Visit;
  /** Where the bridge takes tunnels, where the page of the project is, or where HTTP goes. */
  readonly url: string;
  /** The peer's name and AE title. */
  readonly peer: string;
  readonly associations: number;
  /** Where what comes is kept, or where what is sent lies. With `opfs` a get or a send is done by the page's own engine. */
  readonly place: 'nowhere' | 'views' | 'contiguous' | 'opfs' | 'memory';
  /** The script of that engine, as it is built. */
  readonly engine: string;
  readonly studyInstanceUID: string;
  /** Of the study, or matches of a search. */
  readonly instances: number;
  /** Bytes of a stream. */
  readonly bytes: number;
}

/** What came of it; `error` where nothing did. */
export interface Outcome {
  readonly count: number;
  readonly bytes: number;
  readonly seconds: number;
  /** The longest task of the main thread meanwhile, in milliseconds; 0 where none took 50 ms. */
  readonly longestTask?: number;
  readonly error?: string;
}

/** What an order did. */
export type Did = Pick<Outcome, 'count' | 'bytes'>;

/** Seconds that a task takes, and what it did. */
export async function timed(task: () => Promise<Did>): Promise<Outcome> {
  const started = performance.now();
  const did = await task();
  return { ...did, seconds: (performance.now() - started) / 1000 };
}
