export { DiskStore } from './disk-store.ts';
export { tcpDialer } from './tcp-dialer.ts';
export { listenTcp } from './tcp-listener.ts';
