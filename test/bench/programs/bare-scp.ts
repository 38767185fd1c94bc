/**
 * What Node allows to an SCP that decodes nothing. `bare-scp PORT [FOLDER] [MATCHES]`: it takes what is stored and
 * drops it, answers echoes, serves the files of a folder by C-GET, tells by C-FIND what there is, or instead so many canned
 * studies to any C-FIND. It reads identifiers, and of what it moves nothing.
 * It says `ready`, and behind each association `{"received","bytes","sent"}`.
 */
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { DataSet } from '../../../core/data/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  readDataSet,
  text,
  texts,
  writeDataSet,
} from '../../../core/data/index.ts';
import { COMMAND_FIELD, NO_DATA_SET } from '../../../core/dimse/index.ts';
import type { CommandSet } from '../../../core/dimse/index.ts';
import { encodePdu } from '../../../core/pdu/index.ts';
import { readRaw } from '../../support/peers-files.ts';
import { DATA_SET, FIND, STORAGE_CLASSES } from '../bare.ts';
import { Wire, associateAC, readAssociate, sendMessage, valueOf } from '../wire.ts';
import type { Associating } from '../wire.ts';

const [port = '', folder = '', matches = '0'] = process.argv.slice(2);
/** Paths by SOP Instance UID. */
const files = new Map(
  (folder === '' ? [] : readdirSync(folder).filter(isInstance)).map((name) => {
    const { path, sopInstanceUID, sopClassUID } = readRaw(join(folder, name));
    return [sopInstanceUID, { path, sopClassUID }];
  }),
);
/** Result of a context: transfer syntaxes not supported (PS3.8 Table 9-18). */
const NO_SYNTAX = 4;
/** Answers sent by one write. */
const AT_ONCE = 64;

class Served {
  readonly #socket: Socket;
  readonly #wire: Wire;
  #associating: Associating = { contexts: [], roles: [], maximumLength: 0 };
  /** The request under way, until its data set is there. */
  #request: { readonly contextId: number; readonly command: Buffer } | undefined;
  /** Woken by the answer to a C-STORE of ours. */
  #answered: (() => void) | undefined;
  readonly #counts = { received: 0, bytes: 0, sent: 0 };

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#wire = new Wire({
      pdu: (type, body) => this.#pdu(type, body),
      command: (contextId, command) => this.#command(contextId, command),
      dataSet: (bytes, kept) => this.#dataSet(bytes, kept),
      keeps: () => this.#isQuery,
    });
    socket.on('data', (chunk: Buffer) => this.#wire.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => console.log(JSON.stringify(this.#counts)));
  }

  #pdu(type: number, body: Buffer): void {
    if (type === 1) this.#accept(body);
    else if (type === 5) this.#socket.end(encodePdu({ type: 'A-RELEASE-RP' }));
    else this.#socket.destroy();
  }

  /** Every class is accepted that comes with a syntax in which we have what goes in it, or take what comes. */
  #accept(body: Buffer): void {
    this.#associating = readAssociate(body);
    const contexts = this.#associating.contexts.map(({ id, uids }) => {
      const transferSyntax = syntaxOf(uids);
      if (transferSyntax === undefined)
        return { id, result: NO_SYNTAX, transferSyntax: IMPLICIT_VR_LITTLE_ENDIAN };
      return { id, result: 0, transferSyntax };
    });
    const roles = this.#associating.roles.map((sopClassUID) => ({ sopClassUID, scu: false, scp: true }));
    const [called, calling] = [body.toString('latin1', 4, 20), body.toString('latin1', 20, 36)];
    this.#socket.write(associateAC(called.trim(), calling.trim(), contexts, roles));
  }

  #command(contextId: number, command: Buffer): void {
    const field = valueOf(command, 0x0100).readUInt16LE();
    if (field === COMMAND_FIELD['C-STORE-RSP']) this.#answered?.();
    else if (valueOf(command, 0x0800).readUInt16LE() === NO_DATA_SET)
      this.#send(contextId, response(command));
    else this.#request = { contextId, command: Buffer.from(command) };
  }

  /** Whether what is under way has an identifier. */
  get #isQuery(): boolean {
    const command = this.#request?.command;
    return command !== undefined && valueOf(command, 0x0100).readUInt16LE() !== COMMAND_FIELD['C-STORE-RQ'];
  }

  #identifier(contextId: number, bytes: Buffer): DataSet {
    const uids = this.#associating.contexts.find(({ id }) => id === contextId)?.uids ?? [];
    return readDataSet(Uint8Array.from(bytes), syntaxOf(uids) ?? IMPLICIT_VR_LITTLE_ENDIAN);
  }

  /** What there is at the level that is asked for: one study of one series, as data.ts names them. */
  #matches(contextId: number, kept: Buffer): Uint8Array[] {
    const level = text(this.#identifier(contextId, kept), 'QueryRetrieveLevel');
    const uids = [...files.keys()];
    const found = level === 'IMAGE' ? uids : uids.slice(0, 1);
    return found.map((uid) => {
      const SeriesInstanceUID = uid.replace(/\.\d+$/, '');
      const StudyInstanceUID = SeriesInstanceUID.replace(/\.\d+$/, '');
      const { sopClassUID: SOPClassUID } = files.get(uid)!;
      const image = level === 'IMAGE' ? { SOPInstanceUID: uid, SOPClassUID } : {};
      const series = level === 'STUDY' ? {} : { Modality: 'CT', SeriesInstanceUID };
      const keys = { QueryRetrieveLevel: level, StudyInstanceUID, ...series, ...image };
      return writeDataSet(dataSet(keys), IMPLICIT_VR_LITTLE_ENDIAN);
    });
  }

  #dataSet(bytes: number, kept: Buffer): void {
    const { contextId, command } = this.#request!;
    this.#request = undefined;
    const field = valueOf(command, 0x0100).readUInt16LE();
    if (field === COMMAND_FIELD['C-GET-RQ'])
      void this.#serve(contextId, command, this.#identifier(contextId, kept));
    else if (field === COMMAND_FIELD['C-FIND-RQ'])
      void this.#answer(contextId, command, files.size > 0 ? this.#matches(contextId, kept) : canned);
    else {
      this.#counts.received++;
      this.#counts.bytes += bytes;
      this.#send(contextId, response(command));
    }
  }

  async #serve(contextId: number, command: Buffer, identifier: DataSet): Promise<void> {
    const asked = texts(identifier, 'SOPInstanceUID');
    const wanted = asked.length > 0 ? asked : [...files.keys()];
    for (const [i, uid] of wanted.entries()) {
      const file = readRaw(files.get(uid)!.path);
      const storing = this.#associating.contexts.find(
        ({ uids }) => uids[0] === file.sopClassUID && syntaxOf(uids) !== undefined,
      );
      if (storing === undefined) throw new Error(`no context for ${file.sopClassUID}`);
      const answered = new Promise<void>((resolve) => (this.#answered = resolve));
      this.#send(
        storing.id,
        {
          AffectedSOPClassUID: file.sopClassUID,
          AffectedSOPInstanceUID: file.sopInstanceUID,
          CommandField: COMMAND_FIELD['C-STORE-RQ']!,
          MessageID: (i & 0x7fff) + 2,
          Priority: 0,
          CommandDataSetType: DATA_SET,
        },
        file.dataSet,
      );
      await answered;
      this.#counts.sent++;
    }
    const counts = {
      NumberOfCompletedSuboperations: wanted.length,
      NumberOfFailedSuboperations: 0,
      NumberOfWarningSuboperations: 0,
    };
    this.#send(contextId, { ...response(command), ...counts });
  }

  async #answer(contextId: number, command: Buffer, found: readonly Uint8Array[]): Promise<void> {
    const pending = { ...response(command), CommandDataSetType: DATA_SET, Status: 0xff00 };
    for (let i = 0; i < found.length; i += AT_ONCE) {
      this.#socket.cork();
      for (const match of found.slice(i, i + AT_ONCE)) this.#send(contextId, pending, match);
      this.#socket.uncork();
      if (this.#socket.writableNeedDrain) await new Promise((resolve) => this.#socket.once('drain', resolve));
    }
    this.#counts.sent += found.length;
    this.#send(contextId, response(command));
  }

  #send(contextId: number, command: CommandSet, bytes?: Uint8Array): void {
    sendMessage(this.#socket, contextId, command, bytes, this.#associating.maximumLength);
  }
}

/** An archive that serves the folder may keep a journal beside its files. */
function isInstance(name: string): boolean {
  return !name.startsWith('.');
}

/** Answers are in implicit little endian, files in explicit; what comes may be in either. */
function syntaxOf([abstractSyntax = '', ...proposed]: readonly string[]): string | undefined {
  const either = [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN];
  const isStorage = STORAGE_CLASSES.includes(abstractSyntax);
  const usable = abstractSyntax === FIND ? either.slice(1) : isStorage ? either.slice(0, 1) : either;
  return usable.find((syntax) => proposed.includes(syntax));
}

function response(command: Buffer): CommandSet {
  const instance = valueOf(command, 0x1000).toString('latin1').replace(/\0+$/, '');
  return {
    AffectedSOPClassUID: valueOf(command, 0x0002).toString('latin1').replace(/\0+$/, ''),
    ...(instance !== '' && { AffectedSOPInstanceUID: instance }),
    CommandField: valueOf(command, 0x0100).readUInt16LE() | 0x8000,
    MessageIDBeingRespondedTo: valueOf(command, 0x0110).readUInt16LE(),
    CommandDataSetType: NO_DATA_SET,
    Status: 0,
  };
}

/** Made before anybody asks: seventeen elements, as a PACS answers for a study. */
const canned = Array.from({ length: Number(matches) }, (_, i) =>
  writeDataSet(
    dataSet({
      SpecificCharacterSet: 'ISO_IR 100',
      StudyDate: `2026${String((i % 12) + 1).padStart(2, '0')}${String((i % 28) + 1).padStart(2, '0')}`,
      StudyTime: '101500',
      AccessionNumber: `A${i}`,
      QueryRetrieveLevel: 'STUDY',
      RetrieveAETitle: 'BARE',
      ModalitiesInStudy: ['CT', 'SR'],
      ReferringPhysicianName: 'Smith^John',
      StudyDescription: `Thorax with contrast ${i}`,
      PatientName: `Doe${i}^Jane`,
      PatientID: `P${i}`,
      PatientBirthDate: '19700101',
      PatientSex: 'F',
      StudyInstanceUID: `2.25.7411.9.${i}`,
      StudyID: String(i),
      NumberOfStudyRelatedSeries: '3',
      NumberOfStudyRelatedInstances: '500',
    }),
    IMPLICIT_VR_LITTLE_ENDIAN,
  ),
);
const server = createServer({ noDelay: true }, (socket) => void new Served(socket));
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
