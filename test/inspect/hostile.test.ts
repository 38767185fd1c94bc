/** Whatever passes on a wire is told in words or left out, and never fails. */
import { expect, it } from 'vitest';
import { concat } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { bytesSource } from '../../core/file/index.ts';
import { deidentifyRecords } from '../../core/inspect/capture/deidentify.ts';
import { captureOf } from '../../core/inspect/capture/save.ts';
import { WireReader } from '../../core/inspect/capture/wire-reader.ts';
import { detailsOf } from '../../core/inspect/details.ts';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { Conversation, dcmtkLog, importCapture, LiveLog } from '../../core/inspect/index.ts';
import { captured, SESSIONS } from '../pdu/sessions.ts';
import { Random } from '../support/random.ts';

const PDUS = SESSIONS.flatMap((session) => captured(session));
const ENDS = { requestor: '10.0.0.1:40000', acceptor: '10.0.0.2:104' };

it('PDUs in any order, from either side, whole or changed', () => {
  const random = new Random(77);
  const log = new LiveLog({ level: 'd', acceptor: 'storescp' });
  let lines = 0;
  for (let association = 1; association <= 400; association++) {
    const conversation = new Conversation(association, undefined);
    let id = 0;
    const take = (one: object): void => {
      const record = { ...one, id: ++id, association } as InspectRecord;
      const entry = conversation.take(record);
      detailsOf(entry);
      lines += log.take(record).length;
      lines += dcmtkLog([entry], { level: 'd' }).length;
    };
    const reader = new WireReader({ ends: ENDS, begun: true, keep: 1000 }, take);
    for (let pdu = 0; pdu < 12; pdu++) {
      const { from, bytes } = random.pick(PDUS);
      const sent = bytes.slice();
      for (let change = random.int(3); change > 0; change--) sent[random.int(sent.length)] = random.int(256);
      const side = random.int(4) > 0 ? from : random.pick(['requestor', 'acceptor'] as const);
      reader.data(side, { bytes: sent, at: 0, time: pdu });
    }
    reader.end(random.pick(['closed', 'reset'] as const), 'requestor', 99);
    log.forget(association);
  }
  expect(lines).toBeGreaterThan(1000);
});

it('changed conversations are de-identified to captures of no more bytes than they had', async () => {
  const random = new Random(5);
  for (let round = 0; round < 150; round++) {
    const records: InspectRecord[] = [];
    const take = (one: object): void =>
      void records.push({ ...one, id: records.length + 1, association: 1 } as InspectRecord);
    const reader = new WireReader({ ends: ENDS, begun: true, keep: random.pick([0, 100, 1e6]) }, take);
    let sentBytes = 0;
    for (const { from, bytes } of captured(random.pick(SESSIONS))) {
      const sent = bytes.slice();
      for (let change = random.int(3); change > 0; change--) sent[random.int(sent.length)] = random.int(256);
      reader.data(from, { bytes: sent, at: 0, time: 0 });
      sentBytes += sent.length;
    }
    const pieces: Bytes[] = [];
    for await (const piece of captureOf(deidentifyRecords(records))) pieces.push(piece);
    const file = concat(pieces);
    expect(file.length).toBeLessThan(10_000 + 20 * sentBytes);
    const { problems } = await importCapture(bytesSource(file), () => {});
    expect(problems).toEqual([]);
  }
});
