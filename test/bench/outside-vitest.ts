/** Stands in for the test runner where the bench starts servers by what tests start them with. */

/** What has to go at the end goes when the process ends (support/peers-process.ts). */
export function afterAll(): void {}

/** Suites are not run here. */
export function describe(): void {}
describe.skip = describe;
