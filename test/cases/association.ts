/** Cases 53 to 64: what the two sides agree on, and refusals (PS3.8 9.3.4, PS3.7 D.3.3). */
import { expect } from 'vitest';
import { fromHex } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { encodePdu, rejectText } from '../../core/pdu/index.ts';
import type { AssociateRQ, Pdu, RoleSelection } from '../../core/pdu/index.ts';
import { query } from '../../core/peer/index.ts';
import { isStorageClass } from '../../core/service/index.ts';
import { failure } from '../support/failure.ts';
import { expectMessage } from '../support/messages.ts';
import { CT_IMAGE, IMPLICIT, Parrot } from '../support/parrot.ts';
import type { Split } from '../support/splits.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import type { Case } from './case.ts';
import {
  aborts,
  ACCEPT,
  deviations,
  either,
  getRequest,
  getResponse,
  getting,
  image,
  listening,
  REQUEST,
  requesting,
  scp,
  scu,
  storeResponse,
  stored,
  usable,
} from './scene.ts';

/** Result, source and reason as our SCP answers a changed request; undefined where it accepts. */
async function verdict(
  how: Split,
  rq: AssociateRQ | Uint8Array<ArrayBuffer>,
  aeTitle?: string,
): Promise<string> {
  const { peer } = await listening(how, aeTitle ? { serve: { aeTitle } } : {});
  await peer.send(rq);
  const { pdu } = await peer.next();
  return pdu.type === 'A-ASSOCIATE-RJ' ? `${pdu.result}/${pdu.source}/${pdu.reason}` : pdu.type;
}

/** A request with titles of any bytes. */
function titled(called: string, calling: string = 'US'): Uint8Array<ArrayBuffer> {
  const bytes = encodePdu(REQUEST);
  [called, calling].forEach((title, i) => {
    for (let at = 0; at < 16; at++)
      bytes[10 + 16 * i + at] = title.charCodeAt(at) || (title.includes('\0') ? 0 : 0x20);
  });
  return bytes;
}

/** What somebody asks an association for; the connection is cut off then. */
async function asked(
  task: (network: MemoryNetwork) => { readonly result: Promise<unknown> },
): Promise<AssociateRQ> {
  const network = new MemoryNetwork();
  const incoming = network.listen('peer', 104).incoming.getReader();
  const { result } = task(network);
  const ended = failure(result);
  const peer = new Parrot((await incoming.read()).value!);
  const rq = await peer.expect('A-ASSOCIATE-RQ');
  peer.cut();
  await ended;
  return rq;
}

const REASONS: readonly (readonly [source: number, reason: number])[] = [
  [1, 1],
  [1, 2],
  [1, 3],
  [1, 7],
  [2, 1],
  [2, 2],
  [3, 0],
  [3, 1],
  [3, 2],
  [1, 10],
  [2, 9],
  [7, 7],
];

const peer = (dialer: MemoryNetwork) =>
  ({ dialer, target: { host: 'peer', port: 104 }, aeTitle: 'PEER', callingAETitle: 'US' }) as const;
const keys = dataSet({ StudyInstanceUID: '1.2.3' });

export const ASSOCIATION: readonly Case[] = [
  {
    case: 53,
    side: 'B',
    situation: 'protocol versions 2, 3 and FFFF: bit 0 counts',
    async run(side, how) {
      if (side === 'C') {
        for (const protocolVersion of [2, 3, 0xffff])
          await usable(await scu(how, { ac: { protocolVersion } }));
        return;
      }
      const verdicts = [];
      for (const protocolVersion of [2, 3, 0xffff])
        verdicts.push(await verdict(how, { ...REQUEST, protocolVersion }));
      expect(verdicts).toEqual(['1/2/2', 'A-ASSOCIATE-AC', 'A-ASSOCIATE-AC']);
    },
  },
  {
    case: 54,
    side: 'C',
    situation: 'rejections of every source and reason, and of unknown ones',
    async run(_, how) {
      for (const [source, reason] of REASONS) {
        const { peer, attempt } = await requesting(how);
        await peer.expect('A-ASSOCIATE-RQ');
        await peer.send({ type: 'A-ASSOCIATE-RJ', result: 2, source, reason });
        const error = await failure(attempt);
        expect(error).toMatchObject({ code: 'ASSOCIATION_REJECTED', result: 2, source, reason });
        const text = rejectText(2, source, reason);
        for (const part of [text.source, text.reason]) expect(error.message).toContain(part);
        await peer.ended();
      }
    },
  },
  {
    case: 56,
    side: 'C',
    situation: 'all contexts refused',
    async run(_, how) {
      const { peer, attempt } = await requesting(how);
      await peer.send({ ...ACCEPT, contexts: ACCEPT.contexts.map(({ id }) => ({ id, result: 3 })) });
      await peer.expect('A-ASSOCIATE-RQ');
      await peer.expect('A-RELEASE-RQ');
      await peer.send({ type: 'A-RELEASE-RP' });
      const error = await failure(attempt);
      expect(error).toMatchObject({ code: 'CONTEXT_REFUSED' });
      expect(error.message).toMatch(/^PEER accepted none .* Verification SOP Class/);
    },
  },
  {
    case: 57,
    side: 'B',
    situation: 'AE titles with NULs, leading spaces, 17 characters, none, lower case, beyond ASCII',
    async run(side, how) {
      if (side === 'C') {
        for (const calledAETitle of ['SEVENTEENCHARSXXX', '', '   ', 'Größe']) {
          const refused = requesting(how, { associate: { calledAETitle } });
          await expect(refused, calledAETitle).rejects.toMatchObject({ code: 'VALUE_INVALID' });
        }
        return;
      }
      const accepted = [titled('PACS\0'), titled('PACS\0rubbish'), titled('  PACS'), titled('PACS', ' US')];
      for (const rq of accepted) expect(await verdict(how, rq, 'PACS')).toBe('A-ASSOCIATE-AC');
      for (const rq of [titled('pacs'), titled(''), titled('PACSÜ')])
        expect(await verdict(how, rq, 'PACS')).toBe('1/1/7');
      expect(await verdict(how, titled('pacs'))).toBe('A-ASSOCIATE-AC'); // where no title is asked for
      expect(await verdict(how, titled('PACS', ''))).toBe('1/1/3');
      let calling = '';
      const { peer } = await listening(how, {
        handlers: { accept: (who) => void (calling = who.callingAETitle) },
      });
      await peer.send(titled('PACS', 'GR\u00d6SSE'));
      await peer.expect('A-ASSOCIATE-AC');
      expect(calling).toBe('GR\u00d6SSE');
    },
  },
  {
    case: 58,
    side: 'C',
    situation: 'an asynchronous window of 0/0, or larger than offered',
    async run(_, how) {
      for (const window of [0, 9]) {
        const userInformation = {
          ...ACCEPT.userInformation,
          asyncWindow: { invoked: window, performed: window },
        };
        const setting = await scu(how, { ac: { userInformation } }); // we offer none, so that 1/1 holds
        await usable(setting);
        await usable(setting);
      }
    },
  },
  {
    case: 59,
    side: 'C',
    situation: 'no answer to a user identity',
    async run(_, how) {
      const user = { type: 'passcode', userName: 'jane', passcode: 'secret' } as const;
      const associate = { userIdentity: { ...user, positiveResponseRequested: true } };
      const silent = await scu(how, { associate }); // ACCEPT has no 59H
      expect(silent.association.userIdentityResponse).toBeUndefined();
      expect(deviations(silent)).toEqual([]);
      await usable(silent);
      const userInformation = { ...ACCEPT.userInformation, userIdentityResponse: new Uint8Array(0) };
      const confirmed = await scu(how, { associate, ac: { userInformation } });
      expect(confirmed.association.userIdentityResponse).toEqual(new Uint8Array(0));
      await usable(confirmed);
    },
  },
  {
    case: 60,
    side: 'C',
    situation: 'no role selection in the answer where we asked for one',
    async run(_, how) {
      const setting = await scu(how); // ACCEPT has no 54H
      const responses = await getting(setting);
      expect(await stored(setting, '1.2.3.4')).toBe(0);
      await setting.peer.send(getResponse(0, { Completed: 1, Failed: 0, Warning: 0 }));
      expect(await responses.result).toMatchObject({ status: 0, completed: 1 });
      expect(await setting.store.has('1.2.3.4')).toBe(true);
    },
  },
  {
    case: 61,
    side: 'S',
    situation: 'a C-GET without role selection',
    async run(_, how) {
      const instance = { sopClassUID: CT_IMAGE, sopInstanceUID: '1.2.3.4', transferSyntaxUID: IMPLICIT };
      async function* instances() {
        yield { ...instance, open: () => image('1.2.3.4') };
      }
      const { peer } = await scp(how, { handlers: { get: () => ({ instances: instances() }) } });
      await peer.send(getRequest());
      const { contextId, command } = await expectMessage(peer);
      expect({ contextId, ...command }).toMatchObject({ contextId: 5, CommandField: 0x0001 });
      await peer.send(storeResponse(command.MessageID!));
      expect((await expectMessage(peer)).command).toMatchObject({
        Status: 0,
        NumberOfCompletedSuboperations: 1,
      });
    },
  },
  {
    case: 62,
    side: 'C',
    situation: 'role selection upsets some peers: only for the storage classes of a C-GET',
    async run() {
      const roles = ({ userInformation }: AssociateRQ): readonly RoleSelection[] =>
        userInformation.roles ?? [];
      const request = { model: 'STUDY', level: 'STUDY', keys } as const;
      expect(roles(await asked((network) => query(peer(network), request)))).toEqual([]);
      const { attempt, peer: other } = await requesting('whole');
      const rq = await other.expect('A-ASSOCIATE-RQ');
      expect(roles(rq).map(({ sopClassUID }) => sopClassUID)).toEqual([CT_IMAGE]);
      expect(roles(rq).every(({ sopClassUID }) => isStorageClass(sopClassUID))).toBe(true);
      other.cut();
      await failure(attempt);
    },
  },
  {
    case: 63,
    side: 'S',
    situation: 'another PDU than A-ASSOCIATE-RQ first',
    async run(_, how) {
      const aborted = await listening(how);
      await aborted.peer.send({ type: 'A-ABORT', source: 0, reason: 0 });
      await aborted.peer.ended(); // AA-2
      const others: readonly (Pdu | Uint8Array<ArrayBuffer>)[] = [
        { type: 'A-RELEASE-RQ' },
        { type: 'A-RELEASE-RP' },
        fromHex('0400 00000006 00000002 0103'),
        ACCEPT,
        { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 1 },
      ];
      for (const pdu of others) {
        const setting = await listening(how);
        await setting.peer.send(pdu);
        await aborts(setting, 0, 0); // AA-1
      }
    },
  },
  {
    case: 64,
    side: 'B',
    situation: 'a second A-ASSOCIATE-RQ, and an A-RELEASE-RP that nobody asked for',
    async run(side, how) {
      for (const pdu of [REQUEST, { type: 'A-RELEASE-RP' }] as const) {
        const setting = await either(side, how);
        await setting.peer.send(pdu);
        await aborts(setting, 2, 2);
      }
    },
  },
];
