/** The index over a store: what C-FIND, C-GET and C-MOVE are answered from (PS3.4 C). */
import type { DataSet } from '../data/index.ts';
import type { InstanceStore, Stored, StoreChange } from '../file/index.ts';
import { LEVELS as MODEL_LEVELS } from '../service/levels.ts';
import type { Level, Query, RetrieveRequest } from '../service/types.ts';
import { answer, attributeOf, isMatched } from './answer.ts';
import { dateTimePairs } from './date-time.ts';
import type { UniqueKeys } from './levels.ts';
import { findKeys, levelOf, LEVELS, retrieveKeys } from './levels.ts';
import { matcher } from './matching.ts';
import type { Entity } from './tree.ts';
import { Tree } from './tree.ts';

/**
 * Of a patient the unique key, which none lacks by the standard (PS3.4 C.2.2.1.1): who has none here is not everybody. In
 * Study Root it is a required key like others (C.6.2.1).
 */
const PATIENT_ID = '00100020';

/** Whether an entity satisfies one key. */
type EntityTest = (entity: Entity) => boolean;

/**
 * Patients, studies, series and instances of a store, kept in step with it. An instance whose data set
 * tells no Study and Series Instance UID (one in a syntax that is not read, say) stays in the store but
 * is in no level, and `unindexed` counts it.
 */
export class Archive {
  readonly store: InstanceStore;
  readonly #tree = new Tree();
  readonly #unindexed = new Map<string, Stored>();
  readonly #unwatch: () => void;
  /** UIDs that changed while the store was read; their entries are out of date. */
  #changed: Set<string> | undefined = new Set();

  private constructor(store: InstanceStore) {
    this.store = store;
    this.#unwatch = store.watch((change) => this.#apply(change));
  }

  /** Reads all entries of the store, then follows its changes until `close()`. */
  static async open(store: InstanceStore): Promise<Archive> {
    const archive = new Archive(store);
    for await (const stored of store.entries()) {
      if (!archive.#changed?.has(stored.sopInstanceUID)) archive.#add(stored);
    }
    archive.#changed = undefined;
    return archive;
  }

  /** Instances that are kept but cannot be found. */
  get unindexed(): number {
    return this.#unindexed.size;
  }

  /** What is kept under a SOP Instance UID, whether it can be found or not. */
  instance(sopInstanceUID: string): Stored | undefined {
    return this.#tree.get(sopInstanceUID) ?? this.#unindexed.get(sopInstanceUID);
  }

  /** Stops following the store. */
  close(): void {
    this.#unwatch();
  }

  /**
   * The matches of a C-FIND. Each holds the asked keys and Query/Retrieve Level; Retrieve AE Title is the SCP's to add.
   *
   * @throws StatusError A900 where the hierarchy is violated (PS3.4 C.4.1.3.1.1), at the first step of the iteration.
   */
  *find(query: Query): Generator<DataSet> {
    const keys = findKeys(query);
    const level = lowestLevel(query);
    const tests = entityTests(query, level);
    const matches = (entity: Entity): boolean => tests.every((passes) => passes(entity));
    for (const entity of this.#entities(query.level, keys)) {
      if (some(entity.below(level), matches)) yield answer(entity, query);
    }
  }

  /**
   * The instances that a C-GET or C-MOVE asks for; none is no error.
   *
   * @throws StatusError A900 where a unique key is missing or doubled (PS3.4 C.4.2.2.1).
   */
  select(request: RetrieveRequest): readonly Stored[] {
    const keys = retrieveKeys(request);
    const found: Stored[] = [];
    for (const entity of this.#entities(request.level, keys)) {
      for (const instance of entity.instances()) found.push(instance);
    }
    return found;
  }

  /** The entities of a level below the given unique keys. */
  *#entities(level: Level, keys: UniqueKeys): Generator<Entity> {
    let entities: Iterable<Entity> = [this.#tree.root];
    for (const step of LEVELS.slice(0, LEVELS.indexOf(level) + 1))
      entities = childrenOf(entities, keys[step]);
    yield* entities;
  }

  #apply(change: StoreChange): void {
    if (change.kind === 'stored') {
      this.#changed?.add(change.instance.sopInstanceUID);
      this.#add(change.instance);
    } else {
      this.#changed?.add(change.sopInstanceUID);
      this.#unindexed.delete(change.sopInstanceUID);
      this.#tree.remove(change.sopInstanceUID);
    }
  }

  #add(stored: Stored): void {
    if (this.#tree.add(stored)) this.#unindexed.delete(stored.sopInstanceUID);
    else this.#unindexed.set(stored.sopInstanceUID, stored);
  }
}

/** All children, or those of the given keys, each once. */
function* childrenOf(parents: Iterable<Entity>, keys: readonly string[] | undefined): Generator<Entity> {
  const wanted = keys === undefined ? undefined : new Set(keys);
  for (const parent of parents) {
    if (wanted === undefined) yield* parent.parts();
    else for (const key of wanted) yield* present(parent.part(key));
  }
}

function present(entity: Entity | undefined): readonly Entity[] {
  return entity === undefined ? [] : [entity];
}

/** The level at which keys are matched: that of the query, in a relational one the lowest that has a key. */
function lowestLevel({ model, level, keys, extended }: Query): Level {
  if (!extended?.relational) return level;
  const matched = Object.entries(keys).filter(([, key]) => matcher(key) !== undefined);
  const levels = matched.map(([tag]) => levelOf(tag));
  return MODEL_LEVELS[model].findLast((each) => each === level || levels.includes(each)) ?? level;
}

function entityTests({ model, keys, extended = {} }: Query, level: Level): EntityTest[] {
  const isKey = (tag: string): boolean => isMatched(tag, level);
  const pairs = extended.combinedDateTime ? dateTimePairs(keys).filter(({ date }) => isKey(date)) : [];
  const paired = new Set(pairs.flatMap(({ date, time }) => [date, time]));
  const single = Object.entries(keys).flatMap(([tag, key]) => {
    const unknownMatches = model === 'STUDY' || tag !== PATIENT_ID;
    const passes = isKey(tag) && !paired.has(tag) ? matcher(key, extended, unknownMatches) : undefined;
    return passes === undefined ? [] : [(entity: Entity): boolean => passes(attributeOf(entity, tag))];
  });
  const combined = pairs.map(
    ({ date, time, test }) =>
      (entity: Entity): boolean =>
        test(attributeOf(entity, date), attributeOf(entity, time)),
  );
  return [...single, ...combined];
}

function some<T>(all: Iterable<T>, passes: (one: T) => boolean): boolean {
  for (const one of all) if (passes(one)) return true;
  return false;
}
