import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../core/bytes/index.ts';
import { readPdu } from '../../core/pdu/codec.ts';
import { encodePdu, PduDecoder } from '../../core/pdu/index.ts';
import { P_DATA_TF } from '../../core/pdu/p-data.ts';
import { Walk } from '../../core/pdu/walk.ts';
import { split, SPLITS } from '../support/splits.ts';
import { byte, bytes, pdu, some } from './arbitrary.ts';

it.each(SPLITS)('every PDU that can be sent is read back, with bytes %s', (how) => {
  fc.assert(
    fc.property(fc.array(pdu, { minLength: 1, maxLength: 3 }), (pdus) => {
      const encoded = pdus.map(encodePdu);
      const decoder = new PduDecoder();
      const received = encoded.flatMap((one) => split(one, how).flatMap((piece) => [...decoder.push(piece)]));
      expect(received.map((one) => one.pdu)).toEqual(pdus);
      expect(received.map((one) => one.bytes)).toEqual(encoded);
    }),
    { seed: 20_260_901, numRuns: 300 },
  );
});

/** A P-DATA-TF as peers send them: any number of PDVs, of any length. We only read these. */
const received = some(fc.tuple(byte, byte, bytes(9))).map((pdvs) => {
  const body = pdvs.flatMap(([id, control, data]) => [0, 0, 0, data.length + 2, id, control, ...data]);
  return Uint8Array.from([4, 0, 0, 0, 0, body.length, ...body]);
});

it('reads P-DATA-TF as the table says, deviations included', () => {
  fc.assert(
    fc.property(received, (one) => {
      const walk = new Walk(DEFAULT_LIMITS);
      const byTable = readPdu(P_DATA_TF, one, walk);
      const [byHand] = new PduDecoder().push(one);
      expect(byHand?.pdu).toEqual(byTable);
      expect(byHand?.deviations).toEqual(walk.deviations);
    }),
    { seed: 20_260_902, numRuns: 1000 },
  );
});
