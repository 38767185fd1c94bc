/** What pages do that are not ours: WebSockets of their own, at their own address. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A step of a conversation: something to say, or to wait for. */
export type Step =
  /** A text frame. */
  | { readonly say: string }
  /** A binary frame. */
  | { readonly send: readonly number[] }
  /** So many zeros in frames of `frame` bytes. */
  | { readonly zeros: number; readonly frame: number }
  /** A control message of this type, or so many bytes in all; `close` never comes but as the end. */
  | { readonly until: string | number };

export interface Script {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly steps: readonly Step[];
}

/** How a conversation went. */
export interface Fate {
  /** The close code as the page reads it; 0 where all steps were done and the WebSocket was still open. */
  readonly code: number;
  readonly reason: string;
  /** What the bridge said before it closed; empty where it said nothing. */
  readonly sentence: string;
}

/** First frame of a tunnel. */
export const HELLO: Step = { say: '{"t":"hello","window":1048576}' };

/** Runs in the page. */
export function play({ url, protocols, steps }: Script): Promise<Fate> {
  return new Promise((resolve) => {
    const webSocket = new WebSocket(url, [...protocols]);
    webSocket.binaryType = 'arraybuffer';
    const heard = new Set<unknown>();
    let [at, bytes, sentence] = [0, 0, ''];
    const waits = (step: { readonly until: string | number }): boolean =>
      typeof step.until === 'number' ? bytes < step.until : !heard.has(step.until);
    const goOn = (): void => {
      for (; at < steps.length; at++) {
        const step = steps[at]!;
        if ('until' in step && waits(step)) return;
        if ('say' in step) webSocket.send(step.say);
        else if ('send' in step) webSocket.send(Uint8Array.from(step.send));
        else if ('zeros' in step) {
          for (let sent = 0; sent < step.zeros; sent += step.frame)
            webSocket.send(new Uint8Array(step.frame));
        }
      }
      resolve({ code: 0, reason: '', sentence });
      webSocket.close(1000);
    };
    webSocket.addEventListener('open', goOn);
    webSocket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== 'string') bytes += data.byteLength;
      else {
        const message = JSON.parse(data) as { t: string; msg?: string };
        heard.add(message.t);
        sentence = message.msg ?? sentence;
      }
      goOn();
    });
    webSocket.addEventListener('close', ({ code, reason }) => resolve({ code, reason, sentence }));
  });
}

export interface Site {
  readonly origin: string;
  close(): void;
}

/** An empty page at an origin of its own on this machine. */
export async function openSite(): Promise<Site> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(EMPTY_PAGE);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** With an icon, so that the browser asks for none. */
const EMPTY_PAGE = '<!doctype html><link rel="icon" href="data:,"><title>empty</title>';
