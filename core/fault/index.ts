/** Peers that do something wrong on purpose, for tests and for teaching. */
export type * from './types.ts';
export { FAULTY_SERVICES } from './types.ts';
export type { FaultKind } from './faults.ts';
export { FAULT_NAMES, FAULTS, parseFault, parseFaults } from './faults.ts';
export { faultyListener } from './connection.ts';
export { faultyHandlers } from './handlers.ts';
export { serveWithFaults } from './serve.ts';
