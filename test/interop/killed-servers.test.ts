/** Servers of others, killed in the middle of a transfer: we notice, keep nothing that is not whole, and go on later. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import type { StandingWay } from '../support/peers-cut.ts';
import { standAfter } from '../support/peers-cut.ts';
import { content, instancesBelow } from '../support/peers-files.ts';
import { WEBDIMSE, records, start, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startBridgeProcess, startWebdimsePacs } from '../support/peers.ts';
import { OURS } from '../conformance.mjs';
import { SERVERS } from '../support/servers.ts';

/** In milliseconds, on a busy machine. */
const DEADLINE = 10_000;
const REASON = /was cut off|closed the connection/;

/** One of the sample studies. */
const sent = temporaryFolder();
let study: string;
let half: number;

beforeAll(async () => {
  const source = await startWebdimsePacs([], { sample: true });
  const found = records(await webdimse('find', source.address, '--json', '--key', 'PatientName=Phantom*'));
  const { dataset } = found[0] as { dataset: Record<string, { Value: string[] }> };
  study = dataset['0020000D']!.Value[0]!;
  await webdimse('get', source.address, '--study', study, '--out', sent);
  half = [...instancesBelow(sent).values()][0]!.dataSet.length * 1.5;
  await source.stop();
});

for (const kind of SERVERS.filter(({ name }) => name !== OURS)) {
  describeWith(['dcmtk', ...kind.needs], `${kind.name}, killed`, () => {
    const running: { stop(): Promise<void> }[] = [];
    afterAll(async () => {
      await Promise.all(running.map((each) => each.stop()));
    });

    async function startFilled(fill: boolean): Promise<RealPeer> {
      const server = await kind.start([]);
      running.push(server);
      if (fill) expect((await webdimse('store', server.address, sent)).code).toBe(0);
      return server;
    }

    /** The arguments that lead there by a bridge, on the way that will stand still. */
    async function through(way: StandingWay, { aeTitle, ...server }: RealPeer): Promise<string[]> {
      const address = `${aeTitle}@127.0.0.1:${way.port}`;
      const bridge = await startBridgeProcess([{ ...server, aeTitle, address }]);
      running.push(bridge);
      return [aeTitle, '--via', bridge.address];
    }

    /** Starts a transfer, kills the server in its middle, and expects that we say so in time. */
    async function killed(server: RealPeer, way: StandingWay, args: readonly string[]): Promise<void> {
      const page = await start(process.execPath, [WEBDIMSE, ...args], () => Promise.resolve(true));
      const ended = once(page.process, 'close');
      await way.middle;
      process.kill(-server.pid, 'SIGKILL');
      const begun = performance.now();
      expect((await ended)[0]).toBe(1);
      expect(performance.now() - begun).toBeLessThan(DEADLINE);
      expect(page.output()).toMatch(REASON);
    }

    test(
      'in the middle of a C-GET: what came is whole, the rest comes later',
      { timeout: 60_000 },
      async () => {
        const [folder, theirs] = [temporaryFolder(), temporaryFolder()];
        const server = await startFilled(true);
        await webdimse('get', server.address, '--study', study, '--out', theirs);
        const way = await standAfter(half, server.port, 'called');
        const to = await through(way, server);
        const what = ['--study', study];
        await killed(server, way, ['get', ...to, ...what, '--out', folder]);
        const [kept, all] = [content(folder), content(theirs)];
        expect(all).toMatchObject(kept);
        expect(Object.keys(kept).length).toBeLessThan(Object.keys(all).length);

        way.to = (await startFilled(true)).port;
        const again = await webdimse('get', ...to, ...what, '--missing-only', folder, '--json');
        const missing = Object.keys(all).length - Object.keys(kept).length;
        expect(records(again).at(-1)).toMatchObject({ verdict: 'complete', received: missing });
        expect(content(folder)).toEqual(all);
        way.close();
      },
    );

    test('in the middle of a C-STORE: told, and sent whole later', { timeout: 60_000 }, async () => {
      const server = await startFilled(false);
      const way = await standAfter(half, server.port, 'caller');
      const to = await through(way, server);
      await killed(server, way, ['store', ...to, sent]);

      const next = await startFilled(false);
      way.to = next.port;
      expect((await webdimse('store', ...to, sent)).code).toBe(0);
      const back = temporaryFolder();
      await webdimse('get', next.address, '--study', study, '--out', back);
      expect([...instancesBelow(back).keys()].toSorted()).toEqual(
        [...instancesBelow(sent).keys()].toSorted(),
      );
      way.close();
    });
  });
}
