/** What moves instances into the page, out of it and between peers. Loaded with the first transfer. */
import type { Sink } from '../../core/bytes/index.ts';
import type { Deidentifier } from '../../core/deidentify/index.ts';
import { statusOf } from '../../core/dict/index.ts';
import type { PeerAddress, RetrieveMemory, SendResult } from '../../core/peer/index.ts';
import { get, move, send } from '../../core/peer/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import { sendItems } from './files.ts';
import type { Running } from './host.ts';
import { follow } from './host.ts';
import { Intake } from './intake.ts';
import type { Pace } from './pace.ts';
import type { PageStore } from './page-store.ts';
import type { GetOutcome, Operations, ReceivingStep, SendStep, SendTally } from './protocol.ts';
import { failureOf } from './protocol.ts';
import type { SharedTitle } from './shared-title.ts';

type Args<N extends keyof Operations> = Omit<Operations[N]['args'], 'peer'>;

/** How instances come into the page. */
export interface Inlet {
  readonly title: SharedTitle;
  readonly store: PageStore;
  readonly pace: Pace;
  /** Of the record. */
  readonly sink: Sink;
}

export async function retrieve(
  peer: PeerAddress,
  { request, byMove, missingOnly = false }: Args<'get'>,
  { title, store, pace }: Inlet,
  memory: RetrieveMemory,
  { signal, step }: Running<Operations['get']['step']>,
): Promise<GetOutcome> {
  const intake = new Intake(store, pace);
  const way = byMove && { receiver: title, moveOnly: byMove === 'all' };
  const task = get(peer, { request, store: intake, signal, memory, missingOnly, ...way });
  const { error, ...outcome } = await follow(task, step).finally(() => store.seal());
  return { ...outcome, storeFull: intake.full, ...(error && { failure: failureOf(error) }) };
}

export function moveAway(
  peer: PeerAddress,
  { request, destination }: Args<'move'>,
  { signal, step }: Running<Operations['move']['step']>,
): Promise<Operations['move']['result']> {
  return follow(move(peer, request, destination, { signal }), step);
}

/** Keeps what is sent to this page until `signal`. */
export async function receive(
  { title, store, pace, sink }: Inlet,
  { signal, step }: Running<ReceivingStep>,
): Promise<void> {
  const ear = await title.listen();
  const intake = new Intake(store, pace);
  const { aeTitle, host, port } = ear;
  step({ aeTitle, host, port });
  const handlers: Handlers = {
    store: (info) => intake.put(info),
    echo: ({ callingAETitle }) => step({ echoFrom: callingAETitle }),
  };
  const server = serve(ear, handlers, { sink });
  const lost = await Promise.race([ear.closed, aborted(signal)]);
  await server.close();
  await store.seal();
  if (lost) throw lost;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

export async function sendFiles(
  peer: PeerAddress,
  store: PageStore,
  { files, convert }: Args<'send'>,
  { signal, step }: Running<SendStep>,
  deidentifier: Deidentifier | undefined,
): Promise<SendTally> {
  const tally = { stored: 0, warnings: 0, failed: 0, skipped: 0, bytes: 0 };
  const tell = (result: SendStep): void => {
    tally[COUNTER[result.outcome]]++;
    tally.bytes += result.bytes;
    step(result);
  };
  const items = await sendItems(store, files, tell, signal, { deidentifier, convert });
  if (items.length === 0) return tally;
  const { error } = await follow(send(peer, items, { signal }), (result) => tell(sendStep(result)));
  return error === undefined ? tally : { ...tally, failure: failureOf(error) };
}

const COUNTER = { stored: 'stored', warning: 'warnings', failed: 'failed', skipped: 'skipped' } as const;

function sendStep({ transferSyntaxUID: sentAs, ...result }: SendResult): SendStep {
  const { label, sopInstanceUID, status, comment, bytes, error } = result;
  const base = { index: Number(label), sopInstanceUID, status, comment, sentAs, bytes };
  const failure = error === undefined ? {} : { failure: failureOf(error) };
  return { ...base, ...failure, outcome: sendOutcome(status) };
}

function sendOutcome(status: number | undefined): SendStep['outcome'] {
  if (status === undefined) return 'failed';
  const { category } = statusOf('C-STORE', status);
  if (category === 'success') return 'stored';
  return category === 'warning' ? 'warning' : 'failed';
}
