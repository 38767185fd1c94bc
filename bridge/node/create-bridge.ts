/** The bridge as a function, for servers of one's own. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Bridge, BridgeOptions, MountOptions } from '../server.ts';

/** The page that comes with this package, or none. */
interface Page {
  /** Whether the page and the elements are served, too; they are by default. `engine.js` of webdimse/browser is part of them. */
  readonly page?: boolean | undefined;
}

/** A bridge with a server of its own: by default on 127.0.0.1 and a free port, `bridge.port`. */
export interface OwnBridgeOptions extends Omit<BridgeOptions, 'host' | 'port' | 'webRoot'>, Page {
  /** The address to bind to: a loopback address, unless users sign in over TLS. */
  readonly host?: string | undefined;
  /** TCP port; 0 takes a free one. */
  readonly port?: number | undefined;
}

/** A bridge on a server that listens already, below a path of it. */
export interface MountedBridgeOptions extends Omit<MountOptions, 'webRoot'>, Page {}

/**
 * Starts a bridge, or mounts one on an HTTP server that is there. Mounted, it takes the requests and WebSockets below
 * its path, leaves all others to the listeners that the server had when it came, and closes without closing the server.
 *
 * ```ts
 * import { createServer } from 'node:http';
 * import { once } from 'node:events';
 * import { createBridge } from 'webdimse/node';
 *
 * const server = createServer((request, response) => response.end('the portal'));
 * server.listen(8090, '127.0.0.1');
 * await once(server, 'listening');
 * const peers = [{ name: 'MAIN', aeTitle: 'ORTHANC', host: '10.0.0.5', port: 4242 }];
 * const bridge = await createBridge({ server, path: '/dicom', peers });
 * console.log(bridge.url);
 * ```
 *
 * @throws DicomError USAGE: others could reach it and it has no sign-in or no TLS; it cannot listen, or the server does
 * not listen yet.
 */
export async function createBridge(options: OwnBridgeOptions | MountedBridgeOptions): Promise<Bridge> {
  // Who only calls peers from Node waits for none of this.
  const { mountBridge, startBridge } = await import('../server.ts');
  const { page = true, ...rest } = options;
  const roots = page ? built() : {};
  if ('server' in rest) return mountBridge({ ...rest, ...roots });
  const { host = '127.0.0.1', port = 0 } = rest;
  return startBridge({ ...rest, host, port, ...roots });
}

/** Found by the name of this package: compiled files lie deeper in it than their sources. */
function built(): { readonly webRoot: string; readonly elementsRoot: string } {
  const dist = join(dirname(createRequire(import.meta.url).resolve('webdimse/package.json')), 'dist');
  return { webRoot: join(dist, 'web'), elementsRoot: join(dist, 'elements') };
}
