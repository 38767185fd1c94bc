/** Patients, studies, series and instances as one tree, grown from stored instances (PS3.4 C.6.1). */
import type { Attribute } from '../data/index.ts';
import { Packer } from '../file/index.ts';
import type { KeptInstance, SharedHeader, Stored } from '../file/index.ts';
import type { Level } from '../service/types.ts';
import { LEVELS } from './levels.ts';
import { values } from './matching.ts';

/**
 * A patient, study, series or instance. Instances are kept by their series as what the store told, and are entities only while
 * somebody looks at them.
 */
export class Entity {
  readonly parent: Entity | undefined;
  /** By which its parent knows it. */
  readonly key: string;
  /** Undefined for the root above all patients. */
  readonly level: Level | undefined;
  /** Of an instance, which has no parts. */
  readonly instance: KeptInstance | undefined;
  readonly #parts: Map<string, Entity | KeptInstance>;
  /** The instance whose header speaks for it, once somebody asked: else each search would walk down through all maps. */
  #speaker: KeptInstance | undefined;

  constructor(parent?: Entity, key: string = '', instance?: KeptInstance) {
    this.parent = parent;
    this.key = key;
    this.level = parent === undefined ? undefined : LEVELS[parent.depth];
    this.instance = instance;
    this.#speaker = instance;
    this.#parts = instance === undefined ? new Map() : NO_PARTS;
  }

  /** 0 for the root, 4 for an instance. */
  get depth(): number {
    return this.level === undefined ? 0 : LEVELS.indexOf(this.level) + 1;
  }

  /** How many parts it has: patients of the root, studies of a patient and so on. */
  get size(): number {
    return this.#parts.size;
  }

  part(key: string): Entity | undefined {
    const part = this.#parts.get(key);
    return part === undefined || part instanceof Entity ? part : new Entity(this, key, part);
  }

  *parts(): Generator<Entity> {
    for (const [key, part] of this.#parts) yield part instanceof Entity ? part : new Entity(this, key, part);
  }

  /** The part of this key, made where there is none; not of a series. */
  grow(key: string): Entity {
    const found = this.part(key);
    if (found !== undefined) return found;
    const part = new Entity(this, key);
    this.#parts.set(key, part);
    return part;
  }

  /** Of a series: takes an instance. */
  take(instance: KeptInstance): void {
    this.#parts.set(instance.sopInstanceUID, instance);
  }

  /** Takes a part out, and itself out of its parent where nothing is left. */
  drop(key: string): void {
    this.#parts.delete(key);
    this.#forget();
    if (this.#parts.size === 0) this.parent?.drop(this.key);
  }

  /** What is gone speaks for none of those that it was in. */
  #forget(): void {
    this.#speaker = undefined;
    if (this.parent !== undefined) this.parent.#forget();
  }

  /** This entity or the one above it that stands at `level`. */
  at(level: Level): Entity | undefined {
    return this.level === level ? this : this.parent?.at(level);
  }

  /** Everything below that stands at `level`, or this itself. */
  *below(level: Level): Generator<Entity> {
    if (this.level === level) yield this;
    else for (const part of this.parts()) yield* part.below(level);
  }

  /** All instances in it. */
  *instances(): Generator<KeptInstance> {
    if (this.instance !== undefined) yield this.instance;
    for (const part of this.#parts.values()) {
      if (part instanceof Entity) yield* part.instances();
      else yield part;
    }
  }

  /** As any one of its instances has it, whose header speaks for the entity. */
  attribute(tag: string): Attribute | undefined {
    return this.#example()?.attribute(tag);
  }

  #example(): KeptInstance | undefined {
    return (this.#speaker ??= this.#first());
  }

  #first(): KeptInstance | undefined {
    for (const part of this.#parts.values()) return part instanceof Entity ? part.#example() : part;
    return undefined;
  }
}

const NO_PARTS: Map<string, never> = new Map<string, never>();

/** Keys of patient, study and series. */
type Path = readonly [patient: string, study: string, series: string];

/** Patient's Name and ID, Study and Series Instance UID: what a path is made of. */
const [NAME, PATIENT, STUDY, SERIES] = ['00100010', '00100020', '0020000D', '0020000E'] as const;
const PATH_TAGS = [NAME, PATIENT, STUDY, SERIES];

/** The tree, with the series of each instance. */
export class Tree {
  readonly root: Entity = new Entity();
  readonly #packer = new Packer();
  readonly #series = new Map<string, Entity>();
  /** Paths of those that share a header. */
  readonly #paths = new WeakMap<SharedHeader, Path>();

  /** Puts an instance in its place; one of the same UID is replaced, wherever it stood. False where it names no study or series. */
  add(stored: Stored): boolean {
    const instance = this.#packer.pack(stored);
    this.remove(instance.sopInstanceUID);
    const path = this.#pathOf(instance);
    if (path === undefined) return false;
    let entity = this.root;
    for (const key of path) entity = entity.grow(key);
    entity.take(instance);
    this.#series.set(instance.sopInstanceUID, entity);
    return true;
  }

  /** The instance of this UID. */
  get(sopInstanceUID: string): Stored | undefined {
    return this.#series.get(sopInstanceUID)?.part(sopInstanceUID)?.instance;
  }

  /** Takes an instance out, and what is empty without it. */
  remove(sopInstanceUID: string): void {
    const series = this.#series.get(sopInstanceUID);
    if (series === undefined) return;
    series.drop(sopInstanceUID);
    this.#series.delete(sopInstanceUID);
  }

  #pathOf(instance: KeptInstance): Path | undefined {
    if (!instance.shares(PATH_TAGS)) return pathOf(instance);
    const known = this.#paths.get(instance.shared);
    if (known !== undefined) return known;
    const path = pathOf(instance);
    if (path !== undefined) this.#paths.set(instance.shared, path);
    return path;
  }
}

/** Patients are told apart by ID; without one by name, so that strangers do not become one patient. */
function pathOf(instance: KeptInstance): Path | undefined {
  const first = (tag: string): string => values(instance.attribute(tag) ?? { vr: 'UN' })[0]?.trim() ?? '';
  const [study, series] = [first(STUDY), first(SERIES)];
  if (study === '' || series === '') return undefined;
  return [first(PATIENT) || `\0${first(NAME)}`, study, series];
}
