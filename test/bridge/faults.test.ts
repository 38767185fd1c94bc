/** An answer that fails as nobody foresaw: one request ends with it, and nothing else. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { respond } from '../../bridge/http/http.ts';
import type { Route } from '../../bridge/http/routes.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import { logLine } from '../../bridge/record/journal.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { askOf } from '../support/ask.ts';

const TOLD_NOBODY = 'Doe^Jane 1.2.3';
const events: BridgeEvent[] = [];
let bridge: Bridge;

/** Ways to fail: at once, later, after the answer began, with what is no error. */
const SITE: Readonly<Record<string, Route['GET']>> = {
  '/throws': () => {
    throw new TypeError(TOLD_NOBODY);
  },
  '/rejects': async () => Promise.reject(Object.assign(new Error(TOLD_NOBODY), { code: 'ENOSPC' })),
  '/odd': async () => Promise.reject(Object.assign(new Error('x'), { name: TOLD_NOBODY })),
  '/text': async () => Promise.reject(TOLD_NOBODY),
  '/half': async ({ response }) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half');
    throw new Error(TOLD_NOBODY);
  },
  '/whole': (exchange) => respond(exchange, 200, {}, 'whole'),
};

beforeAll(async () => {
  bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: [],
    site: (path) => ({ GET: SITE[path]! }),
    metrics: { read: () => Promise.reject(new RangeError(TOLD_NOBODY)) },
    onEvent: (event) => events.push(event),
  });
});
beforeEach(() => events.splice(0));
afterAll(() => bridge.close());

test.each([
  ['/throws', 'TypeError'],
  ['/rejects', 'Error ENOSPC'],
  ['/odd', 'unknown'],
  ['/text', 'unknown'],
  ['/metrics', 'RangeError'],
])('%s is answered by 500 and a sentence, and the log learns the kind alone: %s', async (path, kind) => {
  const { status, body, headers } = await askOf(bridge.port, path);
  expect([status, body]).toEqual([500, expect.stringContaining('failed to answer')]);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(events).toEqual([
    { type: 'refused', status: 500, cause: 'fault', reason: `an answer failed: ${kind}` },
  ]);
  expect(body + logLine(events[0]!, new Date(0))).not.toContain('Doe');
});

test('what fails half way breaks off, and the next request is answered', async () => {
  await expect(askOf(bridge.port, '/half')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(events).toMatchObject([{ type: 'refused', status: 500, cause: 'fault' }]);
  expect(await askOf(bridge.port, '/whole')).toMatchObject({ status: 200, body: 'whole' });
});
