/** Resolving and calling: every address is checked, once, and the one that was checked is called. */
import type { LookupAddress } from 'node:dns';
import type { AddressInfo, LookupFunction, Server } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AddressPolicy } from '../../bridge/dial/addresses.ts';
import { freeTargets, parseAllowedTarget } from '../../bridge/dial/addresses.ts';
import { dial } from '../../bridge/dial/dial.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { CLOSE } from '../../core/transport/index.ts';
import { RawTunnel } from '../support/bridge.ts';

let server: Server;
let port: number;
let callers: string[];

beforeEach(async () => {
  callers = [];
  server = createServer((socket) => {
    callers.push(socket.localAddress ?? '');
    socket.on('error', () => {}).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => server.close());

/** Answers one list of addresses after the other, the last one for ever. */
function resolver(...answers: string[][]): LookupFunction & { asked: string[] } {
  const asked: string[] = [];
  const lookup: LookupFunction = (host, _, callback) => {
    asked.push(host);
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    const found: LookupAddress[] = answer.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    queueMicrotask(() => callback(null, found));
  };
  return Object.assign(lookup, { asked });
}

function allowing(...targets: string[]): AddressPolicy {
  return freeTargets(targets.map(parseAllowedTarget), () => []);
}

async function call(host: string, policy: AddressPolicy, lookup?: LookupFunction): Promise<string> {
  const to = { name: host, host, port, policy, ...(lookup && { lookup }) };
  return dial(to).then(
    ({ socket }) => {
      socket.destroy();
      return 'called';
    },
    (error: { code: string; details: { reason: string } }) => `${error.code} ${error.details.reason}`,
  );
}

const REFUSED = 'NOT_ALLOWED EACCES';

describe('the resolver', () => {
  test('is asked once, and what it says later changes nothing', async () => {
    const lookup = resolver(['127.0.0.1'], ['127.0.0.2']);
    expect(await call('pacs.example', allowing(`127.0.0.1:${port}`), lookup)).toBe('called');
    expect(lookup.asked).toEqual(['pacs.example']);
    // The next call resolves anew, and is checked anew.
    expect(await call('pacs.example', allowing(`127.0.0.1:${port}`), lookup)).toBe(REFUSED);
    expect(callers).toEqual(['127.0.0.1']);
  });

  test('is not asked about an address, which is checked all the same', async () => {
    const lookup = resolver(['127.0.0.1']);
    expect(await call('127.0.0.1', allowing(`10.0.0.0/8:${port}`), lookup)).toBe(REFUSED);
    expect(await call('127.0.0.1', allowing(`127.0.0.1:${port}`), lookup)).toBe('called');
    expect(lookup.asked).toEqual([]);
  });

  test('one good address and one that is forbidden: the name is refused', async () => {
    const policy = allowing('0.0.0.0/0:' + port);
    for (const both of [
      ['127.0.0.1', '192.0.2.1'],
      ['192.0.2.1', '::1'],
    ]) {
      expect(await call('rebound.example', policy, resolver(both))).toBe(REFUSED);
    }
    expect(callers).toEqual([]);
  });

  test('one good address and one outside: the good one alone is called', async () => {
    const policy = allowing(`127.0.0.1:${port}`);
    const outside: AddressPolicy = (address, to) =>
      address === '192.0.2.1' ? 'outside' : policy(address, to);
    expect(await call('both.example', outside, resolver(['192.0.2.1', '127.0.0.1']))).toBe('called');
    expect(await call('both.example', outside, resolver(['192.0.2.1']))).toBe(REFUSED);
    expect(callers).toEqual(['127.0.0.1']);
  });

  test('where nobody has the name, the reason is told', async () => {
    const lookup: LookupFunction = (_, __, callback) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    expect(await call('nobody.example', allowing(), lookup)).toBe('CONNECT_FAILED ENOTFOUND');
  });
});

test.each([
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '127.1',
  '0',
  'localhost',
  '[::1]',
  '::ffff:7f00:1',
])('%s is no way around', async (spelling) => {
  const host = spelling.replace(/[[\]]/g, '');
  expect(await call(host, allowing(`0.0.0.0/0:${port}`, `[::/0]:${port}`))).toBe(REFUSED);
  expect(callers).toEqual([]);
});

test('an attempt ends when its signal aborts', async () => {
  const never: LookupFunction = () => {};
  const to = { name: 'slow', host: 'slow.example', port, lookup: never };
  const controller = new AbortController();
  const attempt = dial(to, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED', cause: { message: 'enough' } });
  const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
  await expect(dial(to, { signal: late })).rejects.toMatchObject({ details: { reason: 'ETIMEDOUT' } });
});

test('a peer that is the bridge itself: 4403, and no connection', async () => {
  const started: { bridge?: Bridge } = {};
  const peers = ['127.0.0.1', 'localhost', '0.0.0.0'].map((host) => ({
    name: host,
    aeTitle: 'SELF',
    host,
    get port(): number {
      return started.bridge?.port ?? 1;
    },
  }));
  const bridge = await startBridge({ host: '127.0.0.1', port: 0, peers });
  started.bridge = bridge;
  for (const { name } of peers) {
    const raw = await new RawTunnel(bridge, name).open();
    expect(await raw.closed).toEqual({ code: CLOSE.FORBIDDEN, reason: 'EACCES' });
    expect(raw.messages).toEqual([
      { t: 'error', code: 'EACCES', msg: expect.stringContaining('is the bridge itself') },
    ]);
  }
  await bridge.close();
});
