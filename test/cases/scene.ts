/** Our side as SCU (C) or SCP (S) on an association, the scripted peer at the other end, and what both do. */
import { expect } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import type { Bytes, SinkEvent } from '../../core/bytes/index.ts';
import { dataSet, writeDataSet } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { AssociateAC, AssociateRQ, Pdu } from '../../core/pdu/index.ts';
import { associate, serve } from '../../core/service/index.ts';
import type {
  AssociateOptions,
  Association,
  FinalResponse,
  Handlers,
  Progress,
  Query,
  Responses,
  RetrieveRequest,
  RetrieveResult,
  ServeOptions,
  Server,
} from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import type { Connection } from '../../core/transport/index.ts';
import { clock } from '../support/fake-clock.ts';
import { expectMessage, message } from '../support/messages.ts';
import { AC, CT_IMAGE, IMPLICIT, Parrot, RQ, STUDY_FIND, VERIFICATION } from '../support/parrot.ts';
import { splitConnection, splitting } from '../support/splitting.ts';
import type { Split } from '../support/splits.ts';
import { turns } from '../support/streams.ts';

export type Side = 'C' | 'S';

export const STUDY_GET = '1.2.840.10008.5.1.4.1.2.2.3';
export const EXPLICIT = '1.2.840.10008.1.2.1';

/** Contexts 1 verification, 3 query, 5 CT storage, 7 C-GET; what the peer asks, and answers. */
export const REQUEST: AssociateRQ = {
  ...RQ,
  contexts: [...RQ.contexts, { id: 7, abstractSyntax: STUDY_GET, transferSyntaxes: [IMPLICIT] }],
};
export const ACCEPT: AssociateAC = {
  ...AC,
  contexts: [...AC.contexts, { id: 7, result: 0, transferSyntax: IMPLICIT }],
};

export interface SceneOptions {
  /** What the peer asks (S) or answers (C) with; bytes go as they are. */
  readonly rq?: Partial<AssociateRQ> | Bytes;
  readonly ac?: Partial<AssociateAC> | Bytes;
  readonly handlers?: Handlers;
  readonly serve?: Partial<ServeOptions>;
  readonly associate?: Partial<AssociateOptions>;
}

export interface Scene {
  readonly side: Side;
  readonly peer: Parrot;
  readonly events: SinkEvent[];
  /** What our handlers were told. */
  readonly errors: Error[];
  readonly queries: Query[];
  readonly store: MemoryStore;
}

export interface Requesting extends Scene {
  readonly attempt: Promise<Association>;
}

export interface Requested extends Scene {
  readonly association: Association;
}

const leaving: (() => Promise<unknown>)[] = [];

/** Ends what the scenes of a test have opened. */
export async function leave(): Promise<void> {
  for (const close of leaving.splice(0)) await close();
  await turns(3);
}

function scene(side: Side, connection: Connection): Scene {
  const peer = new Parrot(connection);
  return { side, peer, events: [], errors: [], queries: [], store: new MemoryStore() };
}

/** Our SCU on its way: the peer is connected and has answered nothing. */
export async function requesting(how: Split, options: SceneOptions = {}): Promise<Requesting> {
  const network = new MemoryNetwork();
  const incoming = network.listen('peer', 104).incoming.getReader();
  const events: SinkEvent[] = [];
  const attempt = associate(
    splitting(network, how),
    { host: 'peer', port: 104 },
    {
      calledAETitle: 'PEER',
      callingAETitle: 'US',
      contexts: REQUEST.contexts.map(({ abstractSyntax, transferSyntaxes }) => ({
        abstractSyntax,
        transferSyntaxes,
        ...(abstractSyntax === CT_IMAGE && { role: { scu: true, scp: true } }),
      })),
      clock,
      sink: (event) => events.push(event),
      ...options.associate,
    },
  );
  attempt.catch(() => undefined); // told to the case, where it waits for it
  const { value } = await Promise.race([incoming.read(), attempt.then(unconnected)]);
  const setting = { ...scene('C', value!), events };
  leaving.push(async () => {
    const association = await Promise.race([attempt.catch(() => undefined), turns(20)]);
    association?.abort();
    setting.peer.cut();
    await association?.ended;
  });
  return { ...setting, attempt };
}

function unconnected(): never {
  throw new Error('an association without a connection');
}

/** Our SCU, associated. */
export async function scu(how: Split, options: SceneOptions = {}): Promise<Requested> {
  const setting = await requesting(how, options);
  await setting.peer.expect('A-ASSOCIATE-RQ');
  await setting.peer.send(whole(ACCEPT, options.ac));
  return { ...setting, association: await setting.attempt };
}

/** Our SCP with the peer connected, who has asked nothing. */
export async function listening(
  how: Split,
  options: SceneOptions = {},
): Promise<Scene & { connect(): Promise<Parrot> }> {
  const network = new MemoryNetwork();
  const connect = async (): Promise<Connection> => {
    const connection = network.connect({ host: 'us', port: 104 });
    await connection.opened;
    return connection;
  };
  const listener = network.listen('us', 104);
  const incoming = listener.incoming.pipeThrough(
    new TransformStream<Connection, Connection>({
      transform: (connection, controller) => controller.enqueue(splitConnection(connection, how)),
    }),
  );
  const setting = scene('S', await connect());
  const server: Server = serve(
    { incoming, close: () => listener.close() },
    {
      store: (info) => setting.store.put(info),
      find(query) {
        setting.queries.push(query);
        return none();
      },
      get: () => ({ instances: none() }),
      onError: (error) => setting.errors.push(error),
      ...options.handlers,
    },
    { clock, sink: (event) => setting.events.push(event), ...options.serve },
  );
  leaving.push(async () => {
    setting.peer.cut();
    await server.close();
  });
  return { ...setting, connect: async () => new Parrot(await connect()) };
}

async function* none(): AsyncGenerator<never> {
  yield* [];
}

/** Our SCP, associated. */
export async function scp(
  how: Split,
  options: SceneOptions = {},
): Promise<Scene & { connect(): Promise<Parrot> }> {
  const setting = await listening(how, options);
  await setting.peer.send(whole(REQUEST, options.rq));
  await setting.peer.expect('A-ASSOCIATE-AC');
  return setting;
}

/** Either, associated. */
export async function either(side: Side, how: Split, options: SceneOptions = {}): Promise<Scene | Requested> {
  return side === 'C' ? await scu(how, options) : await scp(how, options);
}

/** Either, before the peer's first PDU: as SCU the A-ASSOCIATE-RQ has been sent. */
export async function early(side: Side, how: Split): Promise<Scene> {
  if (side === 'S') return await listening(how);
  const setting = await requesting(how);
  await setting.peer.expect('A-ASSOCIATE-RQ');
  return setting;
}

function whole<T extends Pdu>(pdu: T, changed: Partial<T> | Bytes | undefined): T | Bytes {
  return changed instanceof Uint8Array ? changed : { ...pdu, ...changed };
}

/** We abort, with this source and reason, and close. */
export async function aborts({ peer }: Scene, source: number, reason: number): Promise<void> {
  expect(await peer.expect('A-ABORT')).toEqual({ type: 'A-ABORT', source, reason });
  await peer.ended();
}

/** The association can be used as if nothing had happened. */
export async function usable(setting: Scene | Requested): Promise<void> {
  const { peer } = setting;
  if (!('association' in setting)) {
    await peer.send(echoRequest(4711));
    expect((await expectMessage(peer)).command).toMatchObject({ MessageIDBeingRespondedTo: 4711, Status: 0 });
    return;
  }
  const echo = setting.association.echo();
  const { command } = await expectMessage(peer);
  await peer.send(echoResponse(command.MessageID!)); // every request has one
  await echo;
}

export function echoRequest(MessageID: number): Bytes {
  return message(1, 'C-ECHO-RQ', { MessageID, AffectedSOPClassUID: VERIFICATION });
}

export function echoResponse(MessageIDBeingRespondedTo: number, Status = 0): Bytes {
  return message(1, 'C-ECHO-RSP', { MessageIDBeingRespondedTo, Status });
}

/** An identifier, as keys and as a match. */
export const IDENTIFIER: DataSet = dataSet({
  QueryRetrieveLevel: 'STUDY',
  PatientName: 'Doe^Jane',
  StudyInstanceUID: '1.2.3',
});
export const IDENTIFIER_BYTES: Bytes = writeDataSet(IDENTIFIER, IMPLICIT);

const QUERY: Query = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '' }) };

/** Our SCU has asked C-FIND; the peer has it. */
export async function finding(
  setting: Requested,
  query: Query = QUERY,
  signal?: AbortSignal,
): Promise<Responses<DataSet, FinalResponse>> {
  const responses = setting.association.find(query, signal ? { signal } : {});
  await expectMessage(setting.peer);
  return responses;
}

export function findRequest(MessageID: number, identifier: Bytes = IDENTIFIER_BYTES): Bytes {
  return message(3, 'C-FIND-RQ', { MessageID, AffectedSOPClassUID: STUDY_FIND, Priority: 0 }, identifier);
}

export function findResponse(Status: number, identifier?: Bytes): Bytes {
  return message(3, 'C-FIND-RSP', { MessageIDBeingRespondedTo: 1, Status }, identifier);
}

export const STUDY: RetrieveRequest = {
  model: 'STUDY',
  level: 'STUDY',
  keys: dataSet({ StudyInstanceUID: '1.2.3' }),
};

/** Our SCU has asked C-GET into the scene's store; the peer has it. */
export async function getting(
  setting: Requested,
  request: RetrieveRequest = STUDY,
  signal?: AbortSignal,
): Promise<Responses<Progress, RetrieveResult>> {
  const store = (info: Parameters<MemoryStore['put']>[0]) => setting.store.put(info);
  const responses = setting.association.get(request, { store, ...(signal && { signal }) });
  await expectMessage(setting.peer);
  return responses;
}

export function getResponse(
  Status: number,
  counters: Readonly<Record<string, number>> = {},
  identifier?: Bytes,
): Bytes {
  const fields = Object.entries(counters).map(([name, count]) => [`NumberOf${name}Suboperations`, count]);
  const command = { MessageIDBeingRespondedTo: 1, Status, ...Object.fromEntries(fields) };
  return message(7, 'C-GET-RSP', command, identifier);
}

export function getRequest(MessageID = 1): Bytes {
  return message(7, 'C-GET-RQ', { MessageID, AffectedSOPClassUID: STUDY_GET, Priority: 0 }, IDENTIFIER_BYTES);
}

export function storeResponse(MessageIDBeingRespondedTo: number, Status = 0): Bytes {
  return message(5, 'C-STORE-RSP', { MessageIDBeingRespondedTo, Status });
}

/** The data set of a small instance. */
export function image(sopInstanceUID: string, syntax: string = IMPLICIT): Bytes {
  const keys = {
    SOPClassUID: CT_IMAGE,
    SOPInstanceUID: sopInstanceUID,
    StudyInstanceUID: '1.2.3',
    Modality: 'CT',
  };
  return writeDataSet(dataSet(keys), syntax);
}

export function storeRequest(
  MessageID: number,
  sopInstanceUID: string,
  data: Bytes = image(sopInstanceUID),
): Bytes {
  const fields = { AffectedSOPClassUID: CT_IMAGE, AffectedSOPInstanceUID: sopInstanceUID, Priority: 0 };
  return message(5, 'C-STORE-RQ', { MessageID, ...fields }, data);
}

/** An instance on its way to us: as SCU in a C-GET, as SCP just so. Returns the status that we answer. */
export async function stored(
  setting: Scene,
  sopInstanceUID: string,
  data?: Bytes,
  MessageID = 1,
): Promise<number> {
  await setting.peer.send(storeRequest(MessageID, sopInstanceUID, data));
  return await storeAnswer(setting, MessageID);
}

export async function storeAnswer({ peer }: Scene, MessageID: number): Promise<number> {
  const { contextId, command } = await expectMessage(peer);
  expect({ contextId, ...command }).toMatchObject({
    contextId: 5,
    CommandField: 0x8001,
    MessageIDBeingRespondedTo: MessageID,
  });
  return command.Status!; // every response has one
}

/** Either, ready for instances: the SCU inside a C-GET. */
export async function receiving(
  side: Side,
  how: Split,
  options: SceneOptions = {},
): Promise<Scene | Requested> {
  if (side === 'S') return await scp(how, options);
  const setting = await scu(how, options);
  await getting(setting);
  return setting;
}

/** Codes of the deviations that a sink was told, those of PDUs included. */
export function deviations({ events }: Scene): string[] {
  return (events as (SinkEvent & { code?: string; deviations?: readonly { code: string }[] })[]).flatMap(
    ({ type, code, deviations: ofPdu = [] }) => [
      ...(type === 'deviation' || type === 'stray' ? [code ?? type] : []),
      ...ofPdu.map((deviation) => deviation.code),
    ],
  );
}

/** Lets everything that was sent arrive, however it is cut. */
export const settled = (): Promise<void> => turns(5);
