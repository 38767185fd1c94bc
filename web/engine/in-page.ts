/** A DICOM network within this worker: two small PACS and the page, joined in memory. Loaded with the first call to one of them. */
import { Archive, MemoryStore, addSamples } from '../../core/archive/index.ts';
import { archiveHandlers, sampleWorklist, worklistHandler } from '../../core/archive/index.ts';
import type { ConnectionError, Sink } from '../../core/bytes/index.ts';
import type { Handlers, MoveDestination } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import type { Dialer, TunnelListener } from '../../core/transport/index.ts';
import { MemoryNetwork, deferred } from '../../core/transport/index.ts';
import { IN_PAGE_PEERS, THIS_PAGE } from './in-page-peers.ts';
import { SharedTitle } from './shared-title.ts';

export interface InPageNetwork {
  /** Reaches the PACS, and the page while it listens. */
  readonly dialer: Dialer;
  /** How the PACS call this page, while anybody listens. */
  readonly title: SharedTitle;
}

/**
 * Starts both PACS; questions to the first wait until its synthetic studies are made, an echo does not. `sink` is told
 * what they do, the associations included that they open for a move.
 */
export async function startInPage(sink?: Sink): Promise<InPageNetwork> {
  const network = new MemoryNetwork();
  const samples = await Archive.open(new MemoryStore());
  const empty = await Archive.open(new MemoryStore());
  const [first, second] = IN_PAGE_PEERS;
  const options = { dialer: network, ...(sink && { sink }) };
  const start = ({ aeTitle, host, port }: typeof first, handlers: Handlers) =>
    serve(network.listen(host, port), handlers, { ...options, aeTitle });
  const filled = addSamples(samples.store, turn);
  start(first, {
    ...whenFilled(filled, archiveHandlers(samples, { aeTitle: first.aeTitle, destination })),
    worklist: worklistHandler(() => sampleWorklist()),
  });
  start(second, archiveHandlers(empty, { aeTitle: second.aeTitle, destination }));
  return { dialer: network, title: new SharedTitle(async () => listen(network)) };
}

/** Takes what the PACS move to this page, until it is closed. */
function listen(network: MemoryNetwork): TunnelListener {
  const { incoming, close } = network.listen(THIS_PAGE.host, THIS_PAGE.port);
  const closed = deferred<ConnectionError | undefined>();
  return {
    ...THIS_PAGE,
    incoming,
    closed: closed.promise,
    close: () => close().then(() => closed.resolve(undefined)),
  };
}

function destination(aeTitle: string): MoveDestination | undefined {
  return [...IN_PAGE_PEERS, THIS_PAGE].find((one) => one.aeTitle === aeTitle);
}

/** The same handlers, of an archive that is still being filled. */
function whenFilled(filled: Promise<void>, usual: ReturnType<typeof archiveHandlers>): Handlers {
  return {
    ...usual,
    async *find(...asked) {
      await filled;
      yield* usual.find(...asked);
    },
    get: (...asked) => filled.then(() => usual.get(...asked)),
    move: (...asked) => filled.then(() => usual.move(...asked)),
    commit: (...asked) => filled.then(() => usual.commit(...asked)),
  };
}

/** Lets others have theirs: what is made here takes a second on a slow computer. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
