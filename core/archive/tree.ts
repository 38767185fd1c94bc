/** Patients, studies, series and instances as one tree, grown from stored instances (PS3.4 C.6.1). */
import { text } from '../data/index.ts';
import type { Stored } from '../file/index.ts';
import type { Level } from '../service/types.ts';
import { LEVELS } from './levels.ts';

/** A patient, study, series or instance; only an instance has no children. */
export class Entity {
  readonly parent: Entity | undefined;
  /** Undefined for the root above all patients. */
  readonly level: Level | undefined;
  readonly children: Map<string, Entity> = new Map();
  /** Of an instance. */
  stored: Stored | undefined;

  constructor(parent?: Entity) {
    this.parent = parent;
    this.level = parent === undefined ? undefined : LEVELS[parent.depth];
  }

  /** 0 for the root, 4 for an instance. */
  get depth(): number {
    return this.level === undefined ? 0 : LEVELS.indexOf(this.level) + 1;
  }

  child(key: string): Entity {
    let child = this.children.get(key);
    if (child === undefined) {
      child = new Entity(this);
      this.children.set(key, child);
    }
    return child;
  }

  /** This entity or the one above it that stands at `level`. */
  at(level: Level): Entity | undefined {
    return this.level === level ? this : this.parent?.at(level);
  }

  /** Everything below that stands at `level`, or this itself. */
  *below(level: Level): Generator<Entity> {
    if (this.level === level) yield this;
    else for (const child of this.children.values()) yield* child.below(level);
  }

  /** Any one instance, whose header speaks for the entity. */
  get example(): Stored | undefined {
    if (this.stored !== undefined) return this.stored;
    for (const child of this.children.values()) return child.example;
    return undefined;
  }
}

/** Keys from the patient down to the instance. */
type Path = readonly [string, string, string, string];

/** The tree, with the place of each instance. */
export class Tree {
  readonly root: Entity = new Entity();
  readonly #paths = new Map<string, Path>();

  /** Puts an instance in its place; one of the same UID is replaced, wherever it stood. False where it names no study or series. */
  add(stored: Stored): boolean {
    this.remove(stored.sopInstanceUID);
    const path = pathOf(stored);
    if (path === undefined) return false;
    let entity = this.root;
    for (const key of path) entity = entity.child(key);
    entity.stored = stored;
    this.#paths.set(stored.sopInstanceUID, path);
    return true;
  }

  /** The instance of this UID. */
  get(sopInstanceUID: string): Stored | undefined {
    let entity: Entity | undefined = this.#paths.has(sopInstanceUID) ? this.root : undefined;
    for (const key of this.#paths.get(sopInstanceUID) ?? []) entity = entity?.children.get(key);
    return entity?.stored;
  }

  /** Takes an instance out, and what is empty without it. */
  remove(sopInstanceUID: string): void {
    const path = this.#paths.get(sopInstanceUID);
    if (path === undefined) return;
    this.#paths.delete(sopInstanceUID);
    prune(this.root, path);
  }
}

function prune(entity: Entity, path: readonly string[]): void {
  const [key, ...rest] = path;
  const child = key === undefined ? undefined : entity.children.get(key);
  if (key === undefined || child === undefined) return;
  prune(child, rest);
  if (child.children.size === 0) entity.children.delete(key);
}

/** Patients are told apart by ID; without one by name, so that strangers do not become one patient. */
function pathOf(stored: Stored): Path | undefined {
  const { header, sopInstanceUID } = stored;
  const study = text(header, 'StudyInstanceUID').trim();
  const series = text(header, 'SeriesInstanceUID').trim();
  if (study === '' || series === '') return undefined;
  const patientID = text(header, 'PatientID').trim();
  const patient = patientID === '' ? `\0${text(header, 'PatientName')}` : patientID;
  return [patient, study, series, sopInstanceUID];
}
