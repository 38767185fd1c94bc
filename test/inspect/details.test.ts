/** What is told of one record: byte tables, contexts, messages. */
import { describe, expect, it } from 'vitest';
import { equals, fromHex } from '../../core/bytes/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN as EXPLICIT,
  IMPLICIT_VR_LITTLE_ENDIAN as IMPLICIT,
  writeDataSet,
} from '../../core/data/index.ts';
import { dataSetTable, pduTable } from '../../core/inspect/byte-table.ts';
import type { ByteRow, ByteTable, Details, Entry, MessageDetails } from '../../core/inspect/index.ts';
import { detailsOf, recordsBehind, standardPage } from '../../core/inspect/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { VERIFICATION } from '../../core/service/index.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN as DEFLATED,
  EXPLICIT_VR_BIG_ENDIAN,
  toBigEndian,
  toDeflated,
} from '../data/forms.ts';
import { FULL_ACCEPT, FULL_REQUEST } from '../pdu/samples.ts';
import { instance, instanceBytes } from '../service/world.ts';
import { commandSet } from '../support/messages.ts';
import { commandPdv, dataPdv, pData } from '../support/parrot.ts';
import { emptyArchive, recorded, recordOf, timelineOf } from './recorded.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const STUDY_FIND = '1.2.840.10008.5.1.4.1.2.2.1';
const JPEG = '1.2.840.10008.1.2.4.50';

/** Rows that hold nothing follow each other from 0 to the end. */
function expectRowsTiled({ rows, length, more }: ByteTable): void {
  expect(more).toBe(0);
  let at = 0;
  for (const row of rows) {
    if (row.offset !== at) throw new Error(`${row.name} begins at ${row.offset}, not at ${at}`);
    if (!row.holds) at += row.length;
  }
  expect(at, 'the end of the last row').toBe(length);
}

function tablesOf({ pdu: own, messages }: Details): ByteTable[] {
  return [own, ...messages.flatMap(({ command, dataSet: data }) => [command, data])].filter(
    (table) => table !== undefined,
  );
}

const line = ({ depth, offset, length, name, value, meaning }: ByteRow): string =>
  `${'  '.repeat(depth)}${offset}+${length} ${name}${value === '' ? '' : ` ${value}`}${meaning === '' ? '' : `: ${meaning}`}`;

const PIXELS = 400_000;
const KEPT = 150_000;

/** An echo, a search and a store of which not all was kept, over contexts of which one is refused. */
async function conversation(): Promise<readonly Entry[]> {
  const { associate, timeline } = recorded(await emptyArchive(), { keep: KEPT, pixels: Infinity });
  const association = await associate({
    contexts: [
      { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] },
      { abstractSyntax: CT, transferSyntaxes: [EXPLICIT], role: { scu: true, scp: true } },
      { abstractSyntax: STUDY_FIND, transferSyntaxes: [JPEG] },
      { abstractSyntax: STUDY_FIND, transferSyntaxes: [EXPLICIT, IMPLICIT] },
    ],
  });
  await association.echo();
  await association.store(instance(1, 1, 1, PIXELS));
  const query = {
    keys: dataSet({ PatientName: 'Yam*', StudyInstanceUID: '' }),
    level: 'STUDY',
    model: 'STUDY',
  } as const;
  for await (const match of association.find(query)) void match;
  await association.release();
  return timeline().entries;
}

const messageNamed = (all: readonly Details[], name: string): MessageDetails =>
  all.flatMap(({ messages }) => messages).find((message) => message.name === name)!;

describe('the details of a conversation', () => {
  it('are byte tables without gaps that cross to the page, each row with a clause that has a page', async () => {
    for (const entry of await conversation()) {
      const details = structuredClone(detailsOf(entry));
      for (const table of tablesOf(details)) {
        expectRowsTiled(table);
        expect(table.rows.filter(({ clause }) => standardPage(clause) === undefined)).toEqual([]);
      }
    }
  });

  it('tell the contexts that were proposed, what was answered, and which one is used', async () => {
    const entries = await conversation();
    const [request] = entries
      .map((entry) => detailsOf(entry))
      .filter(({ pdu: table }) => table !== undefined);
    expect(request!.contexts).toMatchObject([
      { id: 1, abstractSyntax: { name: 'Verification SOP Class' }, result: 0, answer: 'acceptance' },
      {
        id: 3,
        abstractSyntax: { uid: CT, name: 'CT Image Storage' },
        proposed: [{ uid: EXPLICIT, name: 'Explicit VR Little Endian' }],
        transferSyntax: { uid: EXPLICIT },
        proposedRoles: { scu: true, scp: true },
      },
      { id: 5, result: 4, answer: 'transfer-syntaxes-not-supported (provider rejection)' },
      { id: 7, result: 0 },
    ]);
    expect(request!.contexts[2]).not.toHaveProperty('transferSyntax');
    const echo = entries.find(({ parts }) => parts[0]?.message.name === 'C-ECHO-RQ')!;
    expect(detailsOf(echo).contexts.map(({ used }) => used)).toEqual([true, false, false, false]);
  });

  it('tell of a fragment whose it is, and of its message command and data set with where they came from', async () => {
    const entries = (await conversation()).filter(({ parts }) => parts[0]?.message.name === 'C-STORE-RQ');
    const [first, second, third] = entries.map((entry) => detailsOf(entry));
    const lines = third!.pdu!.rows.map(line);
    expect(lines).toEqual([
      '0+1 PDU-type 04H: P-DATA-TF',
      '1+1 Reserved 00',
      '2+4 PDU-length 131066',
      '6+131066 Presentation-data-value Item 3: CT Image Storage, data set, more fragments follow, bytes 131060 to 262119 of the data set of C-STORE-RQ',
      '  6+4 Item-length 131062',
      '  10+1 Presentation-context-ID 3: CT Image Storage',
      '  11+1 Message-control-header 00H: data set, more fragments follow',
      '  12+131060 Fragment: bytes 131060 to 262119 of the data set of C-STORE-RQ',
    ]);
    const [{ command, dataSet: data, clause, name }] = second!.messages as [MessageDetails];
    expect({ name, clause }).toEqual({ name: 'C-STORE-RQ', clause: 'PS3.7 9.3.1.1' });
    expect(first!.messages[0]!.command).toEqual(command);
    expect(command!.rows.filter(({ depth }) => depth === 0).map(line)).toContain(
      '12+34 AffectedSOPClassUID 1.2.840.10008.5.1.4.1.1.2: CT Image Storage',
    );
    expect(command!.rows.filter(({ depth }) => depth === 0).map(line)).toContain(
      '46+10 CommandField 0001H: C-STORE-RQ',
    );
    const whole = instanceBytes(1, 1, 1, PIXELS);
    expect(data!.length).toBe(whole.length);
    expect(equals(data!.bytes, whole.subarray(0, KEPT))).toBe(true);
    const ids = entries.map(({ record }) => record.id);
    expect(data!.pieces).toEqual([
      { offset: 0, length: 131_060, record: ids[1] },
      { offset: 131_060, length: KEPT - 131_060, record: ids[2] },
    ]);
    const elements = data!.rows.filter(({ depth }) => depth === 0).map(line);
    expect(elements.find((one) => one.includes('PatientName'))).toMatch(
      / PatientName Yamada\^Tarou=山田\^太郎$/,
    );
    const pixels = whole.length - PIXELS;
    expect(elements.at(-1)).toBe(
      `${pixels - 12}+${PIXELS + 12} PixelData: ${PIXELS} bytes, of which ${KEPT - pixels} were kept`,
    );
    expect(data).toMatchObject({
      transferSyntaxName: 'Explicit VR Little Endian',
      guessed: false,
      problem: '',
    });
  });

  it('tell a response with its status and the request that it answers', async () => {
    const entries = await conversation();
    const all = entries.map((entry) => detailsOf(entry));
    const response = messageNamed(all, 'C-FIND-RSP');
    expect(response.status).toBe('Pending');
    const asked = entries.find(({ parts }) => parts[0]?.message.name === 'C-FIND-RQ')!;
    expect(response.request).toBe(asked.record.id);
    expect(response.clause).toBe('PS3.7 9.3.2.2');
    const keys = messageNamed(all, 'C-FIND-RQ').dataSet!.rows;
    expect(keys.find(({ name }) => name === 'PatientName')).toMatchObject({ value: 'Yam*', holds: true });
  });

  it('take more of the bytes where there is more', async () => {
    const bytes = instanceBytes(1, 1, 1, 40_000);
    const store = commandSet(
      'C-STORE-RQ',
      { MessageID: 8, AffectedSOPClassUID: CT, AffectedSOPInstanceUID: '1.2' },
      true,
    );
    const data = pData(dataPdv(1, bytes));
    const cut = { ...recordOf(data.subarray(0, 500), 'requestor', 2), length: data.length };
    const [, entry] = timelineOf([recordOf(pData(commandPdv(1, store)), 'requestor', 1), cut]).entries;
    expect(recordsBehind(entry!).map(({ id }) => id)).toEqual([2, 1]);
    expect(equals(detailsOf(entry!).messages[0]!.dataSet!.bytes, bytes.subarray(0, 488))).toBe(true);
    const loaded = detailsOf(entry!, (record) => (record.id === 2 ? data : record.bytes));
    const table = loaded.messages[0]!.dataSet!;
    expect(table).toMatchObject({ guessed: true, transferSyntax: EXPLICIT, length: bytes.length });
    expect(equals(table.bytes, bytes)).toBe(true);
    expectRowsTiled(table);
  });

  it('hide what proves the identity of a user, as captures hold it', () => {
    const secret = new TextEncoder().encode('open sesame');
    const bytes = encodePdu({
      ...FULL_REQUEST,
      userInformation: {
        ...FULL_REQUEST.userInformation,
        userIdentity: { type: 2, positiveResponseRequested: false, primary: secret, secondary: secret },
      },
    });
    const [entry] = timelineOf([recordOf(bytes, 'requestor', 1)]).entries;
    const { pdu: table } = detailsOf(entry!);
    expect(new TextDecoder().decode(table!.bytes)).not.toContain('sesame');
    expect(JSON.stringify(table!.rows)).not.toContain('sesame');
  });

  it('tell what was tolerated in words', () => {
    const note = { kind: 'note', id: 1, time: 0, association: 1, layer: 'ul', contextId: 3 } as const;
    const [entry] = timelineOf([{ ...note, code: 'CONTEXT_UNANSWERED' }]).entries;
    expect(detailsOf(entry!).deviations).toEqual([
      {
        code: 'CONTEXT_UNANSWERED',
        text: 'presentation context 3: no answer to a proposed presentation context; taken as refused',
      },
    ]);
  });

  it('fold a PDU to what its items say', () => {
    const table = pduTable(encodePdu(FULL_ACCEPT), encodePdu(FULL_ACCEPT).length);
    const contexts = table.rows.filter(({ name }) => name === 'Presentation Context Item').map(line);
    expect(contexts).toEqual([
      '99+29 Presentation Context Item 1: acceptance',
      '128+31 Presentation Context Item 255: transfer-syntaxes-not-supported (provider rejection)',
    ]);
  });
});

describe('a data set of which not all was kept', () => {
  const LONG = writeDataSet(
    {
      ...dataSet({ PatientID: 'P1' }),
      '00081115': { vr: 'SQ', Value: [dataSet({ SeriesInstanceUID: '1.2.3' }), dataSet({ Modality: 'CT' })] },
      '7FE00010': { vr: 'OB', InlineBinary: btoa('x'.repeat(300)) },
    },
    EXPLICIT,
  );

  it('is told to its end wherever it was cut', () => {
    for (const [syntax, bytes] of [
      [EXPLICIT, LONG],
      [EXPLICIT_VR_BIG_ENDIAN, toBigEndian(LONG)],
      [IMPLICIT, writeDataSet(dataSet({ PatientID: 'P1', PatientName: 'A^B' }), IMPLICIT)],
    ] as const)
      for (let at = 0; at < bytes.length; at++)
        expectRowsTiled(dataSetTable(bytes.subarray(0, at), bytes.length, syntax));
  });

  it('says so of one that was deflated, and of one in a syntax that is not read', () => {
    const deflated = toDeflated(LONG);
    const table = dataSetTable(deflated, deflated.length, DEFLATED);
    expect(table).toMatchObject({ deflated: deflated.length, length: LONG.length, bytes: LONG });
    expectRowsTiled(table);
    const cut = dataSetTable(deflated.subarray(0, 20), deflated.length, DEFLATED);
    expect(cut.problem).not.toBe('');
    expectRowsTiled(dataSetTable(fromHex('3c3f786d6c'), 5, '1.2.840.10008.1.2.6.2'));
    expectRowsTiled(dataSetTable(LONG, LONG.length, '1.2.3.4'));
  });
});
