import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, ListeningAt, TunnelListener } from '../../core/transport/index.ts';
import { MemoryNetwork, deferred } from '../../core/transport/index.ts';
import type { ReceivingAt } from '../../web/engine/protocol.ts';
import { SharedTitle } from '../../web/engine/shared-title.ts';
import { Receiving } from '../../web/state/receiving.svelte.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngine, until } from './fake-engine.ts';

describe('receiving', () => {
  let fake: FakeEngine | undefined;
  afterEach(() => fake?.close());

  const AT: ReceivingAt = { aeTitle: 'WEB01', host: '0.0.0.0', port: 11114 };
  const LISTENING: ListeningAt = { host: '0.0.0.0', port: 11114, pools: { page: ['WEB01'] } };

  function receiving(
    receive: (signal: AbortSignal, step: (at: ReceivingAt) => void) => Promise<void>,
    listening: ListeningAt | undefined = LISTENING,
  ): Receiving {
    fake = fakeEngine({ receive: (_, { signal, step }) => receive(signal, step) });
    return new Receiving(fake.engine, () => listening, 'bridge.example');
  }
  const forever = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

  it('tells as what, where the bridge is called by any address by the name of the page', async () => {
    const state = receiving((signal, step) => (step(AT), forever(signal)));
    expect([state.available, state.on, state.summary]).toEqual([true, false, '']);
    expect(await state.start()).toEqual(AT);
    expect(state.at).toEqual({ ...AT, host: 'bridge.example' });
    expect(state.summary).toBe('Receiving as WEB01 (port 11114)');
    expect(await state.start()).toEqual(AT);
    state.toggle();
    await until(() => !state.on);
    expect([state.at, state.problem]).toEqual([undefined, '']);
  });

  it('tells why there is no title, and may be tried again', async () => {
    const failure = new ConnectionError('NOT_ALLOWED', 'Another page uses this AE title.');
    const state = receiving(() => Promise.reject(failure));
    await expect(state.start()).rejects.toThrow('Another page');
    await until(() => !state.on);
    expect(state.problem).toBe('Another page uses this AE title.');
    state.toggle();
    expect([state.on, state.problem]).toEqual([true, '']);
    await until(() => !state.on);
  });

  it('is not offered where the bridge has no port, or no title for this user', () => {
    expect(receiving(forever, { ...LISTENING, pools: {} }).available).toBe(false);
    fake?.close();
    fake = fakeEngine({});
    expect(new Receiving(fake.engine, () => undefined, '').available).toBe(false);
  });
});

describe('a shared title', () => {
  /** A lease whose calls come over memory. */
  function leases() {
    const network = new MemoryNetwork();
    const closed = deferred<ConnectionError | undefined>();
    let open = 0;
    const lease = async (): Promise<TunnelListener> => {
      open++;
      const listener = network.listen('page', 104);
      const close = async (): Promise<void> => {
        open--;
        await listener.close();
      };
      const { incoming } = listener;
      return { aeTitle: 'WEB01', host: 'page', port: 104, closed: closed.promise, incoming, close };
    };
    const call = (): Connection => network.connect({ host: 'page', port: 104 });
    return { title: new SharedTitle(lease), call, open: () => open };
  }

  it('is leased once, and given back with the last who listens', async () => {
    const { title, open } = leases();
    const [one, other] = await Promise.all([title.listen(), title.listen()]);
    expect([open(), one.aeTitle, title.aeTitle]).toEqual([1, 'WEB01', 'WEB01']);
    await one.close();
    expect(open()).toBe(1);
    await other.close();
    expect(open()).toBe(0);
    const again = await title.listen();
    expect(open()).toBe(1);
    await again.close();
  });

  it('gives a call to who began last, and to the one before once that is over', async () => {
    const { title, call } = leases();
    const first = await title.listen();
    const last = await title.listen();
    const one = call();
    expect((await last.incoming.getReader().read()).done).toBe(false);
    await one.opened;
    await last.close();
    call();
    expect((await first.incoming.getReader().read()).done).toBe(false);
    await first.close();
  });

  it('cuts off a call that nobody took', async () => {
    const { title, call } = leases();
    const ear = await title.listen();
    const unclaimed = call();
    await unclaimed.opened;
    await until(() => true);
    await ear.close();
    expect((await unclaimed.closed).kind).toBe('reset');
  });

  it('that cannot be had is asked for anew', async () => {
    let asked = 0;
    const title = new SharedTitle(() => Promise.reject(new Error(`no ${++asked}`)));
    await expect(title.listen()).rejects.toThrow('no 1');
    await expect(title.listen()).rejects.toThrow('no 2');
  });
});
