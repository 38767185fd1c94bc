/** What a peer can do, learnt by asking: associations that propose much and carry little (PS3.8 7.1, PS3.4 C.5). */
import { StatusError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { dataSet, text, texts } from '../data/index.ts';
import type { DataSet } from '../data/index.ts';
import { UID, uidName, uidsOfType } from '../dict/index.ts';
import {
  isStorageClass,
  MODALITY_WORKLIST,
  NATIVE_SYNTAXES,
  openAssociation,
  QUERY_RETRIEVE,
  queryRetrieveOf,
  RANKED_STORAGE_CLASSES,
  STORAGE_COMMITMENT,
  VERIFICATION,
} from '../service/index.ts';
import type {
  ContextProposal,
  ExtendedBehavior,
  FindOptions,
  Model,
  OpenAssociation,
} from '../service/index.ts';
import { MAXIMUM_CONTEXTS } from '../ul/index.ts';
import { acceptedOf } from './accepts.ts';
import { findOptions, withAssociation } from './open.ts';
import type { PeerAddress } from './types.ts';

/** What a peer told of itself and agreed to. Nothing in it is of a patient. */
export interface ProbeReport {
  readonly implementationClassUID: string;
  readonly implementationVersionName: string;
  /** Longest P-DATA-TF that the peer takes, in bytes; 0 is unlimited (PS3.8 D.1). */
  readonly maximumLength: number;
  /** How long one echo took, in milliseconds; undefined where the peer has no Verification. */
  readonly echoMilliseconds: number | undefined;
  /** SOP classes of services that it accepted: Verification, query and retrieve, worklist, storage commitment. */
  readonly services: readonly string[];
  /** What queries may be beyond the baseline. */
  readonly extended: ExtendedBehavior;
  /** Whether we may be the SCP of storage on an association of ours, as a C-GET needs it (PS3.7 D.3.3.4). */
  readonly roleSelection: boolean;
  /** Storage classes that it accepted, in the order in which we propose them. */
  readonly storageClasses: readonly string[];
  /** Transfer syntaxes that it accepted for the first of these; undefined where it stores nothing. */
  readonly syntaxes:
    { readonly sopClassUID: string; readonly transferSyntaxUIDs: readonly string[] } | undefined;
  /** What the answers to a short query showed; undefined where it has none, or refused it. */
  readonly query: ProbedQuery | undefined;
}

/** What is seen in the first matches of a query for studies in the Study Root model. */
export interface ProbedQuery {
  /** Matches looked at, few. */
  readonly matches: number;
  /** Terms of (0008,0005) in them, and an empty text for matches without. */
  readonly characterSets: readonly string[];
  /** Of `HELPFUL_KEYS`, those that came with a value in each match. */
  readonly filled: readonly string[];
}

/** How a peer is probed. */
export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** The short query asks for studies from this day on, a DA value; for all of them without it. */
  readonly since?: string;
}

/** A report in words that people know; whoever shows it has no dictionary. */
export interface ProbeSummary extends Omit<ProbeReport, 'services' | 'storageClasses' | 'syntaxes'> {
  /** Models of each service; none where the peer does not offer it. */
  readonly find: readonly Model[];
  readonly get: readonly Model[];
  readonly move: readonly Model[];
  readonly worklist: boolean;
  readonly commitment: boolean;
  /** How many storage classes it accepted. */
  readonly storageClasses: number;
  /** Names of transfer syntaxes, accepted for the storage class of that name. */
  readonly syntaxes: { readonly sopClass: string; readonly names: readonly string[] } | undefined;
}

const FINDS: readonly Model[] = ['STUDY', 'PATIENT', 'PATIENT/STUDY ONLY'];

/** Services that are asked for, besides storage. */
const PROBED_SERVICES: readonly string[] = [
  VERIFICATION,
  ...FINDS.flatMap((model) => Object.values(QUERY_RETRIEVE[model])),
  MODALITY_WORKLIST,
  STORAGE_COMMITMENT,
];

/** Return keys that spare us other queries (PS3.4 C.6). */
const HELPFUL_KEYS = [
  'ModalitiesInStudy',
  'SOPClassesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
] as const;

/** Transfer syntaxes that instances are in (PS3.5 10, A.4): images and the common video, references left out. */
const PROBED_SYNTAXES: readonly string[] = [
  UID.ExplicitVRLittleEndian,
  UID.ImplicitVRLittleEndian,
  UID.DeflatedExplicitVRLittleEndian,
  UID.ExplicitVRBigEndian,
  UID.JPEGBaseline8Bit,
  UID.JPEGExtended12Bit,
  UID.JPEGLossless,
  UID.JPEGLosslessSV1,
  UID.JPEGLSLossless,
  UID.JPEGLSNearLossless,
  UID.JPEG2000Lossless,
  UID.JPEG2000,
  UID.HTJ2KLossless,
  UID.HTJ2KLosslessRPCL,
  UID.HTJ2K,
  UID.JPEGXLLossless,
  UID.JPEGXL,
  UID.RLELossless,
  UID.MPEG2MPML,
  UID.MPEG4HP41,
];

const EVERYTHING: ExtendedBehavior = {
  relational: true,
  combinedDateTime: true,
  fuzzy: true,
  timezone: true,
};
/** Matches of the short query at which the rest is cancelled. */
const MATCHES = 5;
const NEVER: AbortSignal = new AbortController().signal;

/**
 * Asks in four or five associations, one after the other: for services, for every storage class, and for transfer syntaxes of one.
 * Rejects with the typed error of what went wrong when the peer does not let us in.
 */
export async function probe(
  { transferSyntaxes: _, ...peer }: PeerAddress,
  options: ProbeOptions = {},
): Promise<ProbeReport> {
  const services = await probeServices(peer, options);
  const { signal } = options;
  const storageClasses = await acceptedClasses(peer, signal);
  const [first] = storageClasses;
  const syntaxes =
    first === undefined
      ? undefined
      : { sopClassUID: first, transferSyntaxUIDs: await acceptedSyntaxes(peer, first, signal) };
  return { ...services, storageClasses, syntaxes };
}

/** The same in names and models. */
export function summaryOf({ services, storageClasses, syntaxes, ...rest }: ProbeReport): ProbeSummary {
  const offered = services.flatMap((each) => queryRetrieveOf(each) ?? []);
  const modelsOf = (service: string): Model[] =>
    offered.filter((each) => each.service === service).map(({ model }) => model);
  return {
    ...rest,
    find: modelsOf('FIND'),
    get: modelsOf('GET'),
    move: modelsOf('MOVE'),
    worklist: services.includes(MODALITY_WORKLIST),
    commitment: services.includes(STORAGE_COMMITMENT),
    storageClasses: storageClasses.length,
    syntaxes: syntaxes && {
      sopClass: uidName(syntaxes.sopClassUID),
      names: syntaxes.transferSyntaxUIDs.map(uidName),
    },
  };
}

type Services = Omit<ProbeReport, 'storageClasses' | 'syntaxes'>;

function probeServices(peer: PeerAddress, { signal, since }: ProbeOptions): Promise<Services> {
  const stored = { ...native(RANKED_STORAGE_CLASSES[0]!), role: { scu: false, scp: true } };
  const contexts = [...PROBED_SERVICES.map(native), stored];
  const asking = { ...peer, extended: EVERYTHING };
  return withAssociation(openAssociation, asking, contexts, signal, async (association) => {
    const accepted = [...association.contexts.values()];
    const all = accepted.map(({ abstractSyntax }) => abstractSyntax);
    const model = FINDS.find((each) => all.includes(QUERY_RETRIEVE[each].FIND));
    const { implementationClassUID, implementationVersionName, maximumLength } = association.peer;
    return {
      implementationClassUID,
      implementationVersionName,
      maximumLength,
      services: all.filter((each) => PROBED_SERVICES.includes(each)),
      extended: model === undefined ? {} : association.extended(QUERY_RETRIEVE[model].FIND),
      roleSelection: accepted.some(({ requestor }) => requestor.scp),
      echoMilliseconds: all.includes(VERIFICATION) ? await echoTime(association, signal) : undefined,
      query:
        model === 'STUDY'
          ? await shortQuery(association, findOptions(peer, signal ?? NEVER), since)
          : undefined,
    };
  });
}

async function echoTime(association: OpenAssociation, signal: AbortSignal | undefined): Promise<number> {
  const start = SYSTEM_CLOCK.now();
  await association.echo(signal ? { signal } : {});
  return SYSTEM_CLOCK.now() - start;
}

/** Leaves nothing of the matches behind but which keys have values. Undefined where the peer refuses the query. */
async function shortQuery(
  association: OpenAssociation,
  options: FindOptions,
  since: string | undefined,
): Promise<ProbedQuery | undefined> {
  const returned = Object.fromEntries(['StudyInstanceUID', ...HELPFUL_KEYS].map((key) => [key, '']));
  const keys = dataSet({ StudyDate: since === undefined ? '' : `${since}-`, ...returned });
  const matches: DataSet[] = [];
  try {
    for await (const match of association.find({ model: 'STUDY', level: 'STUDY', keys }, options)) {
      matches.push(match);
      if (matches.length === MATCHES) break;
    }
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
  return {
    matches: matches.length,
    characterSets: [...new Set(matches.map((match) => texts(match, 'SpecificCharacterSet').join('\\')))],
    filled: HELPFUL_KEYS.filter(
      (key) => matches.length > 0 && matches.every((match) => text(match, key) !== ''),
    ),
  };
}

/** In as many associations as the contexts need. */
async function acceptedClasses(peer: PeerAddress, signal: AbortSignal | undefined): Promise<string[]> {
  const contexts = storageClassesToAsk().map((abstractSyntax) => ({
    abstractSyntax,
    transferSyntaxes: PROBED_SYNTAXES,
  }));
  const accepted: string[] = [];
  for (let from = 0; from < contexts.length; from += MAXIMUM_CONTEXTS) {
    const some = await acceptedOf(peer, contexts.slice(from, from + MAXIMUM_CONTEXTS), signal);
    accepted.push(...some.map(({ abstractSyntax }) => abstractSyntax));
  }
  return accepted;
}

/** One context for each transfer syntax: of several in one context a peer accepts one only (PS3.8 9.3.3.2). */
async function acceptedSyntaxes(
  peer: PeerAddress,
  abstractSyntax: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const contexts = PROBED_SYNTAXES.map((each) => ({ abstractSyntax, transferSyntaxes: [each] }));
  return (await acceptedOf(peer, contexts, signal)).map(({ transferSyntax }) => transferSyntax);
}

/** The ranked ones first, then what else the standard has today. */
function storageClassesToAsk(): string[] {
  const current = uidsOfType('SOP Class').filter((entry) => !entry.retired && isStorageClass(entry.uid));
  return [...new Set([...RANKED_STORAGE_CLASSES, ...current.map((entry) => entry.uid)])];
}

function native(abstractSyntax: string): ContextProposal {
  return { abstractSyntax, transferSyntaxes: NATIVE_SYNTAXES };
}
