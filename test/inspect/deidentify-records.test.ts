/** Conversations that are given away: nothing of the patient is left, and all else is as it was. */
import { describe, expect, it } from 'vitest';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { dataSet, readDataSet, text, writeDataSet } from '../../core/data/index.ts';
import { bytesSource } from '../../core/file/index.ts';
import { deidentifyRecords } from '../../core/inspect/capture/deidentify.ts';
import { captureOf } from '../../core/inspect/capture/save.ts';
import type { InspectRecord, Message, PduRecord } from '../../core/inspect/index.ts';
import { fragmentsOf, importCapture, loadPdu } from '../../core/inspect/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { VERIFICATION } from '../../core/service/index.ts';
import { recorded, timelineOf } from './recorded.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const FIND = '1.2.840.10008.5.1.4.1.2.1.1';
const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const UIDS = { study: '1.2.276.4711.1', series: '1.2.276.4711.2', instance: '1.2.276.4711.3' };
/** What the records must not hold any more. */
const TELLING = ['YAMADA', '山田', 'PATIENT-4711', 'WHO', '1.2.276.4711'];
const utf8 = (words: string): Bytes => new TextEncoder().encode(words);
const PIXELS = new Uint8Array(400_000).fill(7);

function instance(syntax: string): Bytes {
  const head = dataSet({
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: CT,
    SOPInstanceUID: UIDS.instance,
    PatientName: 'YAMADA^TAROU=山田^太郎',
    PatientID: 'PATIENT-4711',
    ReferringPhysicianName: 'WHO^^^DR',
    StudyInstanceUID: UIDS.study,
    SeriesInstanceUID: UIDS.series,
    Rows: 100,
  });
  const bulk = Buffer.from(PIXELS).toString('base64');
  return writeDataSet({ ...head, '7FE00010': { vr: 'OW', InlineBinary: bulk } }, syntax);
}

/** An echo, a store and two queries, the second of which finds the instance. */
async function conversation({ keep = Infinity, syntax = EXPLICIT } = {}): Promise<InspectRecord[]> {
  const handlers = archiveHandlers(await Archive.open(new MemoryStore()), {
    aeTitle: 'PACS',
    destination: () => undefined,
  });
  const { associate, records } = recorded(handlers, { keep });
  const association = await associate({
    maximumLength: 4096,
    contexts: [
      { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] },
      { abstractSyntax: CT, transferSyntaxes: [syntax] },
      { abstractSyntax: FIND, transferSyntaxes: [IMPLICIT] },
    ],
  });
  await association.echo();
  await association.store({
    sopClassUID: CT,
    sopInstanceUID: UIDS.instance,
    transferSyntaxUID: syntax,
    open: () => instance(syntax === DEFLATED ? EXPLICIT : syntax),
  });
  for (const PatientName of ['NOBODY', 'YAMADA*']) {
    const keys = dataSet({ PatientName, PatientID: '', StudyInstanceUID: '' });
    for await (const _ of association.find({ model: 'PATIENT', level: 'PATIENT', keys }));
  }
  await association.release();
  return records;
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
}

const deidentified = (records: readonly InspectRecord[]): Promise<InspectRecord[]> =>
  all(deidentifyRecords(records));

const pdusOf = (records: readonly InspectRecord[]): PduRecord[] =>
  records.filter((record) => record.kind === 'pdu');

/** Messages that came to their end, in that order. */
function messagesOf(records: readonly InspectRecord[]): Message[] {
  const parts = timelineOf(records).entries.flatMap((entry) => entry.parts);
  return [...new Set(parts.map(({ message }) => message))].filter(({ complete }) => complete);
}

const summary = (messages: readonly Message[]): string[] =>
  messages.map(({ sender, name, status, contextId, command }) =>
    [sender, name, contextId, command?.MessageID, status].join(' '),
  );

function expectNothingTold(bytes: readonly Bytes[]): void {
  const found = Buffer.concat(bytes).toString('utf8');
  for (const word of TELLING) expect(found).not.toContain(word);
}

const stored = (records: readonly InspectRecord[]): Message =>
  messagesOf(records).find(({ name }) => name === 'C-STORE-RQ')!;

describe('records without those whom they are about', () => {
  it('tell the same conversation, and nothing of the patient', async () => {
    const before = await conversation();
    const after = await deidentified(before);
    expectNothingTold(pdusOf(after).map(({ bytes }) => bytes));
    expect(summary(messagesOf(after))).toEqual(summary(messagesOf(before)));
    expect(after.map(({ id }) => id)).toEqual(after.map((_, i) => i + 1));
    const steps = (records: readonly InspectRecord[]): string[] =>
      timelineOf(records).entries.flatMap((entry) => entry.steps.map(({ action }) => action));
    expect(new Set(steps(after))).toEqual(new Set(steps(before)));
  });

  it('hold a data set that can be read, UIDs alike in command, data set and answers, the same pixels', async () => {
    const after = await deidentified(await conversation());
    const sent = stored(after);
    const { command } = sent;
    const found = readDataSet(sent.bytes('data set'), EXPLICIT);
    expect(text(found, 'PatientName')).toMatch(/^ANON-/);
    expect(text(found, 'PatientIdentityRemoved')).toBe('YES');
    expect(text(found, 'SOPInstanceUID')).toBe(command!.AffectedSOPInstanceUID);
    expect(Buffer.from(found['7FE00010']!.InlineBinary!, 'base64').equals(PIXELS)).toBe(true);
    const answer = messagesOf(after).find(({ name }) => name === 'C-STORE-RSP')!;
    expect(answer.command!.AffectedSOPInstanceUID).toBe(command!.AffectedSOPInstanceUID);
    const [, asked] = messagesOf(after).filter(({ name }) => name === 'C-FIND-RQ');
    const keys = readDataSet(asked!.bytes('data set'), IMPLICIT);
    expect(keys['00120062']).toBeUndefined(); // a query asks for what it asked for, and no more
    expect(text(keys, 'QueryRetrieveLevel')).toBe('PATIENT');
  });

  it('are fragmented to the same maximum', async () => {
    const before = await conversation();
    const after = await deidentified(before);
    const lengths = (records: readonly InspectRecord[]): number[] =>
      stored(records).parts.flatMap(({ fragment }) => (fragment.command ? [] : [fragment.length]));
    const [was, is] = [lengths(before), lengths(after)];
    expect(was.length).toBeGreaterThan(2);
    expect(is.slice(0, -1).every((length) => length === was[0])).toBe(true);
    expect(is.at(-1)).toBeLessThanOrEqual(was[0]!);
  });

  it('count what was not kept, and say so in the file', async () => {
    const after = await deidentified(await conversation({ keep: 1000 }));
    const cut = pdusOf(after).filter(({ bytes, length }) => bytes.length < length);
    expect(cut.length).toBeGreaterThan(0);
    expect(stored(after).dataSetLength).toBeGreaterThan(PIXELS.length);
    const file = concat(await all(captureOf(after)));
    expect(Buffer.from(file).toString('latin1')).toContain('were not recorded and are zeros here');
    const { problems, records } = await imported(file);
    expect(problems).toEqual([]);
    expect(summary(messagesOf(records))).toEqual(summary(messagesOf(after)));
  });

  it('hold nothing of a data set that cannot be rewritten', async () => {
    const after = await deidentified(await conversation({ syntax: DEFLATED }));
    expect(stored(after).bytes('data set')).toHaveLength(0);
    expect(stored(after).dataSetLength).toBe(instance(EXPLICIT).length);
    expectNothingTold(pdusOf(after).map(({ bytes }) => bytes));
  });

  it('may carry several fragments in one PDU; after that each has one of its own', async () => {
    const before = await conversation();
    const at = before.findIndex(
      (one) => one.kind === 'pdu' && one.pdu === 'P-DATA-TF' && one.length > 60_000,
    );
    const [command, data] = [before[at - 1], before[at]] as [PduRecord, PduRecord];
    const length = command.length + data.length - 6;
    const bytes = concat([data.bytes.slice(0, 6), command.bytes.subarray(6), data.bytes.subarray(6)]);
    new DataView(bytes.buffer).setUint32(2, length - 6);
    const after = await deidentified(before.toSpliced(at - 1, 2, { ...command, bytes, length }));
    expect(summary(messagesOf(after))).toEqual(summary(messagesOf(before)));
    expect(pdusOf(after).every((one) => fragmentsOf(one).length <= 1)).toBe(true);
    expectNothingTold(pdusOf(after).map((one) => one.bytes));
  });

  it('tell nothing wherever they begin and end', async () => {
    const records = await conversation();
    for (let at = 0; at < records.length; at++) {
      for (const some of [records.slice(0, at), records.slice(at)])
        expectNothingTold(pdusOf(await deidentified(some)).map(({ bytes }) => bytes));
    }
  });

  it('hold no proof of a user', async () => {
    const primary = utf8('anna');
    const bytes = encodePdu({
      type: 'A-ASSOCIATE-RQ',
      protocolVersion: 1,
      calledAETitle: 'PACS',
      callingAETitle: 'WEBSCU',
      applicationContext: '1.2.840.10008.3.1.1.1',
      contexts: [{ id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] }],
      userInformation: {
        maximumLength: 16_384,
        implementationClassUID: '1.2.3',
        userIdentity: { type: 2, positiveResponseRequested: false, primary, secondary: utf8('open sesame') },
      },
    });
    const record: PduRecord = {
      kind: 'pdu',
      id: 1,
      time: 0,
      association: 1,
      sender: 'requestor',
      pdu: 'A-ASSOCIATE-RQ',
      bytes,
      length: bytes.length,
      deviations: [],
    };
    const [after] = pdusOf(await deidentified([record]));
    expect(after!.length).toBe(bytes.length);
    const shown = Buffer.from(after!.bytes).toString('latin1');
    expect(shown).toContain('WEBSCU');
    expect(shown).not.toMatch(/anna|sesame/);
  });
});

async function imported(file: Bytes): Promise<{
  records: InspectRecord[];
  problems: readonly string[];
  load(record: PduRecord): Promise<Bytes>;
}> {
  const records: InspectRecord[] = [];
  const source = bytesSource(file);
  const { problems } = await importCapture(source, (record) => records.push(record), { keep: 64 });
  return { records, problems, load: (record) => loadPdu(source, record) };
}

describe('a capture that was opened', () => {
  it('is saved again with every byte', async () => {
    const before = await conversation();
    const { records, load } = await imported(concat(await all(captureOf(before))));
    expect(records.some((one) => one.kind === 'pdu' && one.bytes.length < one.length)).toBe(true);
    const again = await imported(concat(await all(captureOf(records, { load }))));
    expect(again.problems).toEqual([]);
    const bytes = await Promise.all(pdusOf(again.records).map(again.load));
    const same = (one: Bytes, i: number): boolean => Buffer.from(one).equals(pdusOf(before)[i]!.bytes);
    expect(bytes).toHaveLength(pdusOf(before).length);
    expect(bytes.every(same)).toBe(true);
  });

  it('is de-identified whole, though little of it is held', async () => {
    const { records, load } = await imported(concat(await all(captureOf(await conversation()))));
    const file = concat(await all(captureOf(deidentifyRecords(records, { load }))));
    expectNothingTold([file]);
    const again = await imported(file);
    expect(again.problems).toEqual([]);
    const whole = await Promise.all(
      again.records.map(async (one) => (one.kind === 'pdu' ? { ...one, bytes: await again.load(one) } : one)),
    );
    const found = readDataSet(stored(whole).bytes('data set'), EXPLICIT);
    expect(Buffer.from(found['7FE00010']!.InlineBinary!, 'base64').equals(PIXELS)).toBe(true);
    expect(pdusOf(whole).every((one) => fragmentsOf(one).length <= 1)).toBe(true);
  });
});
