/** Sending: S and T to a storage server that drops what it is sent. */
import { LOOPBACK } from '../../support/peers-process.ts';
import type { Bar, Bench, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import { DCMJS, bareScu, dcmjsScu, dcmtkScu, numberIn, startStorescp, webdimse } from '../peers.ts';

const STORESCU = 'storescu +ND';
const STOCK = 'storescu as installed';

async function open(study: Study, maximumLength: number, withStock: boolean): Promise<Setting> {
  const scp = await startStorescp({ maximumLength });
  const stock = withStock ? await startStorescp({ maximumLength, nagle: true }) : undefined;
  const { folder, instances, bytes } = study;
  const storescu = (port: number): string[] => ['+sd', '-aec', 'STORESCP', LOOPBACK, String(port), folder];
  return {
    expected: { count: instances, bytes },
    contestants: [
      webdimse('webdimse', ['store', scp.address, folder], numberIn(/^(\d+) instances? sent/m)),
      dcmtkScu(STORESCU, 'storescu', storescu(scp.port), instances),
      ...(stock ? [dcmtkScu(STOCK, 'storescu', storescu(stock.port), instances, { nagle: true })] : []),
      await dcmjsScu('store', scp, folder),
      bareScu('store', scp, folder),
    ],
    close: async () => {
      await scp.stop();
      await stock?.stop();
    },
  };
}

function sending(
  name: string,
  what: string,
  maximumLength: number,
  tiny: boolean,
  bars: readonly Bar[],
): Work {
  return {
    name,
    goal: 'a',
    what,
    unit: tiny ? '/s' : 'MB/s',
    needs: ['dcmtk'],
    bars,
    // T takes a stock peer 44 ms an object: minutes that tell nothing which S does not.
    open: async ({ data }: Bench) => open(await (tiny ? data.tiny() : data.slices()), maximumLength, !tiny),
  };
}

export const SEND: readonly Work[] = [
  sending('send-16384', 'S to storescp --ignore, PDU 16384', 16_384, false, [
    { metric: 'rate', against: STORESCU, met: 1, stretch: 1 },
    { metric: 'net', against: STORESCU, met: 1, stretch: 1 },
    { metric: 'rate', against: DCMJS, met: 8, stretch: 12 },
  ]),
  sending('send-131072', 'S to storescp --ignore, PDU 131072', 131_072, false, [
    { metric: 'rate', against: STORESCU, met: 0.5, stretch: 0.7 },
    { metric: 'net', against: STORESCU, met: 0.5, stretch: 0.7 },
    { metric: 'rate', against: DCMJS, met: 8, stretch: 12 },
  ]),
  sending('send-tiny', 'T to storescp --ignore', 131_072, true, [
    { metric: 'rate', against: STORESCU, met: 0.8, stretch: 1.2 },
    { metric: 'net', against: STORESCU, met: 0.8, stretch: 1.2 },
  ]),
];
