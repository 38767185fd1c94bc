/** The handlers of an SCP, doing something wrong. */
import { DicomError, StatusError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { statusCategory, statusOf } from '../dict/index.ts';
import type { InstanceInfo, InstanceSink } from '../file/index.ts';
import type {
  Handlers,
  OutgoingInstance,
  Proposal,
  Rejection,
  Requestor,
  Retrieval,
  Terms,
} from '../service/index.ts';
import type { Fault, FaultyService } from './types.ts';

/** PS3.8 Table 9-21: permanent, service-user, calling-AE-title-not-recognized. */
const UNKNOWN_CALLER: Rejection = { result: 1, source: 1, reason: 3 };

/** The same handlers with these faults, those of the connection aside. They count from now on. */
export function faultyHandlers(handlers: Handlers, faults: readonly Fault[]): Handlers {
  const wrong = new Wrong(faults);
  const { store, find, worklist, get, move } = handlers;
  return {
    ...handlers,
    async accept(requestor, user, proposal) {
      const rejection = wrong.accept(requestor, proposal);
      if (rejection) return rejection;
      const decision = await handlers.accept?.(requestor, user, proposal);
      return decision && 'result' in decision ? decision : { ...decision, ...wrong.terms() };
    },
    ...(store && {
      store: (info: InstanceInfo, requestor: Requestor) =>
        wrong.store(() => store.call(handlers, info, requestor)),
    }),
    ...(find && { find: (...asked) => wrong.matches(() => find.apply(handlers, asked)) }),
    ...(worklist && { worklist: (...asked) => wrong.matches(() => worklist.apply(handlers, asked)) }),
    ...(get && {
      async get(...asked: Parameters<typeof get>) {
        wrong.refuse('C-GET');
        const unfit = (sopClassUID: string): boolean => wrong.lacksRole(asked[1], sopClassUID);
        return wrong.retrieval(await get.apply(handlers, asked), unfit);
      },
    }),
    ...(move && {
      async move(...asked: Parameters<typeof move>) {
        wrong.refuse('C-MOVE');
        return wrong.retrieval(await move.apply(handlers, asked), () => false);
      },
    }),
  } satisfies Handlers;
}

class Wrong {
  readonly #faults: readonly Fault[];
  /** What each requestor proposed: its object is the same in every call for an association. */
  readonly #proposals = new WeakMap<Requestor, Proposal>();
  readonly #asked = new Map<FaultyService, number>();

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  accept(requestor: Requestor, proposal: Proposal): Rejection | undefined {
    this.#proposals.set(requestor, proposal);
    for (const fault of this.#faults) {
      if (fault.name === 'reject') return fault.rejection;
      if (fault.name === 'callers' && !fault.titles.includes(requestor.callingAETitle)) return UNKNOWN_CALLER;
    }
    return undefined;
  }

  terms(): Terms {
    const refused = this.#faults.find((fault) => fault.name === 'contexts');
    return {
      ...(refused && { context: (_, ours) => ({ ...ours, result: refused.result }) }),
      ...(this.#has('no-role') && { role: () => false }),
    };
  }

  /** @throws StatusError where this request is to be answered so */
  refuse(service: FaultyService): void {
    const error = this.#status(service);
    if (error) throw error;
  }

  /** What is answered with a warning is kept all the same (PS3.4 B.2.3). */
  async store(put: () => InstanceSink | Promise<InstanceSink>): Promise<InstanceSink> {
    const error = this.#status('C-STORE');
    if (error === undefined) return await put();
    if (statusCategory(error.status) !== 'warning') throw error;
    const sink = await put();
    let kept = false;
    return {
      write: (bytes) => sink.write(bytes),
      commit: async () => {
        await sink.commit();
        kept = true;
        throw error;
      },
      abort: async () => {
        if (!kept) await sink.abort();
      },
    };
  }

  async *matches(find: () => AsyncIterable<DataSet>): AsyncGenerator<DataSet, void, undefined> {
    this.refuse('C-FIND');
    yield* find();
  }

  retrieval<R extends Retrieval>(retrieval: R, unfit: (sopClassUID: string) => boolean): R {
    return { ...retrieval, instances: this.#failing(retrieval.instances, unfit) };
  }

  /** Whether the requestor may not take instances of this class, as a strict peer sees it (PS3.7 D.3.3.4). */
  lacksRole(requestor: Requestor, sopClassUID: string): boolean {
    if (this.#has('no-role')) return true;
    const roles = this.#proposals.get(requestor)?.roles ?? [];
    const proposed = roles.some((role) => role.sopClassUID === sopClassUID && role.scp);
    return this.#has('strict') && !proposed;
  }

  async *#failing(
    instances: AsyncIterable<OutgoingInstance>,
    unfit: (sopClassUID: string) => boolean,
  ): AsyncGenerator<OutgoingInstance, void, undefined> {
    let nth = 0;
    for await (const instance of instances) {
      nth++;
      if (unfit(instance.sopClassUID)) yield { ...instance, open: notAgreed };
      else if (this.#faults.some((fault) => fault.name === 'fail' && fault.nth === nth))
        yield { ...instance, open: broken };
      else yield instance;
    }
  }

  #has(name: Fault['name']): boolean {
    return this.#faults.some((fault) => fault.name === name);
  }

  /** Counts a request. */
  #status(service: FaultyService): StatusError | undefined {
    const count = (this.#asked.get(service) ?? 0) + 1;
    this.#asked.set(service, count);
    const fault = this.#faults.find(
      (each) => each.name === 'status' && each.service === service && (each.nth ?? count) === count,
    );
    if (fault?.name !== 'status') return undefined;
    return new StatusError(fault.status, statusOf(service, fault.status).name);
  }
}

function notAgreed(): never {
  throw new DicomError('CONTEXT_REFUSED', 'No role selection makes the requestor SCP of this SOP class.');
}

function broken(): never {
  throw new DicomError('STORE_FAILED', 'This instance was made to fail.');
}
