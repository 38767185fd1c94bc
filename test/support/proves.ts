/** Tests that stand in the table of core/CONFORMANCE.md: what ran against which peer (../conformance.mjs). */
import type { TestFunction } from 'vitest';
import { test } from 'vitest';
import type { Operation, PeerName, Proof } from '../conformance.mjs';

declare module 'vitest' {
  interface TaskMeta {
    /** What it shows where it passes. */
    proof?: Proof;
  }
}

/** Those who call our servers in many tests. */
export const DCMTK_TOOLS = 'DCMTK echoscu, storescu, findscu, movescu, getscu';

/** A test that shows that an operation, or several, work with a peer. */
export function proves(
  peer: PeerName,
  operations: Operation | readonly Operation[],
  name: string,
  run: TestFunction,
): void {
  const proof: Proof = { peer, operations: typeof operations === 'string' ? [operations] : operations };
  test(name, { meta: { proof } }, run);
}
