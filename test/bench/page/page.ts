/** The page of the bench: asks for orders one after the other, has each done by a worker of its own or by the engine of the project, and tells what came of it. */
import type { Order, Outcome } from './orders.ts';
import { byProduct } from './product.ts';

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
  if (order.place !== 'opfs' || order.kind === 'wado') return inWorker(order);
  return byProduct(order).catch((error: unknown) => ({ ...NOTHING, error: String(error) }));
}

async function one(): Promise<void> {
  const order = (await (await fetch('/next')).json()) as Order;
  let longestTask = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  });
  observer.observe({ type: 'longtask' });
  const outcome = await done(order);
  observer.disconnect();
  await fetch('/outcome', { method: 'POST', body: JSON.stringify({ ...outcome, longestTask }) });
}

for (;;) await one();
