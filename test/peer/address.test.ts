/** What an address asks for: transfer syntaxes instead of our own choice. */
import { expect, test } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import type { SinkEvent } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { get, query, send } from '../../core/peer/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import { PduDecoder } from '../../core/pdu/index.ts';
import type { AssociateRQ, ReceivedPdu } from '../../core/pdu/index.ts';
import { serve } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import type { PduHappening } from '../../core/ul/index.ts';
import { instance } from '../service/world.ts';
import { failure } from '../support/failure.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const RLE = '1.2.840.10008.1.2.5';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const FIND = '1.2.840.10008.5.1.4.1.2.2.1';
const REQUEST = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '2.25.1' }) } as const;

type Proposals = Record<string, (readonly string[])[]>;

/** The syntaxes proposed for each class, in as many contexts, to a peer that accepts none of them. */
async function proposed(
  transferSyntaxes: readonly string[] | undefined,
  call: (peer: PeerAddress) => Promise<unknown>,
): Promise<Proposals[]> {
  const network = new MemoryNetwork();
  const server = serve(network.listen('p', 104), {});
  const requests: Proposals[] = [];
  const sink = (happened: SinkEvent): void => {
    const event = happened as SinkEvent & PduHappening;
    if (event.pdu !== 'A-ASSOCIATE-RQ' || event.direction !== 'sent') return;
    const [{ pdu }] = [...new PduDecoder().push(event.bytes)] as [ReceivedPdu];
    const classes: Proposals = {};
    for (const { abstractSyntax, transferSyntaxes: each } of (pdu as AssociateRQ).contexts) {
      (classes[abstractSyntax] ??= []).push(each);
    }
    requests.push(classes);
  };
  const target = { host: 'p', port: 104 };
  const peer = { dialer: network, target, aeTitle: 'P', callingAETitle: 'US', sink };
  await failure(call({ ...peer, ...(transferSyntaxes && { transferSyntaxes }) }));
  await server.close();
  return requests;
}

const finding = (peer: PeerAddress): Promise<unknown> => query(peer, REQUEST).result;
const getting = (peer: PeerAddress): Promise<unknown> =>
  get(peer, { request: REQUEST, store: new MemoryStore() }).result;

test('queries are proposed in the order asked for, as far as we can write them', async () => {
  expect(await proposed(undefined, finding)).toEqual([{ [FIND]: [[EXPLICIT, IMPLICIT]] }]);
  expect(await proposed([IMPLICIT], finding)).toEqual([{ [FIND]: [[IMPLICIT]] }]);
  expect(await proposed([RLE, IMPLICIT, EXPLICIT], finding)).toEqual([{ [FIND]: [[IMPLICIT, EXPLICIT]] }]);
  expect(await proposed([RLE], finding)).toEqual([{ [FIND]: [[EXPLICIT, IMPLICIT]] }]);
});

test('a get proposes one context for each storage class, in the syntaxes asked for', async () => {
  const [contexts] = (await proposed([RLE, IMPLICIT], getting)).slice(-1);
  const { '1.2.840.10008.5.1.4.1.2.2.3': request, ...storage } = contexts!;
  expect(request).toEqual([[IMPLICIT]]);
  expect(Object.keys(storage)).toContain(CT);
  for (const syntaxes of Object.values(storage)) expect(syntaxes).toEqual([[RLE, IMPLICIT]]);
});

test('instances are sent in the syntax they are in', async () => {
  const sending = (peer: PeerAddress): Promise<unknown> =>
    send(peer, [{ ...instance(1, 1, 1), label: 'a' }]).result;
  expect(await proposed([RLE], sending)).toEqual(await proposed(undefined, sending));
});
