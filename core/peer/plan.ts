/** Which contexts a retrieve needs, and how it is divided among associations (PS3.8 9.3.2.2: 128 contexts each). */
import { dataSet, text, texts, transferSyntax } from '../data/index.ts';
import { UID } from '../dict/index.ts';
import { NATIVE_SYNTAXES, QUERY_RETRIEVE, RANKED_STORAGE_CLASSES } from '../service/index.ts';
import type { ContextProposal, Model, RetrieveRequest } from '../service/index.ts';
import type { PromisedInstance } from './inventory.ts';
import { classesOfModality } from './modality-classes.ts';

/** Storage contexts that fit beside the one of C-GET. */
const STORAGE_CONTEXTS = 127;
/** UIDs in one list: 64 of them stay near 4 kB, which every server measured takes. */
const LIST_LENGTH = 64;

/**
 * Encapsulated syntaxes to offer where a peer does not say what it holds, lossless ones first: a context of
 * its own for each, so that the peer need not decode.
 */
const ENCAPSULATED: readonly string[] = [
  UID.JPEG2000Lossless,
  UID.JPEGLosslessSV1,
  UID.JPEGLSLossless,
  UID.RLELossless,
  UID.JPEGBaseline8Bit,
  UID.JPEG2000,
  UID.JPEGExtended12Bit,
  UID.JPEGLSNearLossless,
  UID.JPEGLossless,
  UID.HTJ2KLossless,
];

/** A piece of work for one association. */
export interface Errand {
  readonly request: RetrieveRequest;
  /** UIDs that it should bring; empty where nobody knows. */
  readonly expected: readonly string[];
}

/** Whether it names several instances, which some peers do not take. */
export function isList({ request }: Errand): boolean {
  return request.level === 'IMAGE' && texts(request.keys, 'SOPInstanceUID').length > 1;
}

/** Errands that can share associations, because they need the same contexts. */
export interface Plan {
  readonly contexts: readonly ContextProposal[];
  readonly errands: readonly Errand[];
}

/** The plan for a retrieve of which nothing is known: the ranked classes, as many as fit. */
export function blindPlan(request: RetrieveRequest): Plan {
  return {
    contexts: [getContext(request.model), ...storageContexts(RANKED_STORAGE_CLASSES, [])],
    errands: [{ request, expected: [] }],
  };
}

/**
 * Plans by what the peer promised. `shares` is how many associations will work at once; from 1 on the instances
 * are cut into lists of UIDs, at 0 the request goes out as it is where its contexts fit.
 */
export function planRetrieve(
  request: RetrieveRequest,
  promised: readonly PromisedInstance[],
  shares: number,
): Plan[] {
  const groups = grouped(promised);
  return groups.map((instances) => ({
    contexts: [getContext(request.model), ...contextsOf(instances)],
    errands:
      shares > 0 || groups.length > 1
        ? errandsOf(request.model, instances, listLength(instances.length, shares))
        : [{ request, expected: instances.map(({ sopInstanceUID }) => sopInstanceUID) }],
  }));
}

/** Short enough that every association gets a few lists: one that is slow must not be left with half of all. */
function listLength(instances: number, shares: number): number {
  return Math.min(LIST_LENGTH, Math.ceil(instances / (4 * Math.max(1, shares))));
}

/** Contexts for what a first attempt did not bring: the likely classes, then the ranked ones, uncompressed. */
export function fallbackContexts(model: Model, missing: readonly PromisedInstance[]): ContextProposal[] {
  const classes = [...new Set([...missing.flatMap(classesOf), ...RANKED_STORAGE_CLASSES])];
  return [getContext(model), ...storageContexts(classes.slice(0, STORAGE_CONTEXTS), [])];
}

/** Lists of instances of one series each (PS3.4 C.4.3.2.1: unique keys above, a list at the level asked). */
export function errandsOf(
  model: Model,
  instances: readonly PromisedInstance[],
  length: number = LIST_LENGTH,
): Errand[] {
  return [...bySeries(instances).values()].flatMap((members) => listsOf(model, members, length));
}

/** Whole series, by their UIDs: for peers that take no lists. */
export function seriesErrands(model: Model, instances: readonly PromisedInstance[]): Map<string, Errand> {
  const errands = new Map<string, Errand>();
  for (const [uid, members] of bySeries(instances)) {
    const request = { model, level: 'SERIES', keys: members[0]!.seriesKeys } as const; // one at least
    errands.set(uid, { request, expected: members.map(({ sopInstanceUID }) => sopInstanceUID) });
  }
  return errands;
}

function bySeries(instances: readonly PromisedInstance[]): Map<string, PromisedInstance[]> {
  const series = new Map<string, PromisedInstance[]>();
  for (const instance of instances) {
    const uid = text(instance.seriesKeys, 'SeriesInstanceUID');
    const members = series.get(uid);
    if (members) members.push(instance);
    else series.set(uid, [instance]);
  }
  return series;
}

function listsOf(model: Model, members: readonly PromisedInstance[], length: number): Errand[] {
  const errands: Errand[] = [];
  for (let at = 0; at < members.length; at += length) {
    const expected = members.slice(at, at + length).map(({ sopInstanceUID }) => sopInstanceUID);
    const keys = { ...members[at]!.seriesKeys, ...dataSet({ SOPInstanceUID: expected }) };
    errands.push({ request: { model, level: 'IMAGE', keys }, expected });
  }
  return errands;
}

/** Splits instances so that the classes and stored syntaxes of each part fit into one association. */
function grouped(promised: readonly PromisedInstance[]): PromisedInstance[][] {
  const groups: PromisedInstance[][] = [];
  let group: PromisedInstance[] = [];
  let needed = new Set<string>();
  for (const instance of [...promised].sort(byClass)) {
    const wanted = new Set([...needed, ...needs(instance)]);
    if (wanted.size > STORAGE_CONTEXTS && group.length > 0) {
      groups.push(group);
      group = [];
      needed = new Set(needs(instance));
    } else needed = wanted;
    group.push(instance);
  }
  return [...groups, group];
}

const byClass = (a: PromisedInstance, b: PromisedInstance): number =>
  a.sopClassUID < b.sopClassUID ? -1 : a.sopClassUID > b.sopClassUID ? 1 : 0;

const classesOf = ({ sopClassUID, modality }: PromisedInstance): readonly string[] =>
  sopClassUID === '' ? classesOfModality(modality) : [sopClassUID];

/** Contexts that an instance cannot do without: native for its class, and the other syntaxes that it is stored in. */
function needs(instance: PromisedInstance): string[] {
  const others = instance.transferSyntaxUIDs.filter(
    (uid) => transferSyntax(uid) !== undefined && !NATIVE_SYNTAXES.includes(uid),
  );
  return classesOf(instance).flatMap((sopClass) => [sopClass, ...others.map((uid) => `${sopClass} ${uid}`)]);
}

function contextsOf(instances: readonly PromisedInstance[]): ContextProposal[] {
  const classes = [...new Set(instances.flatMap(classesOf))].slice(0, STORAGE_CONTEXTS);
  const known = [...new Set(instances.flatMap(needs))].flatMap((need) => {
    const [abstractSyntax = '', syntax] = need.split(' ');
    return syntax === undefined ? [] : [[abstractSyntax, syntax] as const];
  });
  const told = instances.every(({ transferSyntaxUIDs }) => transferSyntaxUIDs.length > 0);
  const guessed = told
    ? []
    : ENCAPSULATED.flatMap((syntax) => classes.map((sopClass) => [sopClass, syntax] as const));
  return storageContexts(classes, [...known, ...guessed]);
}

/** Native contexts first; of the others as many as fit, each once. */
function storageContexts(
  classes: readonly string[],
  others: readonly (readonly [sopClass: string, syntax: string])[],
): ContextProposal[] {
  const role = { scu: false, scp: true };
  const contexts = new Map<string, ContextProposal>();
  for (const abstractSyntax of classes) {
    contexts.set(abstractSyntax, { abstractSyntax, transferSyntaxes: NATIVE_SYNTAXES, role });
  }
  for (const [abstractSyntax, syntax] of others) {
    if (contexts.size >= STORAGE_CONTEXTS) break;
    contexts.set(`${abstractSyntax} ${syntax}`, { abstractSyntax, transferSyntaxes: [syntax], role });
  }
  return [...contexts.values()];
}

function getContext(model: Model): ContextProposal {
  return { abstractSyntax: QUERY_RETRIEVE[model].GET, transferSyntaxes: NATIVE_SYNTAXES };
}
