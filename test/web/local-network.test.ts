/** A browser that keeps the page from the local network, as its permissions tell. */
import { afterEach, expect, it, vi } from 'vitest';
import { LocalNetwork } from '../../web/state/local-network.ts';
import { bridgeProblem } from '../../web/state/explaining.ts';
import type { Situation } from '../../web/state/sentences.ts';
import { explain, localNetwork } from '../../web/state/sentences.ts';
import { EngineError } from '../../web/engine/protocol.ts';

const situation: Situation = {
  service: 'C-ECHO',
  peer: 'MAIN PACS',
  address: '10.0.0.5:4242',
  calledAETitle: 'MAIN',
  callingAETitle: 'WEBSCU',
};

/** A browser that knows these names. */
function browser(states: Record<string, string>) {
  const query = async ({ name }: { readonly name: string }) => {
    const state = states[name];
    if (state === undefined) throw new TypeError(`${name} is no permission`);
    return { state };
  };
  return new LocalNetwork({ query });
}

afterEach(() => vi.restoreAllMocks());

it.each([
  [{ 'local-network-access': 'denied' }, true],
  [{ 'local-network': 'granted', 'loopback-network': 'denied' }, true],
  [{ 'local-network-access': 'prompt' }, false],
  [{ 'local-network-access': 'granted' }, false],
  [{}, false],
])('of the permissions %o it knows whether it is refused', async (states, refused) => {
  const network = browser(states);
  await network.look();
  expect(network.refused).toBe(refused);
});

it('refuses nothing where the browser tells of no permissions', async () => {
  const network = new LocalNetwork(undefined);
  await network.look();
  expect(network.refused).toBe(false);
});

it('sees what a person changes afterwards', async () => {
  const status = { state: 'denied' };
  const network = new LocalNetwork({ query: async () => status });
  await network.look();
  expect(network.refused).toBe(true);
  status.state = 'granted';
  expect(network.refused).toBe(false);
});

it('says that the browser keeps the page from the bridge where a call fails as if nobody were there', () => {
  const lost = new EngineError({ code: 'CONNECT_FAILED', message: '', details: { closeCode: 1006 } });
  expect(explain(lost, situation)).toMatch(/bridge .* does not answer/);
  vi.spyOn(localNetwork, 'refused', 'get').mockReturnValue(true);
  expect(explain(lost, situation)).toMatch(
    /^The browser keeps this page from the local network, .* Allow it access .*, then try again/,
  );
});

it.each([
  [new TypeError('Failed to fetch'), 'denied', /^The browser keeps this page from the local network/],
  [new TypeError('Failed to fetch'), 'granted', /^The bridge does not answer \(Failed to fetch\)/],
  [new Error('HTTP 503'), 'denied', /^The bridge does not answer \(HTTP 503\)/],
  [new SyntaxError('no JSON'), 'denied', /^The bridge does not answer \(no JSON\)/],
])('says of %s, the permission %s, why no peer is known', async (thrown, state, sentence) => {
  const look = vi.spyOn(localNetwork, 'look');
  vi.spyOn(localNetwork, 'refused', 'get').mockReturnValue(state === 'denied');
  expect(await bridgeProblem(thrown)).toMatch(sentence);
  expect(look).toHaveBeenCalledTimes(thrown instanceof TypeError ? 1 : 0);
});

it('says that the page around has no ticket, and where to get one', () => {
  const details = { reason: 'no-ticket', why: 'the session has ended' };
  for (const code of ['NOT_ALLOWED', 'TIMEOUT'] as const) {
    expect(explain(new EngineError({ code, message: '', details }), situation)).toBe(
      'This page has no ticket for the bridge (the session has ended). Sign in again where you came from, then try again.',
    );
  }
});
