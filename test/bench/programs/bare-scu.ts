/**
 * What Node allows to an SCU that decodes nothing. `bare-scu store PORT AET FOLDER`, `get PORT AET STUDY`,
 * `find PORT AET`, `echo PORT AET TIMES`, `associations PORT AET TIMES`; prints `{"count","bytes"}`.
 */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  writeDataSet,
} from '../../../core/data/index.ts';
import type { KeyValue } from '../../../core/data/index.ts';
import { COMMAND_FIELD, NO_DATA_SET } from '../../../core/dimse/index.ts';
import type { CommandSet } from '../../../core/dimse/index.ts';
import { encodePdu } from '../../../core/pdu/index.ts';
import { readRaw } from '../../support/peers-files.ts';
import { CT, DATA_SET, GET, FIND, STORAGE_CLASSES, VERIFICATION } from '../bare.ts';
import { Wire, associateRQ, readAssociate, sendMessage, valueOf } from '../wire.ts';

const [action = '', port = '', aeTitle = '', what = ''] = process.argv.slice(2);

interface Told {
  count: number;
  bytes: number;
}

/** A message is sent, and later its answer is looked at; `undefined` ends the association. */
interface Talk {
  readonly abstractSyntax: string;
  readonly storage: readonly string[];
  /** The next request. */
  next(): { readonly command: CommandSet; readonly dataSet?: Uint8Array } | undefined;
}

function command(
  name: keyof typeof COMMAND_FIELD,
  sopClassUID: string,
  more: Partial<CommandSet> = {},
): CommandSet {
  return {
    AffectedSOPClassUID: sopClassUID,
    CommandField: COMMAND_FIELD[name]!,
    MessageID: 1,
    Priority: 0,
    CommandDataSetType: DATA_SET,
    ...more,
  };
}

/** Has the whole conversation, and gives what came of it. */
function converse(talk: Talk): Promise<Told> {
  const told: Told = { count: 0, bytes: 0 };
  const socket: Socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  let maximumLength = 0;
  const next = (): void => {
    const message = talk.next();
    if (message === undefined) socket.write(encodePdu({ type: 'A-RELEASE-RQ' }));
    else sendMessage(socket, 1, message.command, message.dataSet, maximumLength);
  };
  let storing: { contextId: number; command: Buffer } | undefined;
  const wire = new Wire({
    pdu(type, body) {
      if (type === 2) {
        ({ maximumLength } = readAssociate(body));
        next();
      } else socket.end();
    },
    command(contextId, bytes) {
      if (valueOf(bytes, 0x0100).readUInt16LE() === COMMAND_FIELD['C-STORE-RQ']) {
        storing = { contextId, command: Buffer.from(bytes) };
        return;
      }
      const status = valueOf(bytes, 0x0900).readUInt16LE();
      if (status === 0xff00) return;
      if (status !== 0) throw new Error(`status ${status.toString(16)}`);
      if (action !== 'get' && action !== 'find') told.count++;
      next();
    },
    dataSet(bytes) {
      if (action === 'find') told.count++;
      if (storing === undefined) return;
      told.count++;
      told.bytes += bytes;
      answerStore(socket, storing, maximumLength);
      storing = undefined;
    },
  });
  const roles =
    action === 'get' ? talk.storage.map((sopClassUID) => ({ sopClassUID, scu: false, scp: true })) : [];
  const contexts = [talk.abstractSyntax, ...talk.storage].map((abstractSyntax, i) => ({
    id: 2 * i + 1,
    abstractSyntax,
    transferSyntaxes: [
      talk.abstractSyntax === FIND ? IMPLICIT_VR_LITTLE_ENDIAN : EXPLICIT_VR_LITTLE_ENDIAN,
      IMPLICIT_VR_LITTLE_ENDIAN,
    ],
  }));
  socket.write(associateRQ(aeTitle, contexts, roles));
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => wire.push(chunk));
    socket.once('error', reject).once('close', () => resolve(told));
  });
}

function answerStore(
  socket: Socket,
  { contextId, command: request }: { readonly contextId: number; readonly command: Buffer },
  maximumLength: number,
): void {
  const response: CommandSet = {
    AffectedSOPClassUID: uid(valueOf(request, 0x0002)),
    AffectedSOPInstanceUID: uid(valueOf(request, 0x1000)),
    CommandField: COMMAND_FIELD['C-STORE-RSP']!,
    MessageIDBeingRespondedTo: valueOf(request, 0x0110).readUInt16LE(),
    CommandDataSetType: NO_DATA_SET,
    Status: 0,
  };
  sendMessage(socket, contextId, response, undefined, maximumLength);
}

function uid(value: Buffer): string {
  return value.toString('latin1').replace(/\0+$/, '');
}

/** Each file is read when it is its turn; the folder holds instances of one class. */
function store(folder: string): Talk & Told {
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const talk = {
    abstractSyntax: paths[0] === undefined ? CT : readRaw(paths[0]).sopClassUID,
    storage: [],
    count: 0,
    bytes: 0,
    next() {
      const path = paths.pop();
      if (path === undefined) return undefined;
      const file = readRaw(path);
      talk.bytes += file.dataSet.length;
      const MessageID = (paths.length & 0x7fff) + 1;
      const more = { MessageID, AffectedSOPInstanceUID: file.sopInstanceUID };
      return { command: command('C-STORE-RQ', file.sopClassUID, more), dataSet: file.dataSet };
    },
  };
  return talk;
}

function asking(name: 'C-GET-RQ' | 'C-FIND-RQ', sopClassUID: string, keys: Record<string, KeyValue>): Talk {
  const syntax = name === 'C-FIND-RQ' ? IMPLICIT_VR_LITTLE_ENDIAN : EXPLICIT_VR_LITTLE_ENDIAN;
  const identifier = writeDataSet(dataSet({ QueryRetrieveLevel: 'STUDY', ...keys }), syntax);
  let asked = false;
  return {
    abstractSyntax: sopClassUID,
    storage: name === 'C-GET-RQ' ? STORAGE_CLASSES : [],
    next() {
      if (asked) return undefined;
      asked = true;
      return { command: command(name, sopClassUID), dataSet: identifier };
    },
  };
}

function echoes(times: number): Talk {
  let left = times;
  const { Priority: _, ...echo } = command('C-ECHO-RQ', VERIFICATION, { CommandDataSetType: NO_DATA_SET });
  return {
    abstractSyntax: VERIFICATION,
    storage: [],
    next: () => (left-- > 0 ? { command: echo } : undefined),
  };
}

async function counted(talk: Talk): Promise<Pick<Told, 'count'>> {
  const { count } = await converse(talk);
  return { count };
}

/** Bytes are told where instances go or come. */
const ACTIONS: Readonly<Record<string, () => Promise<Pick<Told, 'count'> & Partial<Told>>>> = {
  async store() {
    const talk = store(what);
    return { ...(await converse(talk)), bytes: talk.bytes };
  },
  get: () => converse(asking('C-GET-RQ', GET, { StudyInstanceUID: what })),
  find: () =>
    counted(
      asking('C-FIND-RQ', FIND, {
        PatientName: '',
        PatientID: '',
        StudyInstanceUID: '',
        StudyDate: '',
        StudyDescription: '',
      }),
    ),
  echo: () => counted(echoes(Number(what))),
  async associations() {
    const times = Number(what);
    for (let i = 0; i < times; i++) await converse(echoes(1));
    return { count: times };
  },
};

console.log(JSON.stringify((await ACTIONS[action]?.()) ?? {}));
