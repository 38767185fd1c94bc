/**
 * webdimse in Node: TCP and TLS, a store on the disk, and the bridge as a function.
 *
 * @module webdimse/node
 */
export type { TlsFiles } from '../config/tls.ts';
export type { Surroundings } from '../dial/tls-files.ts';
export { readTlsClient, readTlsServer } from '../dial/tls-files.ts';
export type { TlsClient, TlsServer } from '../dial/tls.ts';
export type { DiskStoreOptions } from './disk-store.ts';
export { DiskStore } from './disk-store.ts';
export type { TcpDialerOptions } from './tcp-dialer.ts';
export { tcpDialer } from './tcp-dialer.ts';
export type { ListenOptions } from './tcp-listener.ts';
export { listenTcp } from './tcp-listener.ts';
export { pngRenderer } from './pictures.ts';
export type { AnsweringOptions } from './request-handler.ts';
export { answerBy } from './request-handler.ts';
export type { MountedBridgeOptions, OwnBridgeOptions } from './create-bridge.ts';
export { createBridge } from './create-bridge.ts';
export type { Bridge, BridgeOptions, BridgeSettings, LastingOptions, MountOptions } from '../server.ts';
export type { Authorize, Rights } from '../access/access.ts';
export type { AllowedTarget } from '../dial/addresses.ts';
export { Network } from '../dial/addresses.ts';
export type { CallablePeer } from '../dial/dial.ts';
export type { MetricsText } from '../http/routes.ts';
export type { BridgeLimits } from '../limits.ts';
export type { ListenerSettings } from '../listening/listening.ts';
export type { Pools } from '../listening/reception.ts';
export type { Resolve } from '../listening/sources.ts';
export type { Titles } from '../peek.ts';
export type { Cause, Verdict } from '../verdict.ts';
export type { BridgeEvent, TurnedAway } from '../record/events.ts';
export type { TunnelCounts, TunnelEnd } from '../tunnel/tunnel.ts';
