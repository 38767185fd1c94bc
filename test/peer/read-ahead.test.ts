/** The next instance is read while the peer works on the one before. */
import { afterEach, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { send } from '../../core/peer/index.ts';
import { ReadAhead } from '../../core/service/read-ahead.ts';
import type { SendItem } from '../../core/peer/index.ts';
import { associate, QUERY_RETRIEVE } from '../../core/service/index.ts';
import type { Association, DataSetSource } from '../../core/service/index.ts';
import { turns } from '../support/streams.ts';
import { instance, world } from '../service/world.ts';
import type { World } from '../service/world.ts';

let open: World;
afterEach(() => open.close());

/** What is done with the items, in order: `open 2`, `read 2`, `close 2`, and `kept 1` when the server answers. */
let log: string[] = [];

function item(number: number, openFailing = false): SendItem {
  const sent = instance(7, 1, number);
  async function* pieces(): AsyncGenerator<Bytes, void, undefined> {
    log.push(`read ${number}`);
    try {
      const whole = await sent.open();
      if (whole instanceof Uint8Array) yield whole;
      else yield* whole;
    } finally {
      log.push(`close ${number}`);
    }
  }
  const opened = (): DataSetSource => {
    log.push(`open ${number}`);
    if (openFailing) throw new Error('the file is gone');
    return pieces();
  };
  return { ...sent, label: String(number), open: opened };
}

const untilTold = async (line: string): Promise<void> => {
  while (!log.includes(line)) await turns(1);
};

/** A server that keeps an instance when the next one was opened, the last one at once; or none, ever. */
async function server(last: number, keeps = true): Promise<void> {
  log = [];
  open = await world('whole');
  open.serve(1, {
    store: ({ sopInstanceUID }) => ({
      write: () => undefined,
      async commit() {
        const number = Number(sopInstanceUID.split('.').at(-1));
        if (!keeps) await new Promise<never>(() => undefined);
        if (number < last) await untilTold(`open ${number + 1}`);
        log.push(`kept ${number}`);
        return undefined as never;
      },
      abort: () => Promise.resolve(),
    }),
  });
}

const address = (): typeof open.pacs => ({ ...open.pacs, target: { host: 'test', port: 1 } });

it('and each is read once, and let go of', async () => {
  await server(3);
  const { sent } = await send(address(), [item(1), item(2), item(3)]).result;
  expect(sent).toBe(3);
  for (const number of [1, 2, 3])
    for (const what of ['open', 'read', 'close'])
      expect(log.filter((line) => line === `${what} ${number}`)).toHaveLength(1);
  expect(log.indexOf('read 2')).toBeLessThan(log.indexOf('kept 1'));
  expect(log.indexOf('read 3')).toBeLessThan(log.indexOf('kept 2'));
  expect(log.indexOf('read 3')).toBeGreaterThan(log.indexOf('kept 1'));
});

it('one that cannot be read fails alone', async () => {
  await server(3);
  const results = [];
  for await (const { label, status, error } of send(address(), [item(1), item(2, true), item(3)]))
    results.push([label, status, error?.message]);
  expect(results).toEqual([
    ['1', 0, undefined],
    ['2', undefined, 'the file is gone'],
    ['3', 0, undefined],
  ]);
});

it('what was read for nothing is let go of', async () => {
  await server(3, false);
  const stop = new AbortController();
  const items = [item(1), item(2), item(3)];
  const task = send(address(), items, { signal: stop.signal });
  await untilTold('read 2');
  stop.abort();
  await expect(task.result).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect.poll(() => log).toContain('close 2');
  expect(log).not.toContain('open 3');
});

/** A C-GET of three instances from a server that reads them as `item` does; what `commit` does is the caller's. */
async function getting(commit: (association: Association, number: number) => Promise<void>): Promise<{
  readonly association: Association;
  readonly result: Promise<unknown>;
}> {
  log = [];
  open = await world('whole');
  async function* instances(): AsyncGenerator<SendItem> {
    yield* [item(1), item(2), item(3)];
  }
  open.serve(1, { get: () => ({ instances: instances() }) });
  const { sopClassUID, transferSyntaxUID } = item(1);
  const transferSyntaxes = [transferSyntaxUID];
  const association = await associate(open.dialer, address().target, {
    callingAETitle: 'WEBSCU',
    calledAETitle: 'TEST',
    contexts: [
      { abstractSyntax: QUERY_RETRIEVE.STUDY.GET, transferSyntaxes },
      { abstractSyntax: sopClassUID, transferSyntaxes, role: { scu: false, scp: true } },
    ],
  });
  const keys = dataSet({ StudyInstanceUID: '2.25.7' });
  const { result } = association.get(
    { model: 'STUDY', level: 'STUDY', keys },
    {
      store: ({ sopInstanceUID }) => ({
        write: () => undefined,
        async commit() {
          const number = Number(sopInstanceUID.split('.').at(-1));
          await commit(association, number);
          log.push(`kept ${number}`);
          return undefined as never;
        },
        abort: () => Promise.resolve(),
      }),
    },
  );
  return { association, result };
}

it('what is served by C-GET is read ahead, once, and let go of', async () => {
  const { association, result } = await getting(async (_, number) => {
    if (number < 3) await untilTold(`read ${number + 1}`);
  });
  expect(await result).toMatchObject({ status: 0, completed: 3 });
  for (const number of [1, 2, 3])
    for (const what of ['open', 'read', 'close'])
      expect(log.filter((line) => line === `${what} ${number}`)).toHaveLength(1);
  await association.release();
});

it('what was read ahead in a C-GET is let go of where the association ends', async () => {
  const { result } = await getting(async (association) => {
    await untilTold('read 2');
    association.abort();
  });
  await expect(result).rejects.toThrow('We aborted the association');
  await expect.poll(() => log).toContain('close 2');
  expect(log).not.toContain('open 3');
});

it('nothing is read where the request leaves behind the end', async () => {
  const ahead = new ReadAhead();
  const asked: string[] = [];
  const begin = (label: string): void => {
    const way = item(1);
    ahead.begin({ ...way, label }, { ...way, open: () => (asked.push(label), new Uint8Array(0)) });
  };
  begin('before');
  ahead.end();
  begin('behind');
  await turns(1);
  expect(asked).toEqual(['before']);
  expect(ahead.size).toBe(0);
});
