/** DIMSE without decoding: what the bare peer is made of. It believes its peer, and looks at no data set. */
import type { Socket } from 'node:net';
import { encodeCommandSet } from '../../core/dimse/index.ts';
import type { CommandSet } from '../../core/dimse/index.ts';
import { P_DATA_HEADER, encodePdu, writePDataHeader } from '../../core/pdu/index.ts';
import type { AnsweredContext, ProposedContext, RoleSelection } from '../../core/pdu/index.ts';

export const MAXIMUM_LENGTH = 131_072;
const P_DATA_TF = 4;
/** Of a PDU (PS3.8 9.3.1), and of a presentation data value item (PS3.8 9.3.5.1). */
const HEADER = 6;

export interface WireEvents {
  /** A whole PDU that carries no data. */
  pdu(type: number, body: Buffer): void;
  command(contextId: number, command: Buffer): void;
  /** A data set ended; it had so many bytes. `kept`: itself, where `keeps` said so before it. */
  dataSet(bytes: number, kept: Buffer): void;
  /** Whether the data set that comes is kept; it is a query's, and short. */
  keeps?(): boolean;
}

/** Takes PDUs apart as they come. Command sets are kept until they are complete, data sets are counted. */
export class Wire {
  readonly #events: WireEvents;
  readonly #header = Buffer.alloc(HEADER);
  #filled = 0;
  /** What is left of the current PDU behind its header or the header of the current value. */
  #pduLeft = 0;
  /** What is left of the value, or of the PDU where it carries no data. */
  #left = 0;
  #type = 0;
  #contextId = 0;
  #control = 0;
  #kept: Buffer[] = [];
  #counted = 0;
  #keeps = false;

  constructor(events: WireEvents) {
    this.#events = events;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) at += this.#left > 0 ? this.#body(chunk, at) : this.#head(chunk, at);
  }

  #head(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#filled, at, at + HEADER - this.#filled);
    this.#filled += taken;
    if (this.#filled < HEADER) return taken;
    this.#filled = 0;
    if (this.#pduLeft === 0) this.#startPdu();
    else this.#startValue();
    return taken;
  }

  #startPdu(): void {
    this.#type = this.#header[0]!;
    const length = this.#header.readUInt32BE(2);
    if (this.#type === P_DATA_TF) this.#pduLeft = length;
    else this.#left = length;
  }

  #startValue(): void {
    const length = this.#header.readUInt32BE(0);
    this.#contextId = this.#header[4]!;
    this.#control = this.#header[5]!;
    this.#pduLeft -= 4 + length;
    this.#left = length - 2;
    if (this.#left === 0) this.#end();
  }

  #body(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at);
    const isData = this.#type === P_DATA_TF && !this.#isCommand;
    if (!isData || this.#keeps) this.#kept.push(Buffer.from(chunk.subarray(at, at + taken)));
    if (isData) this.#counted += taken;
    this.#left -= taken;
    if (this.#left === 0) this.#end();
    return taken;
  }

  get #isCommand(): boolean {
    return (this.#control & 1) !== 0;
  }

  #end(): void {
    const carriesData = this.#type === P_DATA_TF;
    if (carriesData && (this.#control & 2) === 0) return;
    const whole = Buffer.concat(this.#kept.splice(0));
    const bytes = this.#counted;
    this.#counted = 0;
    if (!carriesData) this.#events.pdu(this.#type, whole);
    else if (!this.#isCommand) this.#events.dataSet(bytes, whole);
    else {
      this.#events.command(this.#contextId, whole);
      this.#keeps = this.#events.keeps?.() ?? false;
    }
  }
}

/** (0000,0100), and what else the bare peer looks at in a command set: implicit VR little endian (PS3.7 6.3.1). */
export function valueOf(command: Buffer, element: number): Buffer {
  for (let at = 0; at + 8 <= command.length; at += 8 + command.readUInt32LE(at + 4)) {
    if (command.readUInt16LE(at + 2) !== element) continue;
    return command.subarray(at + 8, at + 8 + command.readUInt32LE(at + 4));
  }
  return Buffer.alloc(0);
}

/** Writes a message by one system call where it can: headers between views of the data set. */
export function sendMessage(
  socket: Socket,
  contextId: number,
  command: CommandSet,
  dataSet: Uint8Array | undefined,
  maximumLength: number,
): void {
  socket.cork();
  writeFragments(socket, contextId, encodeCommandSet(command), true, maximumLength);
  if (dataSet !== undefined) writeFragments(socket, contextId, dataSet, false, maximumLength);
  socket.uncork();
}

function writeFragments(
  socket: Socket,
  contextId: number,
  bytes: Uint8Array,
  command: boolean,
  maximumLength: number,
): void {
  const most = maximumLength - HEADER;
  for (let at = 0; at < bytes.length; at += most) {
    const piece = bytes.subarray(at, at + most);
    socket.write(dataHeader(contextId, command, at + most >= bytes.length, piece.length));
    socket.write(piece);
  }
}

function dataHeader(contextId: number, command: boolean, last: boolean, length: number): Buffer {
  const header = Buffer.alloc(P_DATA_HEADER);
  writePDataHeader(header, 0, { contextId, command, last }, length);
  return header;
}

const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';
const IMPLEMENTATION = { maximumLength: MAXIMUM_LENGTH, implementationClassUID: '2.25.7411' };

export function associateRQ(
  calledAETitle: string,
  contexts: readonly ProposedContext[],
  roles: readonly RoleSelection[],
): Uint8Array {
  return encodePdu({
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAETitle,
    callingAETitle: 'BARE',
    applicationContext: APPLICATION_CONTEXT,
    contexts,
    userInformation: { ...IMPLEMENTATION, ...(roles.length > 0 && { roles }) },
  });
}

export function associateAC(
  calledAETitle: string,
  callingAETitle: string,
  contexts: readonly AnsweredContext[],
  roles: readonly RoleSelection[],
): Uint8Array {
  return encodePdu({
    type: 'A-ASSOCIATE-AC',
    protocolVersion: 1,
    calledAETitle,
    callingAETitle,
    applicationContext: APPLICATION_CONTEXT,
    contexts,
    userInformation: { ...IMPLEMENTATION, ...(roles.length > 0 && { roles }) },
  });
}

/** What the bare peer reads of an A-ASSOCIATE-RQ or -AC: contexts, roles, the maximum length (PS3.8 9.3.2, D.1). */
export interface Associating {
  readonly contexts: readonly { readonly id: number; readonly uids: readonly string[] }[];
  readonly roles: readonly string[];
  readonly maximumLength: number;
}

/** Reads the body of the PDU. */
export function readAssociate(body: Buffer): Associating {
  const contexts: { id: number; uids: string[] }[] = [];
  const roles: string[] = [];
  let maximumLength = 0;
  const walk = (from: number, end: number): void => {
    for (let at = from; at < end;) {
      const [type, length] = [body[at]!, body.readUInt16BE(at + 2)];
      const start = at + 4;
      if (type === 0x20 || type === 0x21) contexts.push({ id: body[start]!, uids: [] });
      if (type === 0x20 || type === 0x21) walk(start + 4, start + length);
      else if (type === 0x50) walk(start, start + length);
      else if (type === 0x30 || type === 0x40) contexts.at(-1)!.uids.push(uidAt(body, start, length));
      else if (type === 0x51) maximumLength = body.readUInt32BE(start);
      else if (type === 0x54) roles.push(uidAt(body, start + 2, body.readUInt16BE(start)));
      at = start + length;
    }
  };
  walk(68, body.length);
  return { contexts, roles, maximumLength: maximumLength || MAXIMUM_LENGTH };
}

function uidAt(body: Buffer, at: number, length: number): string {
  return body.toString('latin1', at, at + length).replace(/\0+$/, '');
}
