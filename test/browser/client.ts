/** Our own client of the tunnel, without our page: what it reads in a browser, whatever the bridge does. */
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type * as Transport from '../../core/transport/index.ts';
import type { takeCall } from '../../core/transport/tunnel-client.ts';

const CONTENTS =
  "export * from './core/transport/index.ts'; export { takeCall } from './core/transport/tunnel-client.ts';";

/** Puts the client into a page, for the functions below. */
export async function addClient(page: Page): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: CONTENTS, resolveDir: join(import.meta.dirname, '../..'), loader: 'ts' },
    bundle: true,
    format: 'iife',
    globalName: 'transport',
    write: false,
  });
  await page.addScriptTag({ content: outputFiles[0]!.text });
}

/** What the page reads. */
export interface Heard {
  readonly code: number;
  readonly sentence: string;
}

/** What a page does with a connection beside waiting for its end. */
export interface Conduct {
  readonly url: string;
  readonly peer: string;
  /** A lease is asked for instead; of this title. */
  readonly lease?: string;
  /** A call is taken instead. */
  readonly ticket?: string;
  /** Sent as our client sends. */
  readonly bytes?: readonly number[];
  /** A first frame that our client would not send. */
  readonly first?: string;
}

declare global {
  interface Window {
    transport: typeof Transport & { takeCall: typeof takeCall };
    /** The call that the bridge announced to a page that leases by hand. */
    call: {
      readonly incoming: Promise<{ ticket: string; node: string }>;
      readonly withdrawn: Promise<void>;
      /** Gives the title back. */
      release(): Promise<void>;
    };
  }
}

/** Runs in the page: opens a connection by our own client and waits for its end. */
export async function meet({ url, peer, lease, ticket, bytes, first }: Conduct): Promise<Heard> {
  const { tunnelDialer, tunnelListener, takeCall: take, closeMeaning } = window.transport;
  let code = 0;
  const open = (to: string, protocols: string[]): WebSocket => {
    const webSocket = new WebSocket(to, protocols);
    if (first !== undefined) webSocket.addEventListener('open', () => webSocket.send(first));
    webSocket.addEventListener('close', (event) => (code = event.code));
    return webSocket;
  };
  try {
    if (lease !== undefined) {
      await (
        await tunnelListener({ url, open, aeTitle: lease })
      ).closed;
    } else {
      const connection =
        ticket === undefined
          ? tunnelDialer({ url, open }).connect({ peer })
          : take({ url, ticket, name: peer, titles: {} }, { open });
      const writer = connection.writable.getWriter();
      const sent = bytes === undefined ? undefined : writer.write(Uint8Array.from(bytes));
      sent?.catch(() => {}); // told by the reader
      const reader = connection.readable.getReader();
      while (!(await reader.read()).done);
    }
    return { code, sentence: closeMeaning(code, peer).sentence };
  } catch (error) {
    return { code, sentence: (error as Error).message };
  }
}

/** Runs in the page: leases a title without our client, and comes for nobody. */
export function leaseByHand({
  url,
  protocols,
}: {
  readonly url: string;
  readonly protocols: readonly string[];
}): Promise<void> {
  const webSocket = new WebSocket(url, [...protocols]);
  const closed = new Promise<void>((resolve) => webSocket.addEventListener('close', () => resolve()));
  const hears = <T>(type: string): Promise<T> =>
    new Promise((resolve) => {
      webSocket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(data as string) as T & { t: string };
        if (message.t === type) resolve(message);
      });
    });
  const release = (): Promise<void> => {
    webSocket.send('{"t":"release"}');
    return closed;
  };
  window.call = { incoming: hears('incoming'), withdrawn: hears('withdrawn'), release };
  webSocket.addEventListener('open', () => webSocket.send('{"t":"lease"}'));
  return hears('leased');
}
