/** Cases 109 to 124: identifiers and data sets that depart from the letter (PS3.5 6, 7). */
import { expect } from 'vitest';
import { concat, DEFAULT_LIMITS, fromHex, fromLatin1 } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { dataSet, readDataSet, text, writeDataSet } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { commandSet, expectMessage } from '../support/messages.ts';
import { commandPdv, dataPdv, IMPLICIT, pData } from '../support/parrot.ts';
import type { Split } from '../support/splits.ts';
import type { Case } from './case.ts';
import {
  ACCEPT,
  deviations,
  either,
  EXPLICIT,
  finding,
  findRequest,
  findResponse,
  getResponse,
  REQUEST,
  scu,
  stored,
  usable,
} from './scene.ts';
import type { Requested, Scene, Side } from './scene.ts';

/** Our side with the query context in this transfer syntax. */
async function querying(side: Side, how: Split, syntax: string): Promise<Scene | Requested> {
  if (syntax === IMPLICIT) return await either(side, how);
  const transferSyntaxes = [EXPLICIT];
  const contexts = REQUEST.contexts.map((context) => ({ ...context, transferSyntaxes }));
  return await either(side, how, {
    associate: { contexts },
    rq: { contexts },
    ac: { contexts: ACCEPT.contexts.map((context) => ({ ...context, transferSyntax: EXPLICIT })) },
  });
}

/** An identifier as our SCU gets it in a match, or our SCP in a request; undefined where it is refused. */
async function arrived(side: Side, how: Split, bytes: Bytes, syntax: string): Promise<DataSet | undefined> {
  const setting = await querying(side, how, syntax);
  if ('association' in setting) {
    const matches = await finding(setting);
    await setting.peer.send(findResponse(0xff00, bytes), findResponse(0));
    const found: DataSet[] = [];
    for await (const match of matches) found.push(match);
    await usable(setting); // whatever it was, it concerns this message only
    return found[0];
  }
  await setting.peer.send(findRequest(1, bytes));
  const { Status } = (await expectMessage(setting.peer)).command;
  await usable(setting);
  if (setting.queries.length === 0) expect(Status).toBe(0xc000);
  return setting.queries[0]?.keys;
}

const LEVEL: Readonly<Record<string, string>> = {
  [IMPLICIT]: '0800 5200 06000000 53545544 5920',
  [EXPLICIT]: '0800 5200 4353 0600 53545544 5920',
};

/** The elements, given in hexadecimal behind the level, read as expected on both sides. */
function reads(syntax: string, elements: string, expected: DataSet): NonNullable<Case['run']> {
  return async (side, how) => {
    const bytes = fromHex(`${LEVEL[syntax]!} ${elements}`);
    const read = await arrived(side, how, bytes, syntax);
    const { '00080052': _, ...rest } = read!; // the service takes the level for itself
    expect(rest).toEqual(expected);
  };
}

/** The elements are an error, of this message only. */
function refuses(syntax: string, ...elements: (string | Bytes)[]): NonNullable<Case['run']> {
  return async (side, how) => {
    for (const element of elements) {
      const bytes = typeof element === 'string' ? fromHex(element) : element;
      const identifier = concat([fromHex(LEVEL[syntax]!), bytes]);
      expect(await arrived(side, how, identifier, syntax)).toBeUndefined();
    }
  };
}

const CT: DataSet = { '00080060': { vr: 'CS', Value: ['CT'] } };
const MODALITY = '0800 6000 02000000 4354';
const FORMS = 'read in core/data: test/data/forms.test.ts';
const CHARSETS = 'decoded in core/data: test/data/charset.test.ts';

export const DATA_SETS: readonly Case[] = [
  {
    case: 109,
    side: 'B',
    situation: 'private and unknown tags in implicit VR: UN, and kept',
    async run(side, how) {
      const elements = '0900 1000 04000000 41434d45 0900 0110 02000000 abcd 0a00 0800 02000000 0102';
      const expected = {
        '00090010': { vr: 'LO', Value: ['ACME'] },
        '00091001': { vr: 'UN', InlineBinary: 'q80=' },
        '000A0008': { vr: 'UN', InlineBinary: 'AQI=' },
      };
      await reads(IMPLICIT, elements, expected)(side, how);
    },
  },
  {
    case: 110,
    side: 'B',
    situation: 'explicit UN of undefined length: a sequence in implicit VR',
    run: reads(
      EXPLICIT,
      `0900 0110 554e 0000 ffffffff feff 00e0 ffffffff ${MODALITY} feff 0de0 00000000 feff dde0 00000000`,
      { '00091001': { vr: 'SQ', Value: [CT] } },
    ),
  },
  {
    case: 111,
    side: 'B',
    situation: 'sequences and items of undefined length, an empty item, an empty sequence',
    run: reads(
      IMPLICIT,
      `4000 0001 ffffffff feff 00e0 ffffffff ${MODALITY} feff 0de0 00000000 feff 00e0 00000000 feff dde0 00000000
       4000 4003 ffffffff feff dde0 00000000`,
      { '00400100': { vr: 'SQ', Value: [CT, {}] }, '00400340': { vr: 'SQ' } },
    ),
  },
  {
    case: 112,
    side: 'B',
    situation: 'group lengths in an identifier',
    run: reads(IMPLICIT, `${MODALITY} 1000 0000 04000000 0a000000 1000 2000 02000000 4142`, {
      ...CT,
      '00100020': { vr: 'LO', Value: ['AB'] },
    }),
  },
  {
    case: 113,
    side: 'B',
    situation: 'tags out of order, and twice: the last one counts',
    run: reads(IMPLICIT, `1000 2000 02000000 4142 0800 6000 02000000 4d52 ${MODALITY}`, {
      ...CT,
      '00100020': { vr: 'LO', Value: ['AB'] },
    }),
  },
  {
    case: 114,
    side: 'B',
    situation: 'values of odd length: read, and never sent',
    async run(side, how) {
      await reads(IMPLICIT, '0800 6000 03000000 435431 1000 2000 01000000 41', {
        '00080060': { vr: 'CS', Value: ['CT1'] },
        '00100020': { vr: 'LO', Value: ['A'] },
      })(side, how);
      for (const syntax of [IMPLICIT, EXPLICIT]) {
        expect(writeDataSet(dataSet({ PatientID: 'ABC', SOPInstanceUID: '1.2' }), syntax).length % 2).toBe(0);
      }
    },
  },
  {
    case: 115,
    side: 'B',
    situation: 'an element that reaches past the end, and a data set that is cut off',
    run: refuses(IMPLICIT, '1000 2000 ff000000 4142', '1000 2000 08000000 4142', '1000 20'),
  },
  {
    case: 116,
    side: 'B',
    situation: 'UI padded with a space, a date with dots, CS in lower case, LO with a NUL',
    run: reads(
      IMPLICIT,
      `0800 1800 06000000 312e322e3320 0800 2000 0a000000 323032342e30312e3031
       0800 6000 02000000 6374 1000 2000 04000000 41424300`,
      {
        '00080018': { vr: 'UI', Value: ['1.2.3'] },
        '00080020': { vr: 'DA', Value: ['2024.01.01'] },
        '00080060': { vr: 'CS', Value: ['ct'] },
        '00100020': { vr: 'LO', Value: ['ABC'] },
      },
    ),
  },
  {
    case: 117,
    side: 'B',
    situation: 'a sequence delimitation item with undefined length',
    run: reads(IMPLICIT, `4000 0001 ffffffff feff 00e0 00000000 feff dde0 ffffffff 4000 0700 02000000 4142`, {
      '00400100': { vr: 'SQ', Value: [{}] },
      '00400007': { vr: 'LO', Value: ['AB'] },
    }),
  },
  { case: 118, side: 'B', situation: 'Explicit VR Big Endian', later: FORMS },
  { case: 119, side: 'B', situation: 'deflated data sets', later: FORMS },
  { case: 120, side: 'B', situation: 'character sets', later: CHARSETS },
  {
    case: 121,
    side: 'B',
    situation: 'sequences nested 10,000 deep, and a million elements',
    async run(side, how) {
      const depth = how === 'one at a time' ? 100 : 10_000; // one chunk a byte
      await refuses(IMPLICIT, fromHex('4000 0001 ffffffff feff 00e0 ffffffff'.repeat(depth)))(side, how);
      const elements = fromHex('0800 6000 00000000'.repeat(1001));
      const limits = { ...DEFAULT_LIMITS, elements: 1000 };
      expect(() => readDataSet(elements, IMPLICIT, { limits })).toThrow(
        expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
      );
    },
  },
  {
    case: 122,
    side: 'B',
    situation: 'native pixel data of undefined length',
    run: refuses(EXPLICIT, 'e07f 1000 4f57 0000 ffffffff 00000000'),
  },
  {
    case: 123,
    side: 'C',
    situation: 'more keys, fewer keys, another level, or none',
    async run(_, how) {
      const answers = [
        {
          QueryRetrieveLevel: 'STUDY',
          StudyInstanceUID: '1',
          PatientID: 'P',
          ModalitiesInStudy: ['CT', 'MR'],
        },
        { QueryRetrieveLevel: 'STUDY' },
        { QueryRetrieveLevel: 'SERIES', StudyInstanceUID: '1' },
        { StudyInstanceUID: '1' },
        {},
      ].map((keys) => dataSet(keys));
      const setting = await scu(how);
      const matches = await finding(setting);
      for (const answer of answers) {
        const identifier = pData(dataPdv(3, writeDataSet(answer, IMPLICIT)));
        const set = commandSet('C-FIND-RSP', { MessageIDBeingRespondedTo: 1, Status: 0xff00 }, true);
        await setting.peer.send(pData(commandPdv(3, set)), identifier);
      }
      await setting.peer.send(findResponse(0));
      const found: DataSet[] = [];
      for await (const match of matches) found.push(match);
      expect(found).toEqual(answers.slice(0, 4)); // a match of nothing is none
    },
  },
  {
    case: 124,
    side: 'C',
    situation: 'UIDs with letters in front',
    async run(_, how) {
      const uid = 'LOCALIZER2.16.840.1';
      const match = await arrived('C', how, concat([uiElement(0x0020, 0x000d, uid)]), IMPLICIT);
      expect(text(match!, 'StudyInstanceUID')).toBe(uid);
      const setting = await scu(how);
      const keys = dataSet({ StudyInstanceUID: uid });
      const responses = setting.association.get(
        { model: 'STUDY', level: 'STUDY', keys },
        { store: (info) => setting.store.put(info) },
      );
      const { data } = await expectMessage(setting.peer);
      expect(text(readDataSet(data!, IMPLICIT), 'StudyInstanceUID')).toBe(uid);
      expect(await stored(setting, uid)).toBe(0);
      expect(await setting.store.has(uid)).toBe(true);
      expect(deviations(setting)).toEqual(['UID_INVALID']);
      await setting.peer.send(getResponse(0, { Completed: 1 }));
      await responses.result;
    },
  },
];

function uiElement(group: number, element: number, uid: string): Bytes {
  const padded = uid.length % 2 === 0 ? uid : `${uid}\0`;
  return concat([Uint8Array.of(group, 0, element, 0, padded.length, 0, 0, 0), fromLatin1(padded)]);
}
