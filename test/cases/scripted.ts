/** A whole peer by script, for what page and command line do: any number of associations, a study that it holds. */
import { MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { dataSet, readDataSet, text, texts, writeDataSet } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { COMMAND_FIELD } from '../../core/dimse/index.ts';
import { get } from '../../core/peer/index.ts';
import type {
  GetOptions,
  PeerAddress,
  RetrieveProgress,
  RetrieveReport,
  Task,
} from '../../core/peer/index.ts';
import type { AssociateRQ, Pdu } from '../../core/pdu/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import { clock } from '../support/fake-clock.ts';
import { expectMessage, message } from '../support/messages.ts';
import type { Message } from '../support/messages.ts';
import { CT_IMAGE, IMPLICIT, Parrot } from '../support/parrot.ts';
import { splitting } from '../support/splitting.ts';
import type { Split } from '../support/splits.ts';
import { turns } from '../support/streams.ts';
import { image, STUDY } from './scene.ts';

/** An association of the scripted peer. */
export interface Line {
  readonly parrot: Parrot;
  readonly request: AssociateRQ;
  /** Counts from 0, rejected ones included. */
  readonly number: number;
}

/** A final response: `Completed`, `Failed`, `Warning`. */
export interface Final {
  readonly status: number;
  readonly counters?: Readonly<Record<string, number>>;
  readonly identifier?: Bytes;
}

/** What the peer holds and does; by default it accepts, finds, sends and stores everything. */
export interface Script {
  /** Instances by series. */
  readonly holds?: Readonly<Record<string, readonly string[]>>;
  sopClassOf?(sopInstanceUID: string): string;
  /** Another answer than an acceptance of everything; an abort comes behind the acceptance. */
  answer?(line: Line): Pdu | undefined;
  /** The final response of a C-GET in the place of a true one, or none behind a failed sub-operation. */
  readonly final?: Final | 'none';
  /** Which of the instances that a C-GET names it sends. */
  sends?(asked: DataSet, found: readonly string[]): readonly string[];
}

export interface Scripted {
  readonly address: PeerAddress;
  /** `released` or `aborted` once an association has ended, `rejected` or `open`. */
  readonly ends: string[];
  readonly requests: AssociateRQ[];
  /** The C-GETs, and who asked. */
  readonly asked: { readonly line: number; readonly identifier: DataSet }[];
  /** Names of the commands that came, in their order. */
  readonly commands: string[];
  readonly statuses: number[];
}

/** A scripted peer, and how to call it. */
export function scripted(how: Split, script: Script = {}, settings: Partial<PeerAddress> = {}): Scripted {
  const network = new MemoryNetwork();
  const reader = network.listen('peer', 104).incoming.getReader();
  const peer: Scripted = {
    address: {
      dialer: splitting(network, how),
      target: { host: 'peer', port: 104 },
      aeTitle: 'PEER',
      callingAETitle: 'US',
      clock,
      ...settings,
    },
    ends: [],
    requests: [],
    asked: [],
    commands: [],
    statuses: [],
  };
  void (async () => {
    for (let number = 0; ; number++) {
      const { value } = await reader.read();
      if (value === undefined) return;
      peer.ends.push('open');
      void new Talker(script, peer, new Parrot(value), number).run().catch(() => undefined); // the connection is gone
    }
  })();
  return peer;
}

class Talker {
  readonly #script: Script;
  readonly #peer: Scripted;
  readonly #parrot: Parrot;
  readonly #number: number;
  #line: Line | undefined;

  constructor(script: Script, peer: Scripted, parrot: Parrot, number: number) {
    this.#script = script;
    this.#peer = peer;
    this.#parrot = parrot;
    this.#number = number;
  }

  async run(): Promise<void> {
    const request = await this.#parrot.expect('A-ASSOCIATE-RQ');
    this.#peer.requests.push(request);
    this.#line = { parrot: this.#parrot, request, number: this.#number };
    const answer = this.#script.answer?.(this.#line);
    if (answer?.type === 'A-ASSOCIATE-RJ') {
      this.#peer.ends[this.#number] = 'rejected';
      return await this.#parrot.send(answer);
    }
    await this.#parrot.send(accepting(request), ...(answer ? [answer] : []));
    for (;;) await this.#one();
  }

  /** The next message; throws at the end of the association. */
  async #one(): Promise<void> {
    const next = await this.#message();
    const { contextId, command, data } = next;
    const fields = { MessageIDBeingRespondedTo: command.MessageID ?? 0, Status: 0 };
    this.#peer.commands.push(nameOf(next));
    if (command.CommandField === COMMAND_FIELD['C-FIND-RQ']) await this.#find(next);
    else if (command.CommandField === COMMAND_FIELD['C-GET-RQ']) {
      this.#peer.asked.push({ line: this.#number, identifier: readDataSet(data!, IMPLICIT) }); // it has one
      await this.#get(next);
    } else if (command.CommandField === COMMAND_FIELD['C-STORE-RQ']) {
      await this.#parrot.send(message(contextId, 'C-STORE-RSP', fields));
    }
  }

  async #message(): Promise<Message> {
    try {
      return await expectMessage(this.#parrot);
    } catch (error) {
      const ended = String(error);
      if (ended.includes('A-RELEASE-RQ')) {
        this.#peer.ends[this.#number] = 'released';
        await this.#parrot.send({ type: 'A-RELEASE-RP' });
      } else this.#peer.ends[this.#number] = 'aborted';
      throw error;
    }
  }

  async #find({ contextId, command, data }: Message): Promise<void> {
    const MessageIDBeingRespondedTo = command.MessageID!; // every request has one
    for (const match of this.#matches(readDataSet(data!, IMPLICIT))) {
      const identifier = writeDataSet(match, IMPLICIT);
      await this.#parrot.send(
        message(contextId, 'C-FIND-RSP', { MessageIDBeingRespondedTo, Status: 0xff00 }, identifier),
      );
    }
    await this.#parrot.send(message(contextId, 'C-FIND-RSP', { MessageIDBeingRespondedTo, Status: 0 }));
  }

  #matches(keys: DataSet): DataSet[] {
    const { holds = {}, sopClassOf = () => CT_IMAGE } = this.#script;
    if (text(keys, 'QueryRetrieveLevel') === 'SERIES') {
      return Object.keys(holds).map((SeriesInstanceUID) => dataSet({ SeriesInstanceUID, Modality: 'CT' }));
    }
    return (holds[text(keys, 'SeriesInstanceUID')] ?? []).map((SOPInstanceUID) =>
      dataSet({ SOPInstanceUID, SOPClassUID: sopClassOf(SOPInstanceUID) }),
    );
  }

  async #get({ contextId, command, data }: Message): Promise<void> {
    const { holds = {}, sopClassOf = () => CT_IMAGE, sends } = this.#script;
    const asked = readDataSet(data!, IMPLICIT);
    const [series, instances] = [texts(asked, 'SeriesInstanceUID'), texts(asked, 'SOPInstanceUID')];
    const found = Object.entries(holds)
      .filter(([uid]) => series.length === 0 || series.includes(uid))
      .flatMap(([, uids]) => uids)
      .filter((uid) => instances.length === 0 || instances.includes(uid));
    const sending = sends?.(asked, found) ?? found;
    let sent = 0;
    for (const uid of sending) {
      const sopClass = sopClassOf(uid);
      const at = this.#line!.request.contexts.find(({ abstractSyntax }) => abstractSyntax === sopClass);
      if (at === undefined) continue;
      const fields = {
        MessageID: ++sent,
        AffectedSOPClassUID: sopClass,
        AffectedSOPInstanceUID: uid,
        Priority: 0,
      };
      await this.#parrot.send(message(at.id, 'C-STORE-RQ', fields, imageOf(uid, sopClass)));
      const answer = await this.#message();
      this.#peer.commands.push(nameOf(answer));
      this.#peer.statuses.push(answer.command.Status ?? -1);
      if (answer.command.Status !== 0) return await this.#cancelled(contextId, command.MessageID!);
    }
    await this.#final(contextId, command.MessageID!, { status: 0, counters: { Completed: sent, Failed: 0 } });
  }

  /** Waits for C-CANCEL, and heeds it where the script does not say otherwise. */
  async #cancelled(contextId: number, messageId: number): Promise<void> {
    this.#peer.commands.push(nameOf(await this.#message()));
    if (this.#script.final !== 'none') await this.#final(contextId, messageId, { status: 0xfe00 });
  }

  async #final(contextId: number, MessageIDBeingRespondedTo: number, usual: Final): Promise<void> {
    const { final = usual } = this.#script;
    const { status, counters = {}, identifier } = final === 'none' ? usual : final;
    const numbers = Object.entries(counters).map(([name, count]) => [`NumberOf${name}Suboperations`, count]);
    const fields = { MessageIDBeingRespondedTo, Status: status, ...Object.fromEntries(numbers) };
    await this.#parrot.send(message(contextId, 'C-GET-RSP', fields, identifier));
  }
}

const nameOf = ({ command }: Message): string =>
  Object.entries(COMMAND_FIELD).find(([, field]) => field === command.CommandField)![0];

function imageOf(sopInstanceUID: string, SOPClassUID: string): Bytes {
  if (SOPClassUID === CT_IMAGE) return image(sopInstanceUID);
  const keys = { SOPClassUID, SOPInstanceUID: sopInstanceUID, StudyInstanceUID: '1.2.3' };
  return writeDataSet(dataSet(keys), IMPLICIT);
}

function accepting(request: AssociateRQ): Pdu {
  const contexts = request.contexts.map(({ id, transferSyntaxes }) => {
    const transferSyntax = transferSyntaxes.includes(IMPLICIT) ? IMPLICIT : transferSyntaxes[0]!;
    return { id, result: 0, transferSyntax };
  });
  return { ...request, type: 'A-ASSOCIATE-AC', contexts };
}

/** The value of a promise; the clock runs as long as it takes. */
export async function inTime<T>(promise: Promise<T>): Promise<T> {
  const running = Symbol('running');
  for (let i = 0; i < 2000; i++) {
    const state: unknown = await Promise.race([
      promise.catch(() => undefined),
      turns(10).then(() => running),
    ]);
    if (state !== running) break;
    await clock.advance(100);
  }
  return await promise;
}

/** A get of the whole study into a store of its own. */
export function getting(
  { address }: Scripted,
  options: Partial<GetOptions> = {},
): { readonly store: MemoryStore; readonly task: Task<RetrieveProgress, RetrieveReport> } {
  const store = new MemoryStore();
  return { store, task: get(address, { request: STUDY, store, ...options }) };
}

export const uids = (count: number, prefix = '1.2.3.1'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}.${i + 1}`);
