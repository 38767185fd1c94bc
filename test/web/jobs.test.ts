import { describe, expect, it } from 'vitest';
import type { Control, Ending, Job, Lane, Task } from '../../web/state/jobs.svelte.ts';
import { Jobs } from '../../web/state/jobs.svelte.ts';
import { until } from './fake-engine.ts';

/** A task that is ended from outside. */
function held(title: string) {
  let end!: (ending: Ending) => void;
  let fail!: (error: Error) => void;
  let control!: Control;
  const task: Task = {
    title,
    cancelled: 'Cancelled.',
    work: (given) => {
      control = given;
      return new Promise((resolve, reject) => {
        end = resolve;
        fail = reject;
      });
    },
    explain: (thrown) => `It failed: ${String(thrown)}`,
  };
  return {
    task,
    done: (): void => end({ state: 'done', sentence: `${title} is done.` }),
    fail: (error: Error): void => fail(error),
    control: (): Control => control,
  };
}

describe('jobs', () => {
  it('end with a sentence, the last of which is announced', async () => {
    const jobs = new Jobs();
    const one = held('one');
    const job = jobs.start(one.task);
    expect([job.state, jobs.active.length]).toEqual(['running', 1]);
    one.done();
    await until(() => jobs.announced === job);
    expect([job.state, job.sentence]).toEqual(['done', 'one is done.']);
    expect(jobs.active).toEqual([]);
  });

  it('put what was thrown into a sentence', async () => {
    const jobs = new Jobs();
    const one = held('one');
    const job = jobs.start(one.task);
    one.fail(new Error('no'));
    await until(() => job.state === 'failed');
    expect(job.sentence).toBe('It failed: Error: no');
  });

  it('that are cancelled while a sentence for their failure is looked for were cancelled', async () => {
    const jobs = new Jobs();
    const one = held('one');
    let say = (_: string): void => {};
    const explain = (): Promise<string> => new Promise((resolve) => (say = resolve));
    const job = jobs.start({ ...one.task, explain });
    const before = say;
    one.fail(new Error('no'));
    await until(() => say !== before);
    expect(job.state).toBe('running');
    jobs.cancel(job);
    say('It failed.');
    await until(() => !job.occupies);
    expect([job.state, job.sentence]).toEqual(['cancelled', 'Cancelled.']);
  });

  it('transfer one after the other, and skip what was cancelled while it waited', async () => {
    const jobs = new Jobs();
    const [one, two, three] = [held('one'), held('two'), held('three')];
    const [first, second, third] = [one, two, three].map(({ task }) => jobs.queue(task));
    await until(() => first!.state === 'running');
    expect([second!.state, third!.state]).toEqual(['waiting', 'waiting']);
    jobs.cancel(second!);
    one.done();
    await until(() => third!.state === 'running');
    expect(second!.state).toBe('cancelled');
  });

  it('stand where they stood while others come and go', () => {
    const jobs = new Jobs();
    for (const name of ['first', 'second']) jobs.queue(held(name).task);
    for (const name of ['search', 'echo']) jobs.start(held(name).task);
    expect(jobs.active.map(({ title }) => title)).toEqual(['echo', 'search', 'first', 'second']);
  });

  it('that are the same transfer are one while it is under way or waits', async () => {
    const jobs = new Jobs();
    const one = held('one');
    const first = jobs.queue({ ...one.task, transfer: 'get 1' });
    expect(jobs.queue({ ...held('again').task, transfer: 'get 1' })).toBe(first);
    expect(jobs.queue({ ...held('other').task, transfer: 'get 2' })).not.toBe(first);
    await until(() => first.state === 'running');
    one.done();
    await until(() => first.state === 'done');
    expect(jobs.queue({ ...held('later').task, transfer: 'get 1' })).not.toBe(first);
  });

  it('say that they were stopped, even before they began, and what they throw then is no failure', async () => {
    const jobs = new Jobs();
    const told: string[] = [];
    const [one, two] = [held('one'), held('two')];
    const explain = (): string => String(told.push('explained'));
    const stopped = (): void => void told.push('stopped');
    const running = jobs.queue({ ...one.task, explain, stopped });
    const waiting = jobs.queue({ ...two.task, explain, stopped });
    await until(() => running.state === 'running');
    jobs.cancel(waiting);
    jobs.cancel(running);
    one.fail(new Error('cancelled'));
    const last = jobs.queue(held('three').task);
    await until(() => last.state === 'running');
    expect(told).toEqual(['stopped', 'stopped']);
  });

  const RESUMABLE = {
    peer: 'A',
    model: 'STUDY',
    level: 'STUDY',
    keys: { StudyInstanceUID: '1.2' },
  } as const;
  const retrieve = (title: string, ...lanes: Lane[]) => {
    const one = held(title);
    const [lane = { name: 'A', most: 1 }, ...others] = lanes;
    return { ...one, task: { ...one.task, lanes: [lane, ...others], resumable: RESUMABLE } };
  };

  it('of different peers transfer at once', () => {
    const jobs = new Jobs();
    const [first, second, other] = [retrieve('1'), retrieve('2'), retrieve('3', { name: 'B', most: 1 })].map(
      ({ task }) => jobs.queue(task),
    );
    expect([first!.state, second!.state, other!.state]).toEqual(['running', 'waiting', 'running']);
  });

  it('to one peer are as many at once as all their lanes let through, the others follow in their order', async () => {
    const jobs = new Jobs();
    const peer = { name: 'A', most: 3 };
    const send = { name: 'send A', most: 1 };
    const made = [[peer, send], [peer, send], [peer], [peer], [peer]].map((lanes, i) =>
      retrieve(String(i + 1), ...lanes),
    );
    const queued = made.map(({ task }) => jobs.queue(task));
    const states = (): string => queued.map(({ state }) => state.charAt(0)).join('');
    expect(states()).toBe('rwrrw');
    expect([jobs.canGoFirst(queued[1]!), jobs.canGoFirst(queued[4]!)]).toEqual([false, true]);
    made[2]!.done();
    await until(() => states() === 'rwdrr');
    made[0]!.done();
    await until(() => states() === 'drdrr');
  });

  it('can be paused: the next one runs, and what is left is fetched when they go on', async () => {
    const jobs = new Jobs();
    const [one, two] = [retrieve('1'), retrieve('2')];
    const first = jobs.queue(one.task);
    const second = jobs.queue(two.task);
    expect([first.canPause, one.control().missingOnly]).toEqual([true, false]);
    jobs.pause(first);
    expect([first.state, one.control().signal.aborted, second.state]).toEqual(['paused', true, 'waiting']);
    one.fail(new Error('cancelled')); // what it throws then is no failure
    await until(() => second.state === 'running');
    expect([first.state, jobs.announced]).toEqual(['paused', undefined]);
    jobs.resume(first);
    expect(first.state).toBe('waiting');
    two.done();
    await until(() => first.state === 'running');
    expect(one.control().missingOnly).toBe(true);
    one.done();
    await until(() => first.state === 'done');
    expect(jobs.transfers).toEqual([]);
  });

  it('go first where that is wanted', async () => {
    const jobs = new Jobs();
    const made = ['1', '2', '3'].map((title) => retrieve(title));
    const [first, second, third] = made.map(({ task }) => jobs.queue(task)) as [Job, Job, Job];
    expect([jobs.canGoFirst(first), jobs.canGoFirst(second), jobs.canGoFirst(third)]).toEqual([
      false,
      false,
      true,
    ]);
    jobs.goFirst(third);
    expect(jobs.active.map(({ title }) => title)).toEqual(['1', '3', '2']);
    made[0]!.done();
    await until(() => third.state === 'running');
    expect(second.state).toBe('waiting');
  });

  it('are tried again, all or what is missing', async () => {
    const jobs = new Jobs();
    const one = retrieve('1');
    const first = jobs.queue(one.task);
    one.fail(new Error('no'));
    await until(() => first.state === 'failed');
    expect(first.canRetry).toBe(true);
    jobs.retry(first, true);
    const [again] = jobs.active;
    expect([again?.state, one.control().missingOnly, jobs.all.length]).toEqual(['running', true, 1]);
    jobs.cancel(again!);
    one.fail(new Error('cancelled'));
    await until(() => !again!.occupies);
    jobs.retry(again!, false);
    expect(one.control().missingOnly).toBe(false);
    expect(jobs.start(held('search').task).canRetry).toBe(false);
  });

  it('tell when the transfers that have not ended are others', () => {
    const jobs = new Jobs();
    const told: string[] = [];
    jobs.onTransfers = () => told.push(jobs.transfers.map(({ title, state }) => `${title} ${state}`).join());
    const job = jobs.queue(retrieve('1').task, { paused: true });
    jobs.cancel(job);
    expect(told).toEqual(['1 paused', '']);
  });

  it('are cancelled at once; what they answer later changes nothing', async () => {
    const jobs = new Jobs();
    const one = held('one');
    const job = jobs.start(one.task);
    jobs.cancel(job);
    expect([job.state, one.control().signal.aborted, jobs.announced]).toEqual(['cancelled', true, job]);
    one.done();
    await until(() => true);
    expect(job.sentence).toBe('Cancelled.');
  });

  it('measure how fast and how long', async () => {
    const jobs = new Jobs();
    const one = held('one');
    const job = jobs.start(one.task);
    one.control().progress({ done: 0, total: 10, bytes: 0 });
    expect(job.progress?.bytesPerSecond).toBeUndefined();
    await until(() => {
      one.control().progress({ done: 5, total: 10, bytes: 5000 });
      return job.progress?.bytesPerSecond !== undefined;
    });
    expect(job.progress!.bytesPerSecond).toBeGreaterThan(1000);
    expect(job.progress!.millisecondsLeft).toBeGreaterThan(0);
  });

  it('forget the finished ones when told, and keep fifty at most', async () => {
    const jobs = new Jobs();
    for (let i = 0; i < 60; i++) {
      const one = held(String(i));
      const job = jobs.start(one.task);
      one.done();
      await until(() => job.state === 'done');
    }
    expect(jobs.all.length).toBeLessThanOrEqual(51);
    jobs.clearFinished();
    expect([jobs.all, jobs.announced]).toEqual([[], undefined]);
  });
});
