/** Records as a sequence diagram: lanes, standings, and the lines that a filter and folding leave. */
import { describe, expect, it } from 'vitest';
import { faultyHandlers, parseFaults } from '../../core/fault/index.ts';
import type { InspectRecord, LineFilter, Unfolded } from '../../core/inspect/index.ts';
import { linesOf, messageKey, messageRow, rowOf, Sequence } from '../../core/inspect/index.ts';
import { VERIFICATION } from '../../core/service/index.ts';
import { instance } from '../service/world.ts';
import { emptyArchive, recorded } from './recorded.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const CONTEXTS = [
  { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] },
  { abstractSyntax: CT, transferSyntaxes: [EXPLICIT] },
];

function sequenceOf(records: readonly InspectRecord[]): Sequence {
  const sequence = new Sequence();
  for (const record of records) sequence.take(record);
  return sequence;
}

/** An echo and a store of many fragments. */
async function conversation(): Promise<Sequence> {
  const { associate, records } = recorded(await emptyArchive());
  const association = await associate({ contexts: CONTEXTS, maximumLength: 4096 });
  await association.echo();
  await association.store(instance(1, 1, 1, 400_000));
  await association.release();
  return sequenceOf(records);
}

function names({ items }: Sequence, filter: LineFilter, unfolded: Unfolded = new Set()): string[] {
  return linesOf(items, filter, unfolded).map(({ item, message, inside }) => {
    if (message !== undefined) return message.name ?? 'no name';
    const { record } = item.entry;
    return `${inside ? '  ' : ''}${record.kind === 'pdu' ? record.pdu : record.kind}`;
  });
}

describe('a sequence', () => {
  it('knows where both machines stand behind each record, and which side was not watched', async () => {
    const { items } = await conversation();
    const accepted = items.find(({ entry }) => entry.pdu?.type === 'A-ASSOCIATE-AC')!;
    expect(accepted.standings).toEqual({
      requestor: { state: 'Sta6', inferred: false },
      acceptor: { state: 'Sta6', inferred: true },
    });
    expect(items[0]!.standings.requestor).toEqual({ state: 'Sta4', inferred: false });
    expect(items.at(-1)!.standings.requestor.state).toBe('Sta1');
  });

  it('gives associations at once a lane each, and uses a lane again', () => {
    const opened = (id: number, association: number, parent?: number): InspectRecord => ({
      kind: 'transport',
      id,
      time: id,
      association,
      event: 'opened',
      ends: { requestor: `10.0.0.${association}:40000`, acceptor: '10.0.0.9:104' },
      ...(parent === undefined ? {} : { parent }),
    });
    const closed = (id: number, association: number): InspectRecord => ({
      kind: 'transport',
      id,
      time: id,
      association,
      event: 'closed',
    });
    const sequence = sequenceOf([
      opened(1, 1),
      opened(2, 2),
      closed(3, 1),
      opened(4, 3, 2), // right of its parent, though the first lane is free
      opened(5, 4),
      closed(6, 4),
    ]);
    expect(sequence.items.map(({ lane, open }) => [lane, open])).toEqual([
      [0, 0b1],
      [1, 0b11],
      [0, 0b11],
      [2, 0b110],
      [0, 0b111],
      [0, 0b111],
    ]);
    expect(sequence.places(5, 6).map(({ association, titles }) => [association, titles.requestor])).toEqual([
      [2, '10.0.0.2:40000'],
      [3, '10.0.0.3:40000'],
      [4, '10.0.0.4:40000'],
    ]);
  });

  it('lets go of what is old, and of its associations', async () => {
    const { associate, records } = recorded(await emptyArchive());
    for (let i = 0; i < 2; i++) await (await associate({ contexts: CONTEXTS })).release();
    const sequence = sequenceOf(records);
    const [first, last] = [records[0]!.association, records.at(-1)!.association];
    expect([...sequence.conversations.keys()]).toEqual([first, last]);
    const gone = records.findLast(({ association }) => association === first)!.id;
    sequence.forget(gone);
    expect([...sequence.conversations.keys()]).toEqual([last]);
    expect(sequence.item(gone)).toBeUndefined();
    expect(sequence.item(gone + 1)).toBe(sequence.items[0]);
  });
});

describe('lines', () => {
  it('fold fragments into messages, and unfold one of them', async () => {
    const sequence = await conversation();
    const folded = names(sequence, { layers: ['ul', 'dimse'] });
    expect(folded).toEqual([
      'A-ASSOCIATE-RQ',
      'A-ASSOCIATE-AC',
      'C-ECHO-RQ',
      'C-ECHO-RSP',
      'C-STORE-RQ',
      'C-STORE-RSP',
      'A-RELEASE-RQ',
      'A-RELEASE-RP',
    ]);
    const store = linesOf(sequence.items, { operation: 'C-STORE' }, new Set())[0]!.message!;
    const { fragments, dataSetLength } = messageRow(store);
    expect(fragments).toBeGreaterThan(3);
    expect(dataSetLength).toBeGreaterThan(400_000);
    const unfolded = names(sequence, { operation: 'C-STORE' }, new Set([messageKey(store)]));
    expect(unfolded).toEqual([
      'C-STORE-RQ',
      ...Array.from({ length: fragments }, () => '  P-DATA-TF'),
      'C-STORE-RSP',
    ]);
    expect(linesOf(sequence.items, { layers: ['dimse'] }, undefined).length).toBe(fragments + 3);
  });

  it('are those that the filter wants', async () => {
    const sequence = await conversation();
    expect(names(sequence, { layers: ['machine'] })).toEqual(['step']);
    expect(names(sequence, { contextId: 1 })).toEqual(['C-ECHO-RQ', 'C-ECHO-RSP']);
    expect(names(sequence, { category: 'success' })).toEqual(['C-ECHO-RSP', 'C-STORE-RSP']);
    expect(names(sequence, { operation: 'C-ECHO' })).toEqual(['C-ECHO-RQ', 'C-ECHO-RSP']);
    expect(names(sequence, { association: -1 })).toEqual([]);
    expect(names(sequence, { errorsOnly: true })).toEqual([]);
  });

  it('with errors only are rejections, aborts and failures', async () => {
    const faults = parseFaults('reject=permanent/called-ae-not-recognized');
    const handlers = faultyHandlers(await emptyArchive(), faults);
    const { associate, records } = recorded(handlers);
    await associate({ contexts: CONTEXTS }).catch(() => undefined);
    expect(names(sequenceOf(records), { errorsOnly: true })).toEqual(['A-ASSOCIATE-RJ']);
  });
});

describe('a row', () => {
  it('survives a structured clone, whatever it tells of', async () => {
    const { items } = await conversation();
    for (const { entry } of items) expect(structuredClone(rowOf(entry))).toEqual(rowOf(entry));
    const [request] = items.flatMap(({ entry }) => rowOf(entry).summary ?? []);
    expect(request).toEqual({ type: 'A-ASSOCIATE-RQ', calling: 'WEBSCU', called: 'PACS', contexts: 2 });
  });
});
