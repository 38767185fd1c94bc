/** Retrieve: C-GET into a store of ours, or C-MOVE to a third AE (PS3.4 C.4.2, C.4.3). */
import { DicomError, StatusError, SYSTEM_CLOCK } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import type { InstanceSink, InstanceStore } from '../file/index.ts';
import { QUERY_RETRIEVE, RANKED_STORAGE_CLASSES } from '../service/index.ts';
import type {
  ContextProposal,
  Progress,
  Responses,
  RetrieveRequest,
  RetrieveResult,
  StoreHandler,
} from '../service/index.ts';
import { NATIVE_SYNTAXES, withAssociation } from './open.ts';
import { task } from './task.ts';
import type { Reporter } from './task.ts';
import type { GetOptions, PeerAddress, RetrieveOutcome, RetrieveProgress, Task } from './types.ts';

/** Fetches over one association into `store`. Steps tell progress, unread ones replaced by newer. */
export function get(peer: PeerAddress, options: GetOptions): Task<RetrieveProgress, RetrieveOutcome> {
  return task(options.signal, 'latest', (reporter) =>
    withAssociation(peer, getContexts(options.request), reporter.signal, async (association) => {
      const counting = new Counting(options.store);
      const responses = association.get(options.request, {
        store: counting.handler,
        signal: reporter.signal,
      });
      return await follow(responses, reporter, counting);
    }),
  );
}

/** Has the peer send to the AE title `destination`, which it must know. */
export function move(
  peer: PeerAddress,
  request: RetrieveRequest,
  destination: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Task<RetrieveProgress, RetrieveOutcome> {
  const contexts = [
    { abstractSyntax: QUERY_RETRIEVE[request.model].MOVE, transferSyntaxes: NATIVE_SYNTAXES },
  ];
  return task(signal, 'latest', (reporter) =>
    withAssociation(peer, contexts, reporter.signal, (association) => {
      const responses = association.move(request, { destination, signal: reporter.signal });
      return follow(responses, reporter, undefined);
    }),
  );
}

/** C-GET, then the ranked storage classes with role selection, as many as fit (PS3.7 D.3.3.4, PS3.4 C.5.3). */
function getContexts({ model }: RetrieveRequest): ContextProposal[] {
  return [
    { abstractSyntax: QUERY_RETRIEVE[model].GET, transferSyntaxes: NATIVE_SYNTAXES },
    ...RANKED_STORAGE_CLASSES.map((abstractSyntax) => ({
      abstractSyntax,
      transferSyntaxes: NATIVE_SYNTAXES,
      role: { scu: false, scp: true },
    })),
  ];
}

async function follow(
  responses: Responses<Progress, RetrieveResult>,
  reporter: Reporter<RetrieveProgress>,
  counting: Counting | undefined,
): Promise<RetrieveOutcome> {
  const start = SYSTEM_CLOCK.now();
  let last: Progress | undefined;
  const tell = (): void => {
    void reporter.step({
      ...unknownCounts,
      ...last,
      received: counting?.received,
      bytes: counting?.bytes ?? 0,
    });
  };
  counting?.onChange(tell);
  try {
    for await (const progress of responses) {
      last = progress;
      tell();
    }
  } catch (error) {
    if (reporter.signal.aborted) throw new DicomError('CANCELLED', 'The retrieve was cancelled.');
    // A failure status still tells counts; anything else means that there is no final response.
    if (!(error instanceof StatusError)) throw error;
  }
  return {
    ...(await responses.result),
    received: counting?.received,
    bytes: counting?.bytes ?? 0,
    milliseconds: SYSTEM_CLOCK.now() - start,
  };
}

const unknownCounts = { remaining: undefined, completed: undefined, failed: undefined, warning: undefined };

/** A store handler that counts what comes through it. */
class Counting {
  received = 0;
  bytes = 0;
  readonly handler: StoreHandler;
  #changed: () => void = () => undefined;

  constructor(store: InstanceStore) {
    this.handler = async (info) => this.#counted(await store.put(info));
  }

  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  #counted(sink: InstanceSink): InstanceSink {
    return {
      write: (bytes: Bytes) => {
        this.bytes += bytes.length;
        this.#changed();
        return sink.write(bytes);
      },
      commit: async () => {
        const stored = await sink.commit();
        this.received++;
        this.#changed();
        return stored;
      },
      abort: () => sink.abort(),
    };
  }
}
