import { describe, expect, test } from 'vitest';
import { Inbox } from '../../core/dimse/index.ts';
import { turns } from '../support/streams.ts';

async function all(inbox: Inbox<number>): Promise<number[]> {
  const values: number[] = [];
  for (;;) {
    const next = await inbox.next();
    if (next.done) return values;
    values.push(next.value);
  }
}

/** Whether a promise has settled by now. */
async function settled(promise: void | Promise<void>): Promise<boolean> {
  let done = promise === undefined;
  void Promise.resolve(promise).then(() => (done = true));
  await turns(1);
  return done;
}

describe('an inbox', () => {
  test('gives values in order, before and after they are asked for', async () => {
    const inbox = new Inbox<number>(10);
    void inbox.push(0);
    const first = inbox.next();
    const second = inbox.next();
    void inbox.push(1);
    expect([await first, await second]).toEqual([
      { done: false, value: 0 },
      { done: false, value: 1 },
    ]);
    void inbox.push(2);
    inbox.end();
    expect(await all(inbox)).toEqual([2]);
    expect(await inbox.next()).toEqual({ done: true, value: undefined });
  });

  test('holds back when it is full, until half of it is taken', async () => {
    const inbox = new Inbox<number>(4);
    for (let i = 0; i < 3; i++) expect(inbox.push(i)).toBeUndefined();
    const held = inbox.push(3);
    expect(await settled(held)).toBe(false);
    await inbox.next();
    expect(await settled(held)).toBe(false);
    await inbox.next();
    expect(await settled(held)).toBe(true);
  });

  test('of one place holds back each value that nobody waits for', async () => {
    const inbox = new Inbox<number>(1);
    const held = inbox.push(1);
    expect(await settled(held)).toBe(false);
    await inbox.next();
    expect(await settled(held)).toBe(true);
    const waiting = inbox.next();
    expect(inbox.push(2)).toBeUndefined();
    expect(await waiting).toMatchObject({ value: 2 });
  });

  test('for the latest value only never holds back', async () => {
    const inbox = new Inbox<number>(1, true);
    for (let i = 0; i < 1000; i++) expect(inbox.push(i)).toBeUndefined();
    inbox.end();
    expect(await all(inbox)).toEqual([999]);
  });

  test('that fails gives what is in it, then the error once, then nothing', async () => {
    const inbox = new Inbox<number>(10);
    void inbox.push(1);
    inbox.fail(new Error('first'));
    inbox.fail(new Error('second'));
    inbox.end();
    expect(await inbox.next()).toMatchObject({ value: 1 });
    await expect(inbox.next()).rejects.toThrow('first');
    expect(await inbox.next()).toMatchObject({ done: true });
  });

  test('that fails rejects who waits', async () => {
    const inbox = new Inbox<number>(10);
    const waiting = inbox.next();
    inbox.fail(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
    expect(await inbox.next()).toMatchObject({ done: true });
  });

  test('that is dropped forgets what is in it, and lets the network go on', async () => {
    const inbox = new Inbox<number>(1);
    const held = inbox.push(1);
    inbox.drop(new Error('cancelled'));
    expect(await settled(held)).toBe(true);
    expect(inbox.push(2)).toBeUndefined();
    await expect(inbox.next()).rejects.toThrow('cancelled');
    expect(await inbox.next()).toMatchObject({ done: true });
  });

  test('takes nothing after its end, and lets who was held back go', async () => {
    const inbox = new Inbox<number>(1);
    const held = inbox.push(1);
    inbox.end();
    expect(await settled(held)).toBe(true);
    expect(inbox.push(2)).toBeUndefined();
    expect(await all(inbox)).toEqual([1]);
  });
});
