/**
 * Bodies over a MessagePort, chunk by chunk and only when they are pulled, so that whoever reads slowly holds the source
 * back. Streams themselves are no messages in every browser.
 */
import type { FacadePort, RequestMessage } from './messages.ts';

/** Bytes that are asked for at once; so much lies between reader and source. */
const PORTION = 256 << 10;

/**
 * Gives a body to the other end of the port. Resolves when it has ended there, was cancelled there or failed, or when
 * `signal` says that there is nobody at the other end.
 */
export function giveBody(
  port: FacadePort,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal?: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  return new Promise((resolve) => {
    let isOver = false;
    const end = (last?: RequestMessage): void => {
      if (last !== undefined && !isOver) port.postMessage(last);
      isOver = true;
      resolve();
    };
    const stop = (): void => {
      end();
      reader.cancel().catch(() => undefined); // it has failed before
    };
    port.addEventListener('message', ({ data }) => {
      if (data.kind === 'pull') void serve(data.bytes);
      else if (data.kind === 'cancel') stop();
    });
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });

    async function serve(wanted: number): Promise<void> {
      try {
        let left = wanted;
        while (left > 0) {
          const { done, value } = await reader.read();
          if (isOver) return;
          if (done) return end({ kind: 'end' });
          left -= value.length;
          // A copy goes over: the chunk may lie in memory that its source still needs.
          const bytes = value.slice();
          port.postMessage({ kind: 'chunk', bytes }, [bytes.buffer]);
        }
        port.postMessage({ kind: 'served' });
      } catch (error) {
        end({ kind: 'failed', message: error instanceof Error ? error.message : 'The body broke off.' });
      }
    }
  });
}

/** A body that the other end gives. */
export interface TakenBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Resolves when it was read to its end, cancelled or broken off. */
  readonly over: Promise<void>;
  /** There is none after all. */
  end(): void;
  /** Breaks it off. */
  fail(error: Error): void;
}

/** Takes a body from the other end of the port, as it is read. */
export function takeBody(port: FacadePort): TakenBody {
  let served: () => void = () => {};
  let finish: () => void = () => {};
  let controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>; // `start` runs at once
  let isOver = false;
  const over = new Promise<void>((resolve) => (finish = resolve));
  const end = (how: () => void): void => {
    if (isOver) return;
    isOver = true;
    how();
    served();
    finish();
  };
  const fail = (error: Error): void => end(() => controller.error(error));
  port.addEventListener('message', ({ data }) => {
    if (data.kind === 'chunk' && !isOver) controller.enqueue(data.bytes);
    else if (data.kind === 'served') served();
    else if (data.kind === 'end') end(() => controller.close());
    else if (data.kind === 'failed') fail(new TypeError(data.message));
  });
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (own) => void (controller = own),
      pull() {
        port.postMessage({ kind: 'pull', bytes: PORTION });
        return new Promise<void>((resolve) => (served = resolve));
      },
      cancel: () => end(() => port.postMessage({ kind: 'cancel' })),
    },
    { highWaterMark: 0 },
  );
  return { stream, over, end: () => end(() => controller.close()), fail };
}
