/** The engine's end: takes commands from a port, runs them, reports. Knows no worker and no core function. */
import type { InstanceStore, Stored } from '../../core/file/index.ts';
import type { Task } from '../../core/peer/types.ts';
import { Batch } from './batch.ts';
import type { DrawnPicture } from './looked.ts';
import type { Command, EnginePort, OperationName, Operations, Report } from './protocol.ts';
import { failureOf } from './protocol.ts';

/** What an operation is given beside its arguments. */
export interface Running<Step> {
  readonly signal: AbortSignal;
  /** Tells steps of the way; they are batched. */
  step(step: Step): void;
}

/** An operation that may talk to a peer. */
export interface Noting {
  /** Tells which association of the record it is about; the last one counts. */
  noted(association: number): void;
}

export type Services = {
  readonly [N in OperationName]: (
    args: Operations[N]['args'],
    running: Running<Operations[N]['step']> & Noting,
  ) => Promise<Operations[N]['result']>;
};

/** Of these only the newest step of a batch counts. */
const LATEST_ONLY: ReadonlySet<OperationName> = new Set([
  'get',
  'move',
  'save',
  'saveTo',
  'exportTo',
  'timeline',
  'openCapture',
]);

/** Passes the steps on and waits for the end. */
export async function follow<T, R>(task: Task<T, R>, step: (step: T) => void): Promise<R> {
  for await (const value of task) step(value);
  return task.result;
}

type AnyService = (args: unknown, running: Running<unknown> & Noting) => Promise<unknown>;

/** Serves one page. `start` is called once, with the tunnel's URL, before any other command. */
export function hostEngine(
  port: EnginePort<Report, Command>,
  store: InstanceStore,
  start: (tunnelUrl: string) => Services,
): void {
  const running = new Map<number, AbortController>();
  let services: Services | undefined;

  const files = reportFiles(port, store);
  port.addEventListener('message', ({ data: command }) => {
    if (command.type === 'start') services = start(command.tunnelUrl);
    else if (command.type === 'cancel') running.get(command.id)?.abort();
    else void run(command.id, command.name, command.args);
  });

  async function run(id: number, name: OperationName, args: unknown): Promise<void> {
    const controller = new AbortController();
    const batch = new Batch<unknown>((steps) => port.postMessage({ type: 'steps', id, steps }));
    const step = (value: unknown): void => {
      if (LATEST_ONLY.has(name)) batch.clear();
      batch.add(value);
    };
    running.set(id, controller);
    let association: number | undefined;
    const noted = (number: number): void => void (association = number);
    const report = await outcome(name, args, { signal: controller.signal, step, noted });
    running.delete(id);
    batch.flush();
    files.flush(); // what an operation stored is known before its end is
    port.postMessage({ type: 'end', id, association, ...report }, handedOver(report));
  }

  async function outcome(name: OperationName, args: unknown, way: Running<unknown> & Noting) {
    try {
      const service = services?.[name] as AnyService | undefined;
      if (service === undefined) throw new Error(`the engine does not know the call ${name}`);
      return { result: await service(args, way) };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }
}

/** Pictures go over to the page instead of being copied. */
function handedOver(report: { readonly result?: unknown }): Transferable[] {
  const { bitmap } = (report.result ?? {}) as Partial<DrawnPicture>;
  return bitmap === undefined ? [] : [bitmap];
}

function reportFiles(port: EnginePort<Report, Command>, store: InstanceStore): Batch<void> {
  const stored = new Map<string, Stored>();
  const deleted = new Set<string>();
  const batch = new Batch<void>(() => {
    port.postMessage({ type: 'files', stored: [...stored.values()], deleted: [...deleted] });
    stored.clear();
    deleted.clear();
  });
  store.watch((change) => {
    if (change.kind === 'stored') {
      stored.set(change.instance.sopInstanceUID, change.instance);
      deleted.delete(change.instance.sopInstanceUID);
    } else {
      deleted.add(change.sopInstanceUID);
      stored.delete(change.sopInstanceUID);
    }
    batch.clear();
    batch.add();
  });
  return batch;
}
