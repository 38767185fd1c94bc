import { describe, expect, test } from 'vitest';
import { PullQueue } from '../../core/transport/pull-queue.ts';

const never = (): never => {
  throw new Error('nothing was to be taken');
};

describe('a queue that is consumed after its end', () => {
  test('has ended', async () => {
    const queue = new PullQueue<number>();
    queue.end();
    await queue.consume(never);
  });

  test('has failed', async () => {
    const queue = new PullQueue<number>();
    queue.end(new Error('lost'));
    await expect(queue.consume(never)).rejects.toThrow('lost');
  });

  test('was cut off with all that waited', async () => {
    const queue = new PullQueue<number>();
    queue.push(1);
    expect(queue.cut(new Error('cut off'))).toEqual([1]);
    await expect(queue.consume(never)).rejects.toThrow('cut off');
  });

  test('gives what waits first', async () => {
    const queue = new PullQueue<number>();
    const taken: number[] = [];
    queue.push(1);
    queue.push(2);
    queue.end();
    await queue.consume((item) => void taken.push(item));
    expect(taken).toEqual([1, 2]);
  });
});
