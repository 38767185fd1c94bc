/** How the texts of queries are written and read, as the peer's settings say (PS3.5 6.1, PS3.4 C.4.1.1.3.1). */
import { expect, test } from 'vitest';
import { concat, fromLatin1, toLatin1 } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import {
  dataSet,
  elementSpans,
  IMPLICIT_VR_LITTLE_ENDIAN,
  text,
  writeDataSet,
} from '../../core/data/index.ts';
import { query, worklist } from '../../core/peer/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import { collected } from '../service/world.ts';
import { expectMessage, message } from '../support/messages.ts';
import { Parrot } from '../support/parrot.ts';

const CHARACTER_SET = '00080005';
const PATIENT_NAME = '00100010';

/** Reads and writes bytes as Latin-1, names no set in its answers and looks at none in a request. */
async function asked(
  name: string,
  settings: Partial<PeerAddress>,
  ask: (peer: PeerAddress, keys: ReturnType<typeof dataSet>) => ReturnType<typeof worklist> = (peer, keys) =>
    query(peer, { model: 'STUDY', level: 'STUDY', keys }),
): Promise<{ sent: string; set: string | undefined; found: string[] }> {
  const network = new MemoryNetwork();
  const incoming = network.listen('old', 104).incoming.getReader();
  const target = { host: 'old', port: 104 };
  const peer = { dialer: network, target, aeTitle: 'OLD', callingAETitle: 'US', ...settings };
  const matches = collected(ask(peer, dataSet({ PatientName: name })));
  const parrot = new Parrot((await incoming.read()).value!); // it has just called
  const request = await parrot.expect('A-ASSOCIATE-RQ');
  const contexts = [{ id: 1, result: 0, transferSyntax: IMPLICIT_VR_LITTLE_ENDIAN }];
  await parrot.send({ ...request, type: 'A-ASSOCIATE-AC', contexts });
  const { data } = await expectMessage(parrot);
  const value = (tag: string): string | undefined => {
    const span = elementSpans(data!, IMPLICIT_VR_LITTLE_ENDIAN).find((each) => each.tag === tag);
    return span && toLatin1(data!.subarray(span.valueOffset, span.valueOffset + span.valueLength)).trim();
  };
  const answer = { MessageIDBeingRespondedTo: 1 };
  const match = latin1('Müller^Jörg');
  await parrot.send(message(1, 'C-FIND-RSP', { ...answer, Status: 0xff00 }, match));
  await parrot.send(message(1, 'C-FIND-RSP', { ...answer, Status: 0 }));
  await parrot.expect('A-RELEASE-RQ');
  await parrot.send({ type: 'A-RELEASE-RP' }).catch(() => undefined); // closed as soon as it is there
  const found = (await matches).map((each) => text(each, 'PatientName'));
  return { sent: value(PATIENT_NAME)!, set: value(CHARACTER_SET), found };
}

/** (0010,0010) of these characters, a byte each. */
function latin1(name: string): Bytes {
  const plain = writeDataSet(
    dataSet({ PatientName: 'x'.repeat(name.length + (name.length % 2)) }),
    IMPLICIT_VR_LITTLE_ENDIAN,
  );
  return concat([plain.subarray(0, 8), fromLatin1(name.padEnd(plain.length - 8))]);
}

test('without a setting ASCII goes with an empty (0008,0005), else it is ISO_IR 192', async () => {
  expect(await asked('MULLER*', {})).toEqual({ sent: 'MULLER*', set: '', found: ['Müller^Jörg'] });
  const { sent, set } = await asked('Müller*', {});
  expect([set, sent]).toEqual(['ISO_IR 192', 'MÃ¼ller*']); // what a reader of Latin-1 makes of it
});

test("values are written in the peer's set where it holds them, and in ISO_IR 192 where not", async () => {
  const latin = { characterSet: 'ISO_IR 100' };
  expect(await asked('Müller*', latin)).toMatchObject({ sent: 'Müller*', set: 'ISO_IR 100' });
  expect(await asked('MULLER*', latin)).toMatchObject({ sent: 'MULLER*', set: '' });
  expect(await asked('山田*', latin)).toMatchObject({ set: 'ISO_IR 192' });
  expect(await asked('Люк*', { characterSet: 'ISO_IR 144' })).toMatchObject({ set: 'ISO_IR 144' });
});

test("answers that name no set are read in the peer's", async () => {
  expect((await asked('M*', { characterSet: 'ISO_IR 100' })).found).toEqual(['Müller^Jörg']);
  expect((await asked('M*', { characterSet: 'ISO_IR 144' })).found).toEqual(['Mќller^Jіrg']);
});

test('(0008,0005) is left out where a setting says so, unless it is needed', async () => {
  const bare = { emptyCharacterSet: false };
  expect((await asked('MULLER*', bare)).set).toBeUndefined();
  expect((await asked('Müller*', bare)).set).toBe('ISO_IR 192');
  expect((await asked('Müller*', { ...bare, characterSet: 'ISO_IR 100' })).set).toBe('ISO_IR 100');
});

test('all of this holds for a worklist', async () => {
  const settings = { characterSet: 'ISO_IR 100', emptyCharacterSet: false };
  expect(await asked('Müller*', settings, worklist)).toMatchObject({ sent: 'Müller*', set: 'ISO_IR 100' });
  expect((await asked('MULLER*', settings, worklist)).set).toBeUndefined();
});
