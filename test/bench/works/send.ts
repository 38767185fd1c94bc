/** Sending: S and T to a storage server that drops what it is sent. */
import { LOOPBACK } from '../../support/peers-process.ts';
import type { Bar, Bench, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import {
  DCMJS,
  DCMJS_OF_PART,
  DCMJS_PART,
  bareScu,
  dcmjsScu,
  dcmjsStoringPart,
  dcmtkScu,
  numberIn,
  startStorescp,
  webdimse,
} from '../peers.ts';

const STORESCU = 'storescu +ND';

/** `part`: what dcmjs-dimse sends instead. */
async function open(
  { folder, instances, bytes }: Study,
  maximumLength: number,
  part?: Study,
): Promise<Setting> {
  const scp = await startStorescp({ maximumLength });
  const storescu = ['+sd', '-aec', scp.aeTitle, LOOPBACK, String(scp.port), folder];
  return {
    expected: { count: instances, bytes },
    contestants: [
      webdimse(['store', scp.address, folder, '--associations', '1'], numberIn(/^(\d+) instances? sent/m)),
      dcmtkScu(STORESCU, 'storescu', storescu, instances),
      part === undefined ? dcmjsScu('store', scp, folder) : dcmjsStoringPart(scp, part),
      bareScu('store', scp, folder),
    ],
    close: () => scp.stop(),
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
    ...(tiny && { grows: 'instances' }),
    bars,
    open: async ({ data }: Bench) =>
      tiny
        ? open(await data.tiny(), maximumLength, await data.tiny(DCMJS_PART))
        : open(await data.slices(), maximumLength),
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
    { metric: 'net', against: DCMJS_OF_PART, met: 8, stretch: 12 },
  ]),
];
