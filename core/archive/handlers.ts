/** The mini-PACS: what an SCP needs to serve an archive (PS3.4 A, B, C, J). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, StatusError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { FAILURE_REASON, STATUS } from '../dict/index.ts';
import type { InstanceStore, Stored } from '../file/index.ts';
import { chunksOf } from '../file/index.ts';
import type {
  Commitment,
  CommitmentRequest,
  FailedInstance,
  ExtendedBehavior,
  Handlers,
  MoveDestination,
  OutgoingInstance,
  Query,
  ReferencedInstance,
  Retrieval,
  RetrieveRequest,
} from '../service/types.ts';
import type { Archive } from './archive.ts';

/** What an archive needs to know to be a PACS. */
export interface ArchiveOptions {
  /** Ours: the Retrieve AE Title of every match (PS3.4 C.4.1.1.3.2). */
  readonly aeTitle: string;
  /** Where a move destination, or who asked for storage commitment, is; `undefined` where the title is not known. */
  destination(aeTitle: string): MoveDestination | undefined;
}

/** What the archive matches and selects by beyond the baseline; offsets from UTC it does not look at. */
const EXTENDED: ExtendedBehavior = { relational: true, combinedDateTime: true, fuzzy: true };

/**
 * Store, find, get, move and commit over an archive; every storage class and transfer syntax is kept as it comes. C-ECHO is
 * answered without a handler.
 */
export function archiveHandlers(
  archive: Archive,
  options: ArchiveOptions,
): Required<Pick<Handlers, 'extended' | 'store' | 'find' | 'get' | 'move' | 'commit'>> {
  return {
    extended: EXTENDED,
    store: (info) => archive.store.put(info),
    find: (query, _requestor, signal) => find(archive, query, options.aeTitle, signal),
    get: (request, _requestor, signal) => retrieval(archive, request, signal),
    move(request, _requestor, signal) {
      const destination = options.destination(request.destination);
      if (destination === undefined) {
        throw new StatusError(STATUS.moveDestinationUnknown, 'the move destination is not known here');
      }
      return { ...retrieval(archive, request, signal), destination };
    },
    commit(request, { callingAETitle }) {
      const destination = options.destination(callingAETitle);
      return { ...commitment(archive, request), ...(destination && { destination }) };
    },
  };
}

/** Committed is what the store has at this moment; nothing keeps it from being deleted later. */
function commitment(archive: Archive, { instances }: CommitmentRequest): Commitment {
  const committed: ReferencedInstance[] = [];
  const failed: FailedInstance[] = [];
  for (const instance of instances) {
    const failureReason = reasonAgainst(archive, instance);
    if (failureReason === undefined) committed.push(instance);
    else failed.push({ ...instance, failureReason });
  }
  return { committed, failed };
}

function reasonAgainst(
  archive: Archive,
  { sopClassUID, sopInstanceUID }: ReferencedInstance,
): number | undefined {
  const stored = archive.instance(sopInstanceUID);
  if (!stored) return FAILURE_REASON.noSuchObjectInstance;
  return stored.sopClassUID === sopClassUID ? undefined : FAILURE_REASON.classInstanceConflict;
}

async function* find(
  archive: Archive,
  query: Query,
  aeTitle: string,
  signal: AbortSignal,
): AsyncGenerator<DataSet> {
  for (const match of archive.find(query)) {
    if (signal.aborted) return;
    yield { ...match, '00080054': { vr: 'AE', Value: [aeTitle] } };
  }
}

function retrieval(archive: Archive, request: RetrieveRequest, signal: AbortSignal): Retrieval {
  const selected = archive.select(request);
  return { instances: outgoing(archive.store, selected, signal) };
}

async function* outgoing(
  store: InstanceStore,
  selected: readonly Stored[],
  signal: AbortSignal,
): AsyncGenerator<OutgoingInstance> {
  for (const stored of selected) {
    if (signal.aborted) return;
    const { sopClassUID, sopInstanceUID, transferSyntaxUID } = stored;
    yield { sopClassUID, sopInstanceUID, transferSyntaxUID, open: () => openAs(store, stored) };
  }
}

/** Fails where the instance was replaced meanwhile by one in another syntax, which would not fit its context. */
async function openAs(store: InstanceStore, selected: Stored): Promise<AsyncIterable<Bytes>> {
  const { sopInstanceUID, transferSyntaxUID } = selected;
  const { info, dataSet } = await (store.lend?.(sopInstanceUID) ?? store.open(sopInstanceUID));
  if (info.transferSyntaxUID === transferSyntaxUID) return isStream(dataSet) ? chunksOf(dataSet) : dataSet;
  if (isStream(dataSet)) await dataSet.cancel();
  throw new DicomError('STORE_FAILED', `${sopInstanceUID} came again in another transfer syntax`);
}

const isStream = (dataSet: ReadableStream<Bytes> | AsyncIterable<Bytes>): dataSet is ReadableStream<Bytes> =>
  'getReader' in dataSet;
