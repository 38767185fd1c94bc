export type { TlsFiles } from '../config/tls.ts';
export type { Surroundings } from '../dial/tls-files.ts';
export { readTlsClient, readTlsServer } from '../dial/tls-files.ts';
export type { TlsClient, TlsServer } from '../dial/tls.ts';
export { DiskStore } from './disk-store.ts';
export type { TcpDialerOptions } from './tcp-dialer.ts';
export { tcpDialer } from './tcp-dialer.ts';
export type { ListenOptions } from './tcp-listener.ts';
export { listenTcp } from './tcp-listener.ts';
