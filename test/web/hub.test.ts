/** The engine that elements share, in a page that a test pretends. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Hub } from '../../web/elements/hub.ts';
import { hubOf } from '../../web/elements/hub.ts';
import type { Member } from '../../web/elements/member.ts';

const PLACE = { bridge: 'http://bridge.test/', token: undefined, user: '' };
const ENGINE = 'http://portal.test/engine.js';
/** Longer than an engine outlives its last element. */
const LONG = 31_000;

class FakeWorker extends EventTarget {
  static readonly running = new Set<FakeWorker>();

  constructor() {
    super();
    FakeWorker.running.add(this);
  }

  postMessage(): void {}

  terminate(): void {
    FakeWorker.running.delete(this);
  }
}

class FakeChannel {
  static last: FakeChannel | undefined;
  onmessage: ((event: { readonly data: object }) => void) | undefined;

  constructor() {
    FakeChannel.last = this;
  }

  close(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  vi.stubGlobal('self', { origin: 'http://portal.test' });
  vi.stubGlobal('location', new URL('http://portal.test/'));
  vi.stubGlobal('navigator', { languages: ['en'] });
  vi.stubGlobal('window', { isSecureContext: true, navigator: { locks: {}, storage: {} } });
  vi.stubGlobal('document', { cookie: '', documentElement: { lang: 'en' } });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Joins as an element does; gives how it leaves. */
function join(hub: Hub): () => void {
  const desk = hub.desk('');
  const leave = (): void => desk.leave(member);
  const member: Member = {
    localName: 'dimse-query',
    clientWidth: 800,
    dispatchEvent: () => true,
    renew: leave,
  };
  desk.join(member);
  return leave;
}

it('ends some time after its last element left, and not before', () => {
  const hub = hubOf(PLACE, ENGINE);
  const [first, second] = [join(hub), join(hub)];
  first();
  vi.advanceTimersByTime(LONG);
  expect(hubOf(PLACE, ENGINE)).toBe(hub);
  second();
  expect(FakeWorker.running.size).toBe(1);
  vi.advanceTimersByTime(LONG);
  expect(FakeWorker.running.size).toBe(0);
});

it('is another after all was wiped, which stays that of the page', () => {
  const hub = hubOf(PLACE, ENGINE);
  join(hub);
  FakeChannel.last!.onmessage!({ data: {} });
  const next = hubOf(PLACE, ENGINE);
  expect(next).not.toBe(hub);
  const leave = join(next);
  vi.advanceTimersByTime(LONG);
  expect(hubOf(PLACE, ENGINE)).toBe(next);
  leave();
  vi.advanceTimersByTime(LONG);
  expect(FakeWorker.running.size).toBe(0);
});
