/** A messenger and the scripted peer that it talks to. */
import { fromHex } from '../../core/bytes/index.ts';
import type { Bytes, SinkEvent } from '../../core/bytes/index.ts';
import { Messenger } from '../../core/dimse/index.ts';
import type {
  CommandName,
  CommandSet,
  DataSetReceiver,
  DimseHappening,
  Invocation,
  RequestHandler,
} from '../../core/dimse/index.ts';
import { DEFAULT_DEADLINES, negotiated, UlAssociation } from '../../core/ul/index.ts';
import type { AssociationEnvironment } from '../../core/ul/index.ts';
import { clock } from '../support/fake-clock.ts';
import { message } from '../support/messages.ts';
import { AC, CT_IMAGE, Parrot, RQ, STUDY_FIND, wire } from '../support/parrot.ts';
import { splitConnection } from '../support/splitting.ts';
import type { Split } from '../support/splits.ts';
import { turns } from '../support/streams.ts';

export const DATA = fromHex('00010203 04050607');
const REFUSE: RequestHandler = () => {
  throw new Error('nothing is asked here');
};

export interface Talk {
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
export async function talk(options: TalkOptions = {}): Promise<Talk> {
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
  const deadlines = extra.deadlines ?? DEFAULT_DEADLINES;
  const messenger = new Messenger(association, handler, { deadlines, ...limits });
  association.establish(RQ, ac, negotiated(RQ, ac), (pdvs) => messenger.receive(pdvs));
  return { messenger, association, peer, events };
}

/** Two messengers talking to each other. */
export async function pair(
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

export const ECHO: Invocation = {
  contextId: 1,
  name: 'C-ECHO-RQ',
  fields: { AffectedSOPClassUID: '1.2.840.10008.1.1' },
  capacity: 'latest',
  cancellable: false,
};
export const FIND: Invocation = {
  contextId: 3,
  name: 'C-FIND-RQ',
  fields: { AffectedSOPClassUID: STUDY_FIND, Priority: 0 },
  dataSet: DATA,
  capacity: 4,
  cancellable: true,
};
export const STORE: Invocation = {
  contextId: 5,
  name: 'C-STORE-RQ',
  fields: { AffectedSOPClassUID: CT_IMAGE, AffectedSOPInstanceUID: '1.2.3', Priority: 0 },
  dataSet: DATA,
  capacity: 'latest',
  cancellable: false,
};

export function response(
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

export const match = (messageId: number, dataSet = DATA, status = 0xff00): Bytes =>
  response(3, 'C-FIND-RSP', messageId, status, dataSet);
export const found = (messageId: number, status = 0): Bytes => response(3, 'C-FIND-RSP', messageId, status);

/** Ends the association, whatever state it is in. */
export async function end({ association }: Pick<Talk, 'association'>): Promise<void> {
  association.abort();
  await association.closed;
  await turns(3);
}

/** A receiver that remembers what happened to it. */
export function remembering(
  write: (data: Bytes) => void | Promise<void> = () => undefined,
): DataSetReceiver & {
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
