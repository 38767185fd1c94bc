/** What a peer promises: the instances that a retrieve should bring, asked level by level (PS3.4 C.4.1.2.1). */
import { DicomError } from '../bytes/index.ts';
import { dataSet, text, texts } from '../data/index.ts';
import type { DataSet } from '../data/index.ts';
import { LEVELS, NATIVE_SYNTAXES, openAssociation, QUERY_RETRIEVE, UNIQUE_KEY } from '../service/index.ts';
import type { FindOptions, Level, OpenAssociation, RetrieveRequest } from '../service/index.ts';
import { findOptions, withAssociation } from './open.ts';
import { withSlot } from './slots.ts';
import type { PeerAddress } from './types.ts';

/** An instance that the peer says it has. */
export interface PromisedInstance {
  readonly sopInstanceUID: string;
  /** '' where the peer does not tell; the modality of the series then says what to expect. */
  readonly sopClassUID: string;
  /** Available Transfer Syntax UID (0008,3002); empty where the peer does not tell. */
  readonly transferSyntaxUIDs: readonly string[];
  readonly modality: string;
  /** The unique keys of its series and of all above it, single values. */
  readonly seriesKeys: DataSet;
}

/** Return keys of a level beside its unique key. */
const RETURN_KEYS: Readonly<Record<Level, Readonly<Record<string, string>>>> = {
  PATIENT: {},
  STUDY: {},
  SERIES: { Modality: '' },
  IMAGE: { SOPClassUID: '', AvailableTransferSyntaxUID: '' },
};

/**
 * Asks for every instance below a retrieve request. Rejects where the peer does not answer queries: a
 * retrieve can go on without, but then nobody knows what is missing.
 */
export function inventory(
  peer: PeerAddress,
  request: RetrieveRequest,
  signal: AbortSignal,
): Promise<PromisedInstance[]> {
  const contexts = [
    { abstractSyntax: QUERY_RETRIEVE[request.model].FIND, transferSyntaxes: NATIVE_SYNTAXES },
  ];
  const walk = (association: OpenAssociation): Promise<PromisedInstance[]> =>
    new Walk(association, request, findOptions(peer, signal)).run();
  return withSlot(peer.slots, signal, () =>
    withAssociation(openAssociation, peer, contexts, signal, walk, true),
  );
}

const NOT_RELATIONAL = new DicomError(
  'CONTEXT_REFUSED',
  'The peer did not agree to relational queries: it does not tell what lies below without the keys of the levels above.',
);

class Walk {
  readonly #association: OpenAssociation;
  readonly #request: RetrieveRequest;
  readonly #options: FindOptions;
  readonly #found = new Map<string, PromisedInstance>();

  constructor(association: OpenAssociation, request: RetrieveRequest, options: FindOptions) {
    this.#association = association;
    this.#request = request;
    this.#options = options;
  }

  async run(): Promise<PromisedInstance[]> {
    if (this.#isWhole()) await this.#below(0, {}, '');
    else await this.#atOnce();
    return [...this.#found.values()];
  }

  /** Whether the unique keys of all levels above are there, so that the way down leads through one entity of each. */
  #isWhole(): boolean {
    const { model, level, keys } = this.#request;
    const above = LEVELS[model].slice(0, LEVELS[model].indexOf(level));
    return above.every((each) => texts(keys, UNIQUE_KEY[each]).length > 0);
  }

  /** For a relational retrieve: one query over all levels (PS3.4 C.4.1.2.2). */
  async #atOnce(): Promise<void> {
    const { model, keys } = this.#request;
    if (!this.#association.extended(QUERY_RETRIEVE[model].FIND).relational) throw NOT_RELATIONAL;
    const unique = LEVELS[model].slice(0, -1).map((level) => UNIQUE_KEY[level]);
    const empty = Object.fromEntries([...unique, UNIQUE_KEY.IMAGE].map((key) => [key, '']));
    const asked = { ...dataSet({ ...empty, ...RETURN_KEYS.SERIES, ...RETURN_KEYS.IMAGE }), ...keys };
    const query = { model, level: 'IMAGE', keys: asked } as const;
    for await (const match of this.#association.find(query, this.#options)) {
      const seriesKeys = dataSet(Object.fromEntries(unique.map((key) => [key, text(match, key)])));
      const sopInstanceUID = text(match, UNIQUE_KEY.IMAGE);
      if (sopInstanceUID !== '') this.#promise(sopInstanceUID, match, seriesKeys, text(match, 'Modality'));
    }
  }

  /** Asks for one level, then below each match; keys of the levels above are single values. */
  async #below(depth: number, above: DataSet, modality: string): Promise<void> {
    const level = LEVELS[this.#request.model][depth]!; // IMAGE, the last, does not recur
    for await (const [unique, match] of this.#matches(level, above)) {
      if (level === 'IMAGE') this.#promise(unique, match, above, modality);
      else {
        const keys = { ...above, ...dataSet({ [UNIQUE_KEY[level]]: unique }) };
        await this.#below(depth + 1, keys, text(match, 'Modality'));
      }
    }
  }

  /** The values of the level's unique key: those asked for where they need no query, else what the peer finds. */
  async *#matches(level: Level, above: DataSet): AsyncGenerator<[string, DataSet], void, undefined> {
    const asked = texts(this.#request.keys, UNIQUE_KEY[level]);
    if (asked.length > 0 && (level === 'PATIENT' || level === 'STUDY')) {
      for (const value of asked) yield [value, {}];
      return;
    }
    const key = UNIQUE_KEY[level];
    const keys = {
      ...above,
      ...dataSet({ [key]: asked.length === 1 ? asked[0]! : '', ...RETURN_KEYS[level] }),
    };
    const matches: [string, DataSet][] = [];
    const query = { model: this.#request.model, level, keys };
    for await (const match of this.#association.find(query, this.#options)) {
      const value = text(match, key);
      if (value !== '' && (asked.length === 0 || asked.includes(value))) matches.push([value, match]);
    }
    yield* new Map(matches); // some peers answer once per instance at every level
  }

  #promise(sopInstanceUID: string, match: DataSet, seriesKeys: DataSet, modality: string): void {
    this.#found.set(sopInstanceUID, {
      sopInstanceUID,
      sopClassUID: text(match, 'SOPClassUID'),
      transferSyntaxUIDs: texts(match, 'AvailableTransferSyntaxUID').filter((uid) => uid !== ''),
      modality,
      seriesKeys,
    });
  }
}
