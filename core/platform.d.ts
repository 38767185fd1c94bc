/**
 * The few globals that core may use, present alike in browsers, workers and Node.
 * core/tsconfig.json compiles with neither DOM nor Node types, so anything that is not
 * declared here (document, Buffer, WebSocket, node:*) is a compile error in core.
 */
declare interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
  throwIfAborted(): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}

declare function btoa(latin1: string): string;
declare function setTimeout(callback: () => void, milliseconds?: number): unknown;
declare function clearTimeout(id: unknown): void;
declare function queueMicrotask(callback: () => void): void;
declare const performance: { now(): number };
declare const crypto: { getRandomValues<T extends Uint8Array>(array: T): T };

declare interface ReadableStreamReadResult<T> {
  readonly done: boolean;
  readonly value: T | undefined;
}
declare interface ReadableStreamDefaultReader<T> {
  read(): Promise<{ done: false; value: T } | { done: true; value: T | undefined }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
  readonly closed: Promise<unknown>;
}
declare interface ReadableStreamDefaultController<T> {
  readonly desiredSize: number | null;
  enqueue(chunk: T): void;
  close(): void;
  error(reason?: unknown): void;
}
declare class ReadableStream<T> {
  constructor(
    source?: {
      start?(controller: ReadableStreamDefaultController<T>): unknown;
      pull?(controller: ReadableStreamDefaultController<T>): unknown;
      cancel?(reason?: unknown): unknown;
    },
    strategy?: { highWaterMark?: number; size?(chunk: T): number },
  );
  readonly locked: boolean;
  getReader(): ReadableStreamDefaultReader<T>;
  cancel(reason?: unknown): Promise<void>;
}
declare interface WritableStreamDefaultWriter<T> {
  readonly ready: Promise<unknown>;
  readonly closed: Promise<unknown>;
  readonly desiredSize: number | null;
  write(chunk: T): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
  releaseLock(): void;
}
declare interface WritableStreamDefaultController {
  error(reason?: unknown): void;
}
declare class WritableStream<T> {
  constructor(
    sink?: {
      start?(controller: WritableStreamDefaultController): unknown;
      write?(chunk: T): unknown;
      close?(): unknown;
      abort?(reason?: unknown): unknown;
    },
    strategy?: { highWaterMark?: number; size?(chunk: T): number },
  );
  readonly locked: boolean;
  getWriter(): WritableStreamDefaultWriter<T>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
}

declare class URLSearchParams {
  [Symbol.iterator](): IterableIterator<[string, string]>;
}
declare class URL {
  constructor(url: string, base?: string);
  static canParse(url: string, base?: string): boolean;
  readonly href: string;
  readonly origin: string;
  readonly pathname: string;
  readonly searchParams: URLSearchParams;
}
declare class Headers {
  get(name: string): string | null;
  has(name: string): boolean;
}
declare class Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  readonly signal: AbortSignal;
}
declare class Response {
  constructor(
    body?: ReadableStream<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> | string | null,
    init?: { status?: number; headers?: Headers | Record<string, string> },
  );
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
}
