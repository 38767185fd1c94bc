/** What every transport promises (core/transport/transport.ts); each kind of transport runs it. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { ConnectionError } from '../../core/bytes/index.ts';
import { consume } from '../../core/transport/index.ts';
import type { Connection, Dialer, Target } from '../../core/transport/index.ts';
import { Random } from '../support/random.ts';
import { SPLITS, split } from '../support/splits.ts';
import { splitConnection, splitting } from '../support/splitting.ts';
import { readAll, readBytes, sha256, turns, write } from '../support/streams.ts';

/** A place where somebody listens. What a caller sends first begins with 01H: a bridge lets nothing else out. */
export interface World {
  readonly dialer: Dialer;
  readonly target: Target;
  /** Nobody listens there. */
  readonly refused: Target;
  /** The dialer knows no such target. */
  readonly unknown: Target;
  /** The next inbound connection. */
  accept(): Promise<Connection>;
  close(): Promise<void>;
}

/** Bytes that may lie between a writer and a reader that does not read: our windows and the kernel's. */
const UNDER_WAY = 24 << 20;

export function contract(name: string, open: () => Promise<World>): void {
  let world: World;

  async function pair(): Promise<[Connection, Connection]> {
    const caller = world.dialer.connect(world.target);
    const accepted = await world.accept();
    await Promise.all([caller.opened, accepted.opened]);
    return [caller, accepted];
  }

  describe(name, () => {
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    describe('opening', () => {
      test('opened tells the other side', async () => {
        const [caller, accepted] = await pair();
        expect((await caller.opened).remote).not.toBe('');
        expect((await accepted.opened).remote).not.toBe('');
        await Promise.all([caller.close(), accepted.close()]);
      });

      test('nobody listens: CONNECT_FAILED with the reason, in the promises and the streams', async () => {
        const connection = world.dialer.connect(world.refused);
        const error = await connection.opened.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ConnectionError);
        expect(error).toMatchObject({ code: 'CONNECT_FAILED', details: { reason: 'ECONNREFUSED' } });
        expect((error as Error).message).toMatch(/nothing listens there; check/);
        expect(await connection.closed).toMatchObject({ kind: 'error' });
        await expect(readAll(connection.readable)).rejects.toBe(error);
        await expect(write(connection.writable, new Uint8Array(1))).rejects.toBe(error);
        await connection.close();
      });

      test('an unknown target: PEER_UNKNOWN', async () => {
        const connection = world.dialer.connect(world.unknown);
        await expect(connection.opened).rejects.toMatchObject({ code: 'PEER_UNKNOWN' });
        expect(await connection.closed).toMatchObject({ kind: 'error' });
      });

      test.each(['before', 'after'])('a signal aborted %s connect() ends the attempt', async (when) => {
        const controller = new AbortController();
        if (when === 'before') controller.abort(new Error('enough'));
        const connection = world.dialer.connect(world.target, { signal: controller.signal });
        if (when === 'after') controller.abort(new Error('enough'));
        const error = await connection.opened.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ConnectionError);
        expect(error).toMatchObject({ code: 'CANCELLED', cause: { message: 'enough' } });
        expect(await connection.closed).toMatchObject({ kind: 'local' });
      });

      test('a signal aborted once open changes nothing', async () => {
        const controller = new AbortController();
        const caller = world.dialer.connect(world.target, { signal: controller.signal });
        const accepted = await world.accept();
        await caller.opened;
        controller.abort();
        await write(caller.writable, Uint8Array.of(1, 2));
        expect(await readBytes(accepted.readable, 2)).toEqual(Uint8Array.of(1, 2));
        await Promise.all([caller.close(), accepted.close()]);
      });

      test.each(['close', 'abort'] as const)('%s() before open cancels', async (how) => {
        const connection = world.dialer.connect(world.target);
        void connection[how]();
        await expect(connection.opened).rejects.toMatchObject({ code: 'CANCELLED' });
        expect(await connection.closed).toMatchObject({ kind: 'local' });
      });

      test('what is written before open arrives', async () => {
        const caller = world.dialer.connect(world.target);
        const writing = write(caller.writable, Uint8Array.of(1, 2, 3), Uint8Array.of(4));
        const accepted = await world.accept();
        expect(await readBytes(accepted.readable, 4)).toEqual(Uint8Array.of(1, 2, 3, 4));
        await writing;
        await Promise.all([caller.close(), accepted.close()]);
      });
    });

    describe('bytes', () => {
      test.each(SPLITS)('arrive in order both ways at once, delivered %s', async (how) => {
        const sent = new Random(7).bytes(how === 'one at a time' ? 60_000 : 3_000_000);
        sent[0] = 1;
        const caller = splitting(world.dialer, how).connect(world.target);
        const accepted = splitConnection(await world.accept(), how);
        const writeAll = (to: Connection, seed: number): Promise<void> =>
          write(to.writable, ...split(sent, 'random', seed));
        const [up, down] = await Promise.all([
          readBytes(accepted.readable, sent.length),
          readBytes(caller.readable, sent.length),
          writeAll(caller, 1),
          writeAll(accepted, 2),
        ]);
        expect(sha256(up)).toBe(sha256(sent));
        expect(sha256(down)).toBe(sha256(sent));
        await Promise.all([caller.close(), accepted.close()]);
      });

      test('long and empty chunks', async () => {
        const [caller, accepted] = await pair();
        const sent = new Uint8Array(5 << 20).map((_, i) => (i + 1) % 251);
        const reading = readAll(accepted.readable);
        await write(caller.writable, new Uint8Array(0), sent, new Uint8Array(0));
        await caller.close();
        expect(sha256(await reading)).toBe(sha256(sent));
      });

      test('a chunk is the writer’s again once written', async () => {
        const [caller, accepted] = await pair();
        const reading = readBytes(accepted.readable, 200_000);
        const chunk = new Uint8Array(100_000).fill(1);
        await write(caller.writable, chunk);
        chunk.fill(2);
        await write(caller.writable, chunk);
        expect((await reading).findIndex((byte) => byte !== 1)).toBe(100_000);
        await Promise.all([caller.close(), accepted.close()]);
      });
    });

    describe('consumed', () => {
      test('every byte in order, one chunk at a time, up to the end', async () => {
        const [caller, accepted] = await pair();
        const sent = new Random(5).bytes(3_000_000);
        const hash = createHash('sha256');
        let taking = false;
        let round = 0;
        const consumed = consume(caller, (chunk) => {
          expect(taking).toBe(false);
          hash.update(chunk);
          if (++round % 3 > 0) return undefined;
          taking = true;
          return turns(1).then(() => void (taking = false));
        });
        await write(accepted.writable, ...split(sent, 'random', 9));
        await accepted.close();
        await consumed;
        expect(hash.digest('hex')).toBe(sha256(sent));
      });

      test('one that is slow holds the writer back, and a chunk stays what it is as long as it is taken', async () => {
        const [caller, accepted] = await pair();
        const total = UNDER_WAY + (UNDER_WAY >> 1);
        const progress = { written: 0 };
        const held: { chunk: Bytes; copy: Bytes }[] = [];
        let goOn!: () => void;
        const later = new Promise<void>((resolve) => (goOn = resolve));
        let read = 0;
        const consumed = consume(caller, async (chunk) => {
          read += chunk.length;
          if (held.length > 0) return;
          held.push({ chunk, copy: chunk.slice() });
          await later;
          expect(sha256(held[0]!.chunk)).toBe(sha256(held[0]!.copy));
        });
        const writing = writeCounting(accepted, total, progress);
        await pingPong(await pair());
        expect(progress.written).toBeLessThan(UNDER_WAY);
        goOn();
        await writing;
        await accepted.close();
        await consumed;
        expect(read).toBe(total);
      });

      test('what fails while it takes is told, and holds nobody back', async () => {
        const [caller, accepted] = await pair();
        const failure = new Error('enough');
        const consumed = consume(caller, () => Promise.reject(failure));
        const writing = writeCounting(accepted, UNDER_WAY >> 2, { written: 0 });
        await expect(consumed).rejects.toBe(failure);
        caller.abort();
        await writing.catch(() => undefined);
      });

      test('cut off: rejects as the stream would error', async () => {
        const [caller, accepted] = await pair();
        const consumed = consume(caller, () => undefined);
        accepted.abort();
        await expect(consumed).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
        expect(await caller.closed).toMatchObject({ kind: 'reset' });
      });
    });

    describe.each(['up', 'down'])('back-pressure %s', (direction) => {
      async function ends(): Promise<{ from: Connection; to: Connection }> {
        const [caller, accepted] = await pair();
        return direction === 'up' ? { from: caller, to: accepted } : { from: accepted, to: caller };
      }

      test('a reader holds the writer back, and gets everything', async () => {
        const { from, to } = await ends();
        const total = 2 * UNDER_WAY;
        const progress = { written: 0 };
        const writing = writeCounting(from, total, progress);
        await pingPong(await pair());
        expect(progress.written).toBeLessThan(UNDER_WAY);
        let read = 0;
        let lead = 0;
        for await (const chunk of to.readable) {
          read += chunk.length;
          lead = Math.max(lead, progress.written - read);
          if (read === total) break;
        }
        await writing;
        expect(lead).toBeLessThan(UNDER_WAY);
        await Promise.all([from.close(), to.close()]);
      });

      test('a cancelled reader drops what comes, and holds nobody back', async () => {
        const { from, to } = await ends();
        await to.readable.cancel();
        await writeCounting(from, 2 * UNDER_WAY, { written: 0 });
        await from.close();
        expect(await to.closed).toMatchObject({ kind: 'eof' });
      });
    });

    describe('ending', () => {
      test.each(['caller', 'acceptor'])('closed by the %s: eof behind the last byte', async (who) => {
        const [caller, accepted] = await pair();
        const [from, to] = who === 'caller' ? [caller, accepted] : [accepted, caller];
        const sent = new Random(3).bytes(100_000);
        sent[0] = 1;
        const writer = from.writable.getWriter();
        void writer.write(sent);
        const closing = from.close();
        // Told without reading; and nothing of what waits is lost.
        expect(await to.closed).toMatchObject({ kind: 'eof' });
        await closing;
        expect(await from.closed).toMatchObject({ kind: 'local' });
        expect(sha256(await readAll(to.readable))).toBe(sha256(sent));
        expect((await readAll(from.readable)).length).toBe(0);
        await expect(write(to.writable, sent)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
        await expect(writer.write(sent)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      });

      test.each(['caller', 'acceptor'])('aborted by the %s: reset', async (who) => {
        const [caller, accepted] = await pair();
        const [from, to] = who === 'caller' ? [caller, accepted] : [accepted, caller];
        const reading = readAll(to.readable).catch((thrown: unknown) => thrown);
        from.abort(new Error('enough'));
        expect(await from.closed).toMatchObject({ kind: 'local' });
        await expect(readAll(from.readable)).rejects.toMatchObject({
          code: 'CONNECTION_LOST',
          cause: { message: 'enough' },
        });
        await expect(write(from.writable, Uint8Array.of(1))).rejects.toBeInstanceOf(ConnectionError);
        const error = await reading;
        expect(error).toBeInstanceOf(ConnectionError);
        expect(error).toMatchObject({ code: 'CONNECTION_LOST' });
        expect(await to.closed).toMatchObject({ kind: 'reset' });
        await expect(write(to.writable, Uint8Array.of(1))).rejects.toBe(error);
      });

      test('a writer that waits is told of an abort', async () => {
        const [caller, accepted] = await pair();
        const writing = writeCounting(caller, 2 * UNDER_WAY, { written: 0 }).catch(
          (thrown: unknown) => thrown,
        );
        await turns(10);
        caller.abort();
        expect(await writing).toMatchObject({ code: 'CONNECTION_LOST' });
        // Behind bytes that nobody reads, TCP does not tell of a reset.
        await expect(readAll(accepted.readable)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
        expect(await accepted.closed).toMatchObject({ kind: 'reset' });
      });

      test('closing the writable closes the connection, aborting it aborts', async () => {
        const [caller, accepted] = await pair();
        const writer = caller.writable.getWriter();
        void writer.write(Uint8Array.of(1));
        await writer.close();
        expect(await readAll(accepted.readable)).toEqual(Uint8Array.of(1));
        expect(await caller.closed).toMatchObject({ kind: 'local' });
        const [second, other] = await pair();
        await second.writable.abort(new Error('enough'));
        expect(await other.closed).toMatchObject({ kind: 'reset' });
      });

      test('close and abort may come at any time, and again', async () => {
        const [caller, accepted] = await pair();
        await Promise.all([caller.close(), caller.close()]);
        caller.abort();
        await caller.close();
        expect(await caller.closed).toMatchObject({ kind: 'local' });
        expect(await accepted.closed).toMatchObject({ kind: 'eof' });
        await accepted.close();
        accepted.abort();
        expect(await accepted.closed).toMatchObject({ kind: 'eof' });
      });

      test('abort right behind close', async () => {
        const [caller, accepted] = await pair();
        void write(caller.writable, new Uint8Array(10)).catch(() => {});
        const closing = caller.close();
        caller.abort();
        await closing;
        expect(await caller.closed).toMatchObject({ kind: 'local' });
        expect(['eof', 'reset']).toContain((await accepted.closed).kind);
      });

      test('both close at once', async () => {
        const [caller, accepted] = await pair();
        await Promise.all([caller.close(), accepted.close()]);
        expect((await readAll(caller.readable)).length).toBe(0);
        expect((await readAll(accepted.readable)).length).toBe(0);
      });
    });
  });
}

/** Writes ones in chunks of 64 KiB and counts what was taken. */
async function writeCounting(to: Connection, total: number, progress: { written: number }): Promise<void> {
  const chunk: Bytes = new Uint8Array(64 << 10).fill(1);
  const writer = to.writable.getWriter();
  for (; progress.written < total; progress.written += chunk.length) {
    await writer.ready;
    await writer.write(chunk);
  }
  writer.releaseLock();
}

/** Two hundred round trips on a second connection: time enough for a writer on the first that nobody stops. */
async function pingPong([caller, accepted]: readonly [Connection, Connection]): Promise<void> {
  for (let i = 0; i < 200; i++) {
    await write(caller.writable, Uint8Array.of(1));
    await readBytes(accepted.readable, 1);
    await write(accepted.writable, Uint8Array.of(i));
    await readBytes(caller.readable, 1);
  }
  await Promise.all([caller.close(), accepted.close()]);
}
