/** A capture as a busy archive makes it: many associations at once, nearly all of it pixels. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Bytes } from '../../core/bytes/index.ts';
import { encodeCommandSet } from '../../core/dimse/index.ts';
import { fileHeader } from '../../core/inspect/capture/pcapng.ts';
import { fragmented, whole } from '../../core/inspect/capture/rewritten-message.ts';
import { WireWriter } from '../../core/inspect/capture/wire-writer.ts';
import type { Side } from '../../core/inspect/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { instanceBytes } from '../service/world.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const FRAGMENT = 16_372;
const PIXELS = 524_288;
const USER_INFORMATION = { maximumLength: 16_384, implementationClassUID: '1.2.3' };

export interface LargeCapture {
  readonly associations: number;
  /** Instances stored in each. */
  readonly instances: number;
  /** PDUs in all. */
  readonly pdus: number;
}

interface Said {
  readonly sender: Side;
  readonly bytes: Bytes;
}

/** Writes 200 MB with 50 associations of 8 instances each, all of them open at once; takes about two seconds. */
export function writeLargeCapture(file: string, associations = 50, instances = 8): LargeCapture {
  const said = conversation(instances);
  const wires = Array.from({ length: associations }, (_, i) => new WireWriter(i + 1));
  const descriptor = openSync(file, 'w');
  const write = (packets: readonly Bytes[]): void => {
    for (const packet of packets) writeSync(descriptor, packet);
  };
  let time = Date.UTC(2026, 0, 1);
  try {
    write([fileHeader('webdimse')]);
    for (const wire of wires) write(wire.open(time));
    for (const { sender, bytes } of said) for (const wire of wires) write(wire.data(sender, time++, bytes));
    for (const wire of wires) write(wire.close(time));
  } finally {
    closeSync(descriptor);
  }
  return { associations, instances, pdus: associations * said.length };
}

function conversation(instances: number): Said[] {
  const titles = {
    protocolVersion: 1,
    calledAETitle: 'PACS',
    callingAETitle: 'MODALITY',
    applicationContext: '1.2.840.10008.3.1.1.1',
    userInformation: USER_INFORMATION,
  };
  const request = encodePdu({
    type: 'A-ASSOCIATE-RQ',
    ...titles,
    contexts: [{ id: 1, abstractSyntax: CT, transferSyntaxes: [EXPLICIT] }],
  });
  const answer = encodePdu({
    type: 'A-ASSOCIATE-AC',
    ...titles,
    contexts: [{ id: 1, result: 0, transferSyntax: EXPLICIT }],
  });
  return [
    { sender: 'requestor', bytes: request },
    { sender: 'acceptor', bytes: answer },
    ...Array.from({ length: instances }, (_, i) => stored(i + 1)).flat(),
    { sender: 'requestor', bytes: encodePdu({ type: 'A-RELEASE-RQ' }) },
    { sender: 'acceptor', bytes: encodePdu({ type: 'A-RELEASE-RP' }) },
  ];
}

function stored(number: number): Said[] {
  const uids = { AffectedSOPClassUID: CT, AffectedSOPInstanceUID: `2.25.1.1.${number}` };
  const request = { ...uids, CommandField: 0x0001, MessageID: number, Priority: 0, CommandDataSetType: 1 };
  const response = {
    ...uids,
    CommandField: 0x8001,
    MessageIDBeingRespondedTo: number,
    CommandDataSetType: 0x0101,
    Status: 0,
  };
  return [
    ...said('requestor', true, encodeCommandSet(request)),
    ...said('requestor', false, instanceBytes(1, 1, number, PIXELS)),
    ...said('acceptor', true, encodeCommandSet(response)),
  ];
}

function said(sender: Side, command: boolean, bytes: Bytes): Said[] {
  return fragmented(whole(bytes), { contextId: 1, command }, FRAGMENT).map((pdu) => ({
    sender,
    bytes: pdu.bytes,
  }));
}
