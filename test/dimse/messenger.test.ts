/** Operations over an association, both ways at once, against a scripted peer and against each other (PS3.7 7.5, 8, 9.3). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DicomError, fromHex, TimeoutError } from '../../core/bytes/index.ts';
import type { Bytes, SinkEvent } from '../../core/bytes/index.ts';
import { Messenger } from '../../core/dimse/index.ts';
import type {
  CommandName,
  CommandSet,
  DataSetReceiver,
  DimseHappening,
  Exchange,
  IncomingRequest,
  Invocation,
  RequestHandler,
} from '../../core/dimse/index.ts';
import { DEFAULT_DEADLINES, negotiated, UlAssociation } from '../../core/ul/index.ts';
import type { AssociationEnvironment } from '../../core/ul/index.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { commandSet, expectMessage, message } from '../support/messages.ts';
import { AC, commandPdv, CT_IMAGE, dataPdv, Parrot, pData, RQ, STUDY_FIND, wire } from '../support/parrot.ts';
import { splitConnection } from '../support/splitting.ts';
import type { Split } from '../support/splits.ts';
import { SPLITS } from '../support/splits.ts';
import { turns } from '../support/streams.ts';

const DATA = fromHex('00010203 04050607');
const REFUSE: RequestHandler = () => {
  throw new Error('nothing is asked here');
};

let clock: FakeClock;

interface Talk {
  readonly messenger: Messenger;
  readonly association: UlAssociation;
  readonly peer: Parrot;
  readonly events: (SinkEvent & DimseHappening)[];
}

interface TalkOptions extends Partial<AssociationEnvironment> {
  readonly how?: Split;
  readonly handler?: RequestHandler;
  /** The maximum length that the peer announces. */
  readonly maximumLength?: number;
}

/** A messenger on an established association that we requested. */
async function talk(options: TalkOptions = {}): Promise<Talk> {
  const { how = 'whole', handler = REFUSE, maximumLength = 16384, ...extra } = options;
  const { caller, called } = await wire();
  const events: (SinkEvent & DimseHappening)[] = [];
  const sink = (event: SinkEvent): void => {
    if (event.layer === 'dimse') events.push(event as SinkEvent & DimseHappening);
  };
  const association = new UlAssociation(splitConnection(caller, how, 3), 'requestor', {
    deadlines: DEFAULT_DEADLINES,
    clock,
    sink,
    ...extra,
    maximumLength: 131_072,
  });
  const peer = new Parrot(called);
  const answer = association.associate(RQ);
  await peer.expect('A-ASSOCIATE-RQ');
  const ac = { ...AC, userInformation: { ...AC.userInformation, maximumLength } };
  await peer.send(ac);
  await answer;
  const limits = extra.limits ? { limits: extra.limits } : {};
  const messenger = new Messenger(association, handler, { deadlines: DEFAULT_DEADLINES, ...limits });
  association.establish(RQ, ac, negotiated(RQ, ac), (pdvs) => messenger.receive(pdvs));
  return { messenger, association, peer, events };
}

/** Two messengers talking to each other. */
async function pair(
  requestor: RequestHandler,
  acceptor: RequestHandler,
): Promise<{ ours: Messenger; theirs: Messenger }> {
  const { caller, called } = await wire();
  const environment = { deadlines: DEFAULT_DEADLINES, clock, maximumLength: 16384 };
  const asking = new UlAssociation(caller, 'requestor', environment);
  const answering = new UlAssociation(called, 'acceptor', environment);
  const answer = asking.associate(RQ);
  const rq = await answering.requested();
  const theirs = new Messenger(answering, acceptor, environment);
  answering.answer(AC);
  answering.establish(rq, AC, negotiated(rq, AC), (pdvs) => theirs.receive(pdvs));
  const ac = await answer;
  const ours = new Messenger(asking, requestor, environment);
  asking.establish(RQ, ac, negotiated(RQ, ac), (pdvs) => ours.receive(pdvs));
  return { ours, theirs };
}

const ECHO: Invocation = {
  contextId: 1,
  name: 'C-ECHO-RQ',
  fields: { AffectedSOPClassUID: '1.2.840.10008.1.1' },
  capacity: 'latest',
  cancellable: false,
};
const FIND: Invocation = {
  contextId: 3,
  name: 'C-FIND-RQ',
  fields: { AffectedSOPClassUID: STUDY_FIND, Priority: 0 },
  dataSet: DATA,
  capacity: 4,
  cancellable: true,
};
const STORE: Invocation = {
  contextId: 5,
  name: 'C-STORE-RQ',
  fields: { AffectedSOPClassUID: CT_IMAGE, AffectedSOPInstanceUID: '1.2.3', Priority: 0 },
  dataSet: DATA,
  capacity: 'latest',
  cancellable: false,
};

function response(
  contextId: number,
  name: CommandName,
  messageId: number,
  status: number,
  dataSet?: Bytes,
  fields: Partial<CommandSet> = {},
): Bytes {
  return message(
    contextId,
    name,
    { MessageIDBeingRespondedTo: messageId, Status: status, ...fields },
    dataSet,
  );
}

const match = (messageId: number, dataSet = DATA, status = 0xff00): Bytes =>
  response(3, 'C-FIND-RSP', messageId, status, dataSet);
const found = (messageId: number, status = 0): Bytes => response(3, 'C-FIND-RSP', messageId, status);

async function failure(promise: Promise<unknown>): Promise<Error> {
  return await promise.then(
    (value) => {
      throw new Error(`it did not fail: ${JSON.stringify(value)}`);
    },
    (error: Error) => error,
  );
}

/** Ends the association, whatever state it is in. */
async function end({ association }: Pick<Talk, 'association'>): Promise<void> {
  association.abort();
  await association.closed;
  await turns(3);
}

/** A receiver that remembers what happened to it. */
function remembering(write: (data: Bytes) => void | Promise<void> = () => undefined): DataSetReceiver & {
  readonly log: string[];
} {
  const log: string[] = [];
  return {
    log,
    write(data) {
      log.push(`write ${data.length}`);
      return write(data);
    },
    end: () => void log.push('end'),
    abort: (error) => void log.push(`abort ${error.code}`),
  };
}

beforeEach(() => {
  clock = new FakeClock();
});

afterEach(() => {
  expect(clock.pending, 'timers left behind').toBe(0);
});

describe.each(SPLITS)('bytes %s', (how) => {
  test('a request and its only response', async () => {
    const talking = await talk({ how });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(ECHO);
    expect(messenger.busy).toBe(true);
    const { contextId, command, data } = await expectMessage(peer);
    expect({ contextId, command, data }).toEqual({
      contextId: 1,
      command: { ...ECHO.fields, CommandField: 0x0030, CommandDataSetType: 0x0101, MessageID: 1 },
      data: undefined,
    });
    await peer.send(response(1, 'C-ECHO-RSP', 1, 0));
    expect(await exchange.done).toMatchObject({ status: 0, final: true, dataSet: undefined });
    expect(await exchange.next()).toMatchObject({ value: { status: 0 } });
    expect(await exchange.next()).toMatchObject({ done: true });
    expect(messenger.busy).toBe(false);
    await end(talking);
  });

  test('a request with a data set, many responses, then the final one', async () => {
    const talking = await talk({ how });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    expect((await expectMessage(peer)).data).toEqual(DATA);
    await peer.send(match(1), match(1, fromHex('0101'), 0xff01), found(1));
    const seen: (readonly [number, number | undefined])[] = [];
    for (let next = await exchange.next(); !next.done; next = await exchange.next()) {
      seen.push([next.value.status, next.value.dataSet?.length]);
    }
    expect(seen).toEqual([
      [0xff00, 8],
      [0xff01, 2],
      [0x0000, undefined],
    ]);
    await end(talking);
  });

  test('a request of the peer, its data set as it arrives, our response', async () => {
    const receiver = remembering();
    let request: IncomingRequest | undefined;
    const handler: RequestHandler = (incoming) => {
      request = incoming;
      return receiver;
    };
    const talking = await talk({ how, handler });
    const { peer } = talking;
    await peer.send(message(5, 'C-STORE-RQ', { MessageID: 9, ...STORE.fields }, DATA));
    await turns(150);
    expect(receiver.log).toEqual(['write 8', 'end']);
    expect(request).toMatchObject({
      name: 'C-STORE-RQ',
      context: { id: 5, abstractSyntax: CT_IMAGE },
      command: { MessageID: 9, AffectedSOPInstanceUID: '1.2.3' },
    });
    await request!.respond({ Status: 0xb000 });
    expect(await expectMessage(peer)).toMatchObject({
      contextId: 5,
      command: {
        CommandField: 0x8001,
        MessageIDBeingRespondedTo: 9,
        AffectedSOPClassUID: CT_IMAGE,
        AffectedSOPInstanceUID: '1.2.3',
        Status: 0xb000,
      },
    });
    await end(talking);
  });
});

describe('message IDs', () => {
  test('run from 1 to 65535 and around, past those outstanding', async () => {
    const talking = await talk({ maximumLength: 0 });
    const { messenger, peer } = talking;
    const first = messenger.invoke(ECHO);
    await expectMessage(peer);
    expect(first.options.messageId).toBe(1);
    for (let id = 2; id <= 0xffff; id++) {
      const exchange = messenger.invoke({ ...ECHO, contextId: 1 });
      if (exchange.options.messageId !== id)
        throw new Error(`${exchange.options.messageId} instead of ${id}`);
      exchange.fail(new DicomError('CANCELLED', 'only the number was wanted'));
      if (id % 1000 === 0) await drain(peer, 1000);
    }
    await turns(2);
    expect(messenger.invoke(ECHO).options.messageId).toBe(2); // not 0, and 1 is outstanding
    await end(talking);
  }, 10_000);

  /** Reads so many messages without looking at them. */
  async function drain(peer: Parrot, count: number): Promise<void> {
    for (let i = 0; i < count - 1; i++) await peer.next();
  }

  test('may be the same in both directions', async () => {
    const requests: IncomingRequest[] = [];
    const talking = await talk({ handler: (request) => void requests.push(request) as undefined });
    const { messenger, peer } = talking;
    const get = messenger.invoke({ ...FIND, name: 'C-GET-RQ', capacity: 'latest' });
    await expectMessage(peer);
    await peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await turns(3);
    expect(requests).toHaveLength(1);
    await requests[0]!.respond({ Status: 0 });
    expect((await expectMessage(peer)).command).toMatchObject({ CommandField: 0x8001, Status: 0 });
    expect(get.settled).toBe(false);
    await peer.send(response(3, 'C-GET-RSP', 1, 0));
    expect(await get.done).toMatchObject({ status: 0 });
    await end(talking);
  });
});

describe('responses', () => {
  test('find their operation in any order', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchanges = [messenger.invoke(ECHO), messenger.invoke(ECHO), messenger.invoke(FIND)];
    for (let i = 0; i < 3; i++) await expectMessage(peer);
    await peer.send(found(3, 0xa700), response(1, 'C-ECHO-RSP', 2, 2), response(1, 'C-ECHO-RSP', 1, 1));
    const statuses = await Promise.all(exchanges.map(({ done }) => done.then(({ status }) => status)));
    expect(statuses).toEqual([1, 2, 0xa700]);
    await end(talking);
  });

  test('that nobody asked for are ignored with their data, and told', async () => {
    const talking = await talk();
    const { messenger, peer, events } = talking;
    const exchange = messenger.invoke(ECHO);
    await expectMessage(peer);
    await peer.send(match(77), found(77), response(1, 'C-ECHO-RSP', 1, 0), response(1, 'C-ECHO-RSP', 1, 0));
    expect(await exchange.done).toMatchObject({ status: 0 });
    await turns(3);
    expect(talking.association.end).toBeUndefined();
    const strays = events.filter(({ type }) => type === 'stray');
    expect(strays.map((event) => 'messageId' in event && event.messageId)).toEqual([77, 77, 1]);
    await end(talking);
  });

  test('with data where none belong, and without where they do, are taken', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    await peer.send(found(1, 0xff00), response(3, 'C-FIND-RSP', 1, 0xfe00, DATA));
    expect(await exchange.next()).toMatchObject({ value: { status: 0xff00, dataSet: undefined } });
    expect(await exchange.next()).toMatchObject({ value: { status: 0xfe00, dataSet: DATA } });
    expect(await exchange.done).toMatchObject({ status: 0xfe00 });
    await end(talking);
  });

  test('that are not read hold the peer back, and are all there later', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, capacity: 4 });
    await expectMessage(peer);
    const big = new Uint8Array(16_000);
    let sent = 0;
    const sending = (async () => {
      for (; sent < 50; sent++) await peer.send(match(1, big));
      await peer.send(found(1));
    })();
    await turns(20);
    expect(sent).toBeLessThan(16); // four wait for the reader, the rest on the way
    let matches = 0;
    for (let next = await exchange.next(); !next.done; next = await exchange.next()) {
      matches += next.value.final ? 0 : 1;
    }
    await sending;
    expect(matches).toBe(50);
    await end(talking);
  });

  test('of which only the latest counts never hold back, and the final one is never lost', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, name: 'C-MOVE-RQ', capacity: 'latest' });
    await expectMessage(peer);
    for (let i = 0; i < 500; i++) await peer.send(response(3, 'C-MOVE-RSP', 1, 0xff00));
    await peer.send(response(3, 'C-MOVE-RSP', 1, 0xb000));
    expect(await exchange.done).toMatchObject({ status: 0xb000 });
    expect(await exchange.next()).toMatchObject({ value: { status: 0xb000 } });
    expect(await exchange.next()).toMatchObject({ done: true });
    await end(talking);
  });

  test('whose data set is beyond the limit end the association', async () => {
    const talking = await talk({ limits: { ...DEFAULT_LIMITS, identifier: 1000 } });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    await peer.send(match(1, new Uint8Array(1002)));
    expect(await failure(exchange.done)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    await talking.association.closed;
    await turns(3);
  });
});

describe('bad messages abort', () => {
  const find = commandSet('C-FIND-RSP', { MessageIDBeingRespondedTo: 1, Status: 0xff00 }, true);
  test.each<[string, Bytes, string]>([
    [
      'an unknown command',
      message(1, 'C-ECHO-RQ', { CommandField: 0x0666, MessageID: 1 }),
      'COMMAND_INVALID',
    ],
    [
      'a response without a status',
      message(1, 'C-ECHO-RSP', { MessageIDBeingRespondedTo: 1 }),
      'COMMAND_INVALID',
    ],
    [
      'a C-STORE without data',
      message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }),
      'COMMAND_INVALID',
    ],
    ['a command set that is none', pData(commandPdv(1, fromHex('00000000ff'))), 'COMMAND_INVALID'],
    ['data without a command', pData(dataPdv(1, DATA)), 'MESSAGE_INVALID'],
    ['a refused context', message(7, 'C-ECHO-RQ', { MessageID: 1 }), 'MESSAGE_INVALID'],
    ['data on another context', pData(commandPdv(3, find), dataPdv(1, DATA)), 'MESSAGE_INVALID'],
  ])('%s', async (_, bytes, code) => {
    const receiver = remembering();
    const talking = await talk({ handler: () => receiver });
    const exchange = talking.messenger.invoke(FIND);
    await expectMessage(talking.peer);
    await talking.peer.send(bytes);
    expect(await failure(exchange.done)).toMatchObject({ code });
    expect(await talking.peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    expect(receiver.log).toEqual([]);
    await talking.association.closed;
    await turns(3);
  });

  test('but a cancel for nothing is only told', async () => {
    const talking = await talk();
    await talking.peer.send(message(3, 'C-CANCEL-RQ', { MessageIDBeingRespondedTo: 5 }));
    await turns(3);
    expect(talking.events.map(({ type }) => type)).toEqual(['command', 'stray']);
    expect(talking.association.end).toBeUndefined();
    await end(talking);
  });
});

describe('cancelling', () => {
  const cancelled = new DicomError('CANCELLED', 'enough');

  async function finding(): Promise<Talk & { exchange: Exchange }> {
    const talking = await talk();
    const exchange = talking.messenger.invoke(FIND);
    await expectMessage(talking.peer);
    await talking.peer.send(match(1));
    await exchange.next();
    return { ...talking, exchange };
  }

  test('frees the reader at once, sends C-CANCEL on the same context, drains until the final response', async () => {
    const talking = await finding();
    const { exchange, peer, messenger } = talking;
    const waiting = failure(exchange.next());
    exchange.cancel(cancelled);
    exchange.cancel(new DicomError('CANCELLED', 'again'));
    expect(await waiting).toBe(cancelled);
    expect(await expectMessage(peer)).toEqual({
      contextId: 3,
      command: { CommandField: 0x0fff, CommandDataSetType: 0x0101, MessageIDBeingRespondedTo: 1 },
      data: undefined,
    });
    for (let i = 0; i < 2000; i++) await peer.send(match(1));
    expect(messenger.busy).toBe(true);
    await peer.send(found(1, 0xfe00));
    expect(await exchange.done).toMatchObject({ status: 0xfe00 });
    await messenger.idle();
    expect(await exchange.next()).toMatchObject({ done: true });
    expect(talking.association.end).toBeUndefined();
    await end(talking);
  });

  test('lets the network go on where the reader held it back', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, capacity: 1 });
    await expectMessage(peer);
    await peer.send(match(1), match(1), found(1, 0xfe00));
    await turns(3);
    exchange.cancel(cancelled);
    expect(await exchange.done).toMatchObject({ status: 0xfe00 });
    await end(talking);
  });

  test('aborts where the final response does not come within the grace', async () => {
    const talking = await finding();
    const { exchange, peer } = talking;
    exchange.cancel(cancelled);
    await expectMessage(peer);
    await clock.advance(DEFAULT_DEADLINES.cancelGrace - 1);
    await peer.send(match(1)); // a sign of life is no end
    expect(talking.association.end).toBeUndefined();
    await clock.advance(1);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT', phase: 'cancel grace' });
    expect(await peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    await talking.association.closed;
    await turns(3);
  });

  test('what knows no C-CANCEL sends none, and has the same grace', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(ECHO);
    await expectMessage(peer);
    exchange.cancel(cancelled);
    const next = messenger.invoke(ECHO);
    expect((await expectMessage(peer)).command.CommandField).toBe(0x0030);
    await peer.send(response(1, 'C-ECHO-RSP', 1, 0), response(1, 'C-ECHO-RSP', 2, 0));
    await Promise.all([exchange.done, next.done]);
    await end(talking);
  });

  test('after the final response, or after the end, does nothing', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(ECHO);
    await expectMessage(peer);
    await peer.send(response(1, 'C-ECHO-RSP', 1, 0));
    await exchange.done;
    exchange.cancel(cancelled);
    expect(await exchange.next()).toMatchObject({ value: { status: 0 } });
    await end(talking);
    const late = messenger.invoke(FIND);
    expect(await failure(late.done)).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
    late.cancel(cancelled);
  });

  test('by the peer aborts the signal of the operation that we perform', async () => {
    const requests: IncomingRequest[] = [];
    const handler: RequestHandler = (request) => {
      requests.push(request);
      return remembering();
    };
    const talking = await talk({ handler });
    const { peer } = talking;
    const fields = { AffectedSOPClassUID: STUDY_FIND, Priority: 0 };
    await peer.send(message(3, 'C-FIND-RQ', { MessageID: 8, ...fields }, DATA));
    await peer.send(message(3, 'C-FIND-RQ', { MessageID: 9, ...fields }, DATA));
    await peer.send(message(3, 'C-CANCEL-RQ', { MessageIDBeingRespondedTo: 8 }));
    await turns(5);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await end(talking);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});

describe('silence', () => {
  test('after a request aborts at the response deadline', async () => {
    const talking = await talk();
    const exchange = talking.messenger.invoke(FIND);
    await expectMessage(talking.peer);
    await clock.advance(DEFAULT_DEADLINES.response - 1);
    expect(exchange.settled).toBe(false);
    await clock.advance(1);
    const error = await failure(exchange.done);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ phase: 'response', milliseconds: DEFAULT_DEADLINES.response });
    expect(error.message).toContain('C-FIND');
    await talking.association.closed;
    await turns(3);
  });

  test('between responses aborts at the progress deadline; each sign of life counts', async () => {
    const talking = await talk({ handler: () => remembering() });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, name: 'C-GET-RQ', capacity: 'latest' });
    await expectMessage(peer);
    for (let i = 0; i < 5; i++) {
      await clock.advance(DEFAULT_DEADLINES.progress - 10);
      await peer.send(
        i % 2 === 0
          ? response(3, 'C-GET-RSP', 1, 0xff00)
          : message(5, 'C-STORE-RQ', { MessageID: i, ...STORE.fields }, DATA),
      );
      await turns(3);
    }
    expect(exchange.settled).toBe(false);
    await clock.advance(DEFAULT_DEADLINES.progress);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT', phase: 'progress' });
    await talking.association.closed;
    await turns(3);
  });

  test('of a C-MOVE has a deadline of its own', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({
      ...FIND,
      name: 'C-MOVE-RQ',
      capacity: 'latest',
      progress: 'moveProgress',
    });
    await expectMessage(peer);
    await clock.advance(DEFAULT_DEADLINES.moveProgress - 1);
    expect(exchange.settled).toBe(false);
    await clock.advance(1);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT' });
    await talking.association.closed;
    await turns(3);
  });

  test('is none while our own reader holds the peer back, nor right after', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, capacity: 1 });
    await expectMessage(peer);
    await peer.send(match(1));
    await clock.advance(10 * DEFAULT_DEADLINES.progress - 1);
    expect(clock.pending).toBe(1); // one timer, and it does not run in circles
    await exchange.next();
    await turns(2);
    await clock.advance(DEFAULT_DEADLINES.progress - 1);
    expect(talking.association.end).toBeUndefined();
    await clock.advance(DEFAULT_DEADLINES.progress);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT', phase: 'progress' });
    await talking.association.closed;
    await turns(3);
  });

  test('is none while our own store takes its time', async () => {
    let stored!: () => void;
    const receiver = remembering(() => new Promise<void>((resolve) => (stored = resolve)));
    const talking = await talk({ handler: () => receiver });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, name: 'C-GET-RQ', capacity: 'latest' });
    await expectMessage(peer);
    await peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await clock.advance(3 * DEFAULT_DEADLINES.progress);
    expect(talking.association.end).toBeUndefined();
    stored();
    await turns(3);
    await peer.send(response(3, 'C-GET-RSP', 1, 0));
    expect(await exchange.done).toMatchObject({ status: 0 });
    await end(talking);
  });
});

describe('sending', () => {
  test('one message after the other, each whole', async () => {
    const talking = await talk({ maximumLength: 20 });
    const { messenger, peer } = talking;
    const pieces = async function* (): AsyncGenerator<Bytes> {
      for (let i = 0; i < 4; i++) {
        yield DATA;
        await turns(2);
      }
    };
    const sent = [
      messenger.send(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, pieces()),
      messenger.send(1, 'C-ECHO-RQ', { MessageID: 2, ...ECHO.fields }),
      messenger.send(3, 'C-FIND-RQ', { MessageID: 3, ...FIND.fields }, DATA),
    ];
    const messages = [await expectMessage(peer), await expectMessage(peer), await expectMessage(peer)];
    expect(
      messages.map(({ contextId, command, data }) => [contextId, command.MessageID, data?.length]),
    ).toEqual([
      [5, 1, 32],
      [1, 2, undefined],
      [3, 3, 8],
    ]);
    await Promise.all(sent);
    await end(talking);
  });

  test('a small message leaves in one write', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const before = peer.reads;
    messenger.invoke(STORE);
    await expectMessage(peer);
    expect(peer.reads - before).toBe(1);
    await end(talking);
  });

  test('from a source that fails aborts: the message cannot be ended', async () => {
    for (const after of [0, 1, 40]) {
      const talking = await talk();
      const { messenger, peer } = talking;
      const source = async function* (): AsyncGenerator<Bytes> {
        for (let i = 0; i < after; i++) yield new Uint8Array(10_000);
        throw new Error('the disk is gone');
      };
      const exchange = messenger.invoke({ ...STORE, dataSet: source() });
      const error = await failure(exchange.done);
      expect(error).toBeInstanceOf(DicomError);
      expect(error.message).toContain('the disk is gone');
      expect(talking.association.end).toMatchObject({ kind: 'aborted', error });
      for (let next = await peer.next(); next.pdu.type !== 'A-ABORT'; next = await peer.next()) {
        expect(next.pdu.type).toBe('P-DATA-TF');
      }
      await talking.association.closed;
      await turns(3);
    }
  });

  test('to a peer that takes too little fails before anything is sent', async () => {
    const talking = await talk({ maximumLength: 7 });
    const exchange = talking.messenger.invoke(ECHO);
    expect(await failure(exchange.done)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(talking.association.end).toBeUndefined();
    const released = talking.association.release();
    await talking.peer.expect('A-RELEASE-RQ');
    await talking.peer.send({ type: 'A-RELEASE-RP' });
    await released;
    await talking.association.closed;
    await turns(3);
  });

  test('stops reading the source when the association ends', async () => {
    const talking = await talk();
    const { messenger, association } = talking;
    let given = 0;
    let closed = false;
    const source = async function* (): AsyncGenerator<Bytes> {
      try {
        for (;;) {
          given++;
          yield new Uint8Array(100_000);
        }
      } finally {
        closed = true;
      }
    };
    const exchange = messenger.invoke({ ...STORE, dataSet: source() });
    await turns(20);
    expect(given).toBeLessThan(20); // held back by the peer, which reads nothing
    talking.peer.cut();
    expect(await failure(exchange.done)).toMatchObject({ code: 'CONNECTION_LOST' });
    await association.closed;
    await turns(5);
    expect(closed).toBe(true);
  });

  test('settles what waits behind a source that never goes on, when the association ends', async () => {
    const talking = await talk();
    const { messenger } = talking;
    const source = async function* (): AsyncGenerator<Bytes> {
      yield DATA;
      await new Promise(() => undefined);
    };
    const stalled = failure(messenger.send(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, source()));
    const behind = failure(messenger.send(1, 'C-ECHO-RQ', { MessageID: 2, ...ECHO.fields }));
    await turns(3);
    await end(talking);
    expect(await stalled).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
    expect(await behind).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
  });
});

describe('when the association ends', () => {
  test('every open operation fails once, with what is read before', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchanges = [messenger.invoke(FIND), messenger.invoke(ECHO)];
    await expectMessage(peer);
    await expectMessage(peer);
    await peer.send(match(1));
    await turns(3);
    peer.cut();
    for (const { done } of exchanges) expect(await failure(done)).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await exchanges[0]!.next()).toMatchObject({ value: { status: 0xff00 } });
    expect(await failure(exchanges[0]!.next())).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await exchanges[0]!.next()).toMatchObject({ done: true });
    await messenger.idle();
    expect(messenger.busy).toBe(false);
  });

  test('a half received data set is given up', async () => {
    const receiver = remembering();
    const talking = await talk({ handler: () => receiver });
    const command = commandSet('C-STORE-RQ', { MessageID: 1, ...STORE.fields }, true);
    await talking.peer.send(pData(commandPdv(5, command)), pData(dataPdv(5, DATA, false)));
    await turns(3);
    talking.peer.close();
    await talking.association.ended;
    await turns(3);
    expect(receiver.log).toEqual(['write 8', 'abort CONNECTION_LOST']);
  });

  test('a receiver that is still being opened is given up when it is there', async () => {
    const receiver = remembering();
    let opened!: (receiver: DataSetReceiver) => void;
    const talking = await talk({ handler: () => new Promise((resolve) => (opened = resolve)) });
    await talking.peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await turns(3);
    talking.association.abort();
    await turns(3);
    opened(receiver);
    await talking.association.closed;
    await turns(3);
    expect(receiver.log).toEqual(['abort ASSOCIATION_ABORTED']);
  });

  test('a receiver whose last write is under way is not told that all is well', async () => {
    let written!: () => void;
    const receiver = remembering(() => new Promise<void>((resolve) => (written = resolve)));
    const talking = await talk({ handler: () => receiver });
    await talking.peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await turns(3);
    talking.association.abort();
    await turns(3);
    written();
    await talking.association.closed;
    await turns(3);
    expect(receiver.log).toEqual(['write 8', 'abort ASSOCIATION_ABORTED']);
  });

  test('nothing more is performed, though it stood in the same PDU', async () => {
    const asked: number[] = [];
    const talking = await talk({
      handler: (request) => {
        asked.push(request.command.MessageID!); // mandatory
        talking.association.abort();
        return undefined;
      },
    });
    const echo = (MessageID: number): Bytes => commandSet('C-ECHO-RQ', { MessageID, ...ECHO.fields });
    await talking.peer.send(pData(commandPdv(1, echo(1)), commandPdv(1, echo(2))));
    await talking.association.closed;
    await turns(3);
    expect(asked).toEqual([1]);
  });

  test('a response that comes too late is refused with what ended it', async () => {
    let request!: IncomingRequest;
    const talking = await talk({
      handler: (incoming) => {
        request = incoming;
        return undefined;
      },
    });
    await talking.peer.send(message(1, 'C-ECHO-RQ', { MessageID: 1, ...ECHO.fields }));
    await turns(3);
    await end(talking);
    expect(await failure(request.respond({ Status: 0 }))).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
  });

  test('by the peer`s release, open operations say so', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    await peer.send({ type: 'A-RELEASE-RQ' });
    await peer.expect('A-RELEASE-RP');
    expect(await failure(exchange.done)).toMatchObject({ code: 'ASSOCIATION_ENDED' });
    peer.close();
    await talking.association.closed;
    await turns(3);
  });
});

describe('a handler that fails', () => {
  test.each<[string, RequestHandler]>([
    [
      'at once',
      () => {
        throw new TypeError('a mistake');
      },
    ],
    ['later', async () => await Promise.reject(new TypeError('a mistake'))],
    [
      'in its receiver',
      () =>
        remembering(() => {
          throw new TypeError('a mistake');
        }),
    ],
  ])('%s aborts the association with a typed error', async (_, handler) => {
    const talking = await talk({ handler });
    await talking.peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    const { kind, error } = await talking.association.ended;
    expect(kind).toBe('aborted');
    expect(error).toBeInstanceOf(DicomError);
    expect(error!.cause).toMatchObject({ message: 'a mistake' });
    expect(await talking.peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    await talking.association.closed;
    await turns(3);
  });
});

test('a sink is told of every command and the end of every data set', async () => {
  const talking = await talk();
  const { messenger, peer, events } = talking;
  const exchange = messenger.invoke(FIND);
  await expectMessage(peer);
  await peer.send(match(1), found(1));
  await exchange.done;
  await turns(3);
  expect(
    events.map((event) => [
      event.direction,
      event.name,
      event.type === 'data set' ? event.length : event.type,
    ]),
  ).toEqual([
    ['sent', 'C-FIND-RQ', 'command'],
    ['sent', 'C-FIND-RQ', 8],
    ['received', 'C-FIND-RSP', 'command'],
    ['received', 'C-FIND-RSP', 8],
    ['received', 'C-FIND-RSP', 'command'],
  ]);
  await end(talking);
});

test('two of us: each invokes and performs at the same time, with the same numbers', async () => {
  const answering: RequestHandler = (request) => {
    const pieces: Bytes[] = [];
    return {
      write: (data) => void pieces.push(data.slice()),
      end: async () => await request.respond({ Status: pieces.reduce((sum, { length }) => sum + length, 0) }),
      abort: () => undefined,
    };
  };
  const { ours, theirs } = await pair(answering, answering);
  const sizes = [0, 1, 100, 20_001, 60_000];
  const exchanges = sizes.flatMap((size) =>
    [ours, theirs].map((one) => one.invoke({ ...STORE, dataSet: new Uint8Array(size) })),
  );
  const statuses = await Promise.all(exchanges.map(({ done }) => done.then(({ status }) => status)));
  expect(statuses).toEqual(sizes.flatMap((size) => [size + (size % 2), size + (size % 2)]));
  expect(exchanges.map(({ options }) => options.messageId)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  await ours.association.release();
  expect(await theirs.association.ended).toEqual({ kind: 'released' });
  await theirs.association.closed;
  await turns(3);
});
