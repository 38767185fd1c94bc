import { describe, expect, test } from 'vitest';
import { Tickets, offeredTicket } from '../../bridge/access/tickets.ts';

function office(outstanding = 3): { tickets: Tickets<string>; pass(milliseconds: number): void } {
  let now = 0;
  const tickets = new Tickets<string>({
    lifetime: () => 30_000,
    outstanding: () => outstanding,
    now: () => now,
  });
  return { tickets, pass: (milliseconds) => void (now += milliseconds) };
}

describe('a ticket', () => {
  test('lets in once, by its own pass', () => {
    const { tickets } = office();
    const [a, b] = tickets.issue('pass', 'anna', 2)!;
    expect(a).not.toBe(b);
    expect(tickets.redeem(a!)).toBe('pass');
    expect(tickets.redeem(a!)).toBeUndefined();
    expect(tickets.redeem(b!)).toBe('pass');
  });

  test('is 128 bits, written as a token that may stand in a header', () => {
    const [ticket] = office().tickets.issue('', 'anna')!;
    expect(ticket).toMatch(/^[\w-]{22}$/);
    expect(Buffer.from(ticket!, 'base64url')).toHaveLength(16);
  });

  test('ends after its time', () => {
    const { tickets, pass } = office();
    const [early, late] = tickets.issue('', 'anna', 2)!;
    pass(29_999);
    expect(tickets.redeem(early!)).toBe('');
    pass(1);
    expect(tickets.redeem(late!)).toBeUndefined();
  });

  test.each(['', 'x', 'constructor', '__proto__'])('"%s" is none', (text) => {
    expect(office().tickets.redeem(text)).toBeUndefined();
  });

  test('can be taken back', () => {
    const { tickets } = office();
    const [ticket] = tickets.issue('', 'anna')!;
    tickets.revoke(ticket!);
    expect(tickets.redeem(ticket!)).toBeUndefined();
  });
});

test('a user has so many out and no more; used and old ones do not count, nor those of others', () => {
  const { tickets, pass } = office(3);
  const [first] = tickets.issue('', 'anna', 3)!;
  expect(tickets.issue('', 'anna')).toBeUndefined();
  expect(tickets.issue('', 'bert', 4)).toBeUndefined();
  expect(tickets.issue('', 'bert', 3)).toHaveLength(3);
  tickets.redeem(first!);
  expect(tickets.issue('', 'anna')).toHaveLength(1);
  pass(30_000);
  expect(tickets.issue('', 'anna', 3)).toHaveLength(3);
});

test('a ticket among subprotocols', () => {
  expect(offeredTicket(['dimse-bridge.v1', 'ticket.abc'])).toBe('abc');
  expect(offeredTicket(['dimse-bridge.v1'])).toBeUndefined();
  expect(offeredTicket(['ticket.a', 'ticket.b'])).toBeUndefined();
});
