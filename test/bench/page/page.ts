/** The page of the bench: asks for orders one after the other, has each done by a worker of its own, by the engine of the project or by its page, and tells what came of it. */
import type { Order, Outcome, Visit } from './orders.ts';
import { byProduct } from './product.ts';
import { watchTasks } from './tasks.ts';
import { visiting } from './visit.ts';

const NOTHING = { count: 0, bytes: 0, seconds: 0 };

function inWorker(order: Order): Promise<Outcome> {
  const worker = new Worker('/worker.js', { type: 'module' });
  const outcome = new Promise<Outcome>((resolve) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Outcome>) => resolve(data));
    worker.addEventListener('error', ({ message }) =>
      resolve({ ...NOTHING, error: message || 'the worker does not start' }),
    );
  });
  worker.postMessage(order);
  return outcome.finally(() => worker.terminate());
}

function done(order: Order): Promise<Outcome> {
  const failed = (error: unknown): Outcome => ({ ...NOTHING, error: String(error) });
  if (isVisit(order.kind)) return visiting(order).catch(failed);
  if (order.place !== 'opfs' || order.kind === 'wado') return inWorker(order);
  return byProduct(order).catch(failed);
}

function isVisit(kind: Order['kind']): kind is Visit {
  return kind === 'open' || kind === 'first' || kind === 'shown';
}

async function one(): Promise<void> {
  const order = (await (await fetch('/next')).json()) as Order;
  const longestTask = watchTasks();
  const outcome = await done(order);
  await fetch('/outcome', {
    method: 'POST',
    body: JSON.stringify({ longestTask: longestTask(), ...outcome }),
  });
}

for (;;) await one();
