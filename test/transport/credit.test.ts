import { describe, expect, test } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import { CLOSE, ReceiveCredit, SendCredit } from '../../core/transport/index.ts';
import { Random } from '../support/random.ts';

describe('what the sender may send', () => {
  test('the window, less what is under way', () => {
    const credit = new SendCredit(1000);
    expect(credit.available).toBe(1000);
    credit.sent(700);
    expect([credit.available, credit.underWay]).toEqual([300, 700]);
    credit.acknowledge(250);
    credit.acknowledge(250);
    expect([credit.available, credit.underWay]).toEqual([550, 450]);
    credit.widen(2000);
    expect(credit.available).toBe(1550);
  });

  test.each([
    ['beyond what was sent', 701],
    ['falling', 249],
    ['a fraction', 300.5],
    ['not finite', Infinity],
    ['not a number', NaN],
    ['negative', -1],
  ])('an acknowledgement %s is a protocol error', (_, total) => {
    const credit = new SendCredit(1000);
    credit.sent(700);
    credit.acknowledge(250);
    expect(() => credit.acknowledge(total)).toThrowError(DicomError);
    expect(credit.underWay).toBe(450);
  });

  test('a window does not shrink', () => {
    expect(() => new SendCredit(1000).widen(999)).toThrowError(/shrank/);
  });
});

describe('what the receiver grants', () => {
  test('acknowledgements come by quarters of what was consumed', () => {
    const credit = new ReceiveCredit(1000);
    credit.received(1000);
    expect(credit.consumed(249)).toBeUndefined();
    expect(credit.consumed(1)).toBe(250);
    expect(credit.consumed(600)).toBe(850);
    expect(credit.consumed(150)).toBeUndefined();
    credit.received(850);
  });

  test('bytes beyond the window end the tunnel with 4429', () => {
    const credit = new ReceiveCredit(1000);
    credit.received(999);
    credit.consumed(200); // below a quarter: nothing new is granted
    credit.received(1);
    expect(() => credit.received(1)).toThrowError(
      expect.objectContaining({ code: 'TUNNEL_PROTOCOL', details: { closeCode: CLOSE.LIMIT } }),
    );
  });
});

test('both ends agree, whatever is sent, read and acknowledged when (3,000 seeded steps)', () => {
  const random = new Random(11);
  const window = 4096;
  const sender = new SendCredit(window);
  const receiver = new ReceiveCredit(window);
  const acks: number[] = [];
  let unread = 0;
  let moved = 0;
  for (let step = 0; step < 3000; step++) {
    const send = Math.min(random.int(2000), sender.available);
    sender.sent(send);
    receiver.received(send);
    unread += send;
    const read = random.int(unread + 1);
    const ack = receiver.consumed(read);
    unread -= read;
    moved += read;
    if (ack !== undefined) acks.push(ack);
    if (random.int(2) === 0) for (const total of acks.splice(0)) sender.acknowledge(total);
    expect(unread).toBeLessThanOrEqual(window);
  }
  // Nothing stalls: with everything read and told, three quarters at least may be sent.
  receiver.consumed(unread);
  expect(moved).toBeGreaterThan(100 * window);
});
