/** What a scripted peer says: PDUs and messages as values, the ways to put them into bytes, and to spoil them. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { COMMAND_FIELD, encodeCommandSet } from '../../core/dimse/index.ts';
import type { CommandName, CommandSet } from '../../core/dimse/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import type { Pdu, Pdv } from '../../core/pdu/index.ts';
import { pData } from '../support/parrot.ts';
import type { Random } from '../support/random.ts';

/** A DIMSE message; its command may say something else of the data set than is true. */
export interface Speech {
  readonly contextId: number;
  readonly command: CommandSet;
  readonly data?: Bytes | undefined;
}

/** Something to say, and how people call it. */
export interface Utterance {
  readonly what: string;
  readonly say: Pdu | Speech | Bytes;
}

/** A message whose command set says the truth about its data set. */
export function speech(
  contextId: number,
  name: CommandName,
  fields: Partial<CommandSet>,
  data?: Bytes,
): Utterance {
  const CommandDataSetType = data === undefined ? 0x0101 : 1;
  const command = { ...fields, CommandField: COMMAND_FIELD[name], CommandDataSetType };
  const number = fields.MessageID ?? fields.MessageIDBeingRespondedTo;
  const status = fields.Status === undefined ? '' : ` ${fields.Status.toString(16)}`;
  return { what: `${name} ${number}${status}`, say: { contextId, command, data } };
}

export function releasing(): Utterance {
  return { what: 'A-RELEASE-RQ', say: { type: 'A-RELEASE-RQ' } };
}

/** The bytes of an utterance; messages in any form that the standard allows, and some of which it is tolerant. */
export function bytesOf({ say }: Utterance, random: Random): Bytes {
  if (say instanceof Uint8Array) return say;
  if ('type' in say) return encodePdu(say);
  const { contextId, command, data } = say;
  const commandBytes = encodeCommandSet(command);
  const form = random.int(6);
  const cut = form < 2 ? 0 : random.int(5);
  const pdvs = [
    ...fragments(contextId, true, commandBytes, cut, random),
    ...(data === undefined ? [] : fragments(contextId, false, data, cut, random)),
  ];
  if (form % 2 === 0) return concat(pdvs.map((pdv) => pData(pdv)));
  return pData(...pdvs);
}

function fragments(contextId: number, command: boolean, bytes: Bytes, cuts: number, random: Random): Pdv[] {
  const at = Array.from({ length: cuts }, () => random.int(bytes.length + 1)).toSorted((a, b) => a - b);
  const ends = [...at, bytes.length];
  return ends.map((end, i) => {
    const last = i === ends.length - 1;
    return { contextId, command, last, data: bytes.subarray(ends[i - 1] ?? 0, end) };
  });
}

/** A message changed in its fields: readable, and not what it should be. */
export function odd(utterance: Utterance, random: Random): Utterance {
  const { what, say } = utterance;
  if (say instanceof Uint8Array || 'type' in say) return utterance;
  const [how, change] = random.pick(CHANGES);
  return { what: `${what}, ${how}`, say: { ...say, ...change(say, random) } };
}

const STATUSES = [
  0, 0xff00, 0xff01, 0xfe00, 0xb000, 0xb007, 0xa700, 0xa801, 0xa900, 0xc001, 0x0110, 0x0211, 7,
];

const CHANGES: readonly (readonly [string, (say: Speech, random: Random) => Partial<Speech>])[] = [
  [
    'another Message ID',
    ({ command }, random) => ({
      command: { ...command, MessageID: random.int(4), MessageIDBeingRespondedTo: random.int(5) },
    }),
  ],
  ['another status', ({ command }, random) => ({ command: { ...command, Status: random.pick(STATUSES) } })],
  ['another context', (_, random) => ({ contextId: random.int(24) })],
  [
    'without its data set',
    ({ command }) => ({ command: { ...command, CommandDataSetType: 0x0101 }, data: undefined }),
  ],
  ['whose data set stays out', () => ({ data: undefined })],
  ['with a data set behind its end', (_, random) => ({ data: random.bytes(2 * random.int(20)) })],
  [
    'with a data set of noise',
    ({ command }, random) => ({
      command: { ...command, CommandDataSetType: 1 },
      data: random.bytes(random.int(60)),
    }),
  ],
  [
    'with an empty data set',
    ({ command }) => ({ command: { ...command, CommandDataSetType: 1 }, data: new Uint8Array(0) }),
  ],
  [
    'another command field',
    ({ command }, random) => ({
      command: { ...command, CommandField: random.pick([...Object.values(COMMAND_FIELD), 0x7777]) },
    }),
  ],
  ['lacking an element', (say, random) => ({ command: lacking(say.command, random) })],
  [
    'other UIDs',
    ({ command }, random) => {
      const uid = random.pick(['1.2.840.10008.1.1', '../../etc', '', '1.2.3', 'x'.repeat(70)]);
      const key = random.pick(['AffectedSOPClassUID', 'AffectedSOPInstanceUID'] as const);
      return { command: { ...command, [key]: uid } };
    },
  ],
  [
    'other counters',
    ({ command }, random) => ({
      command: {
        ...command,
        NumberOfRemainingSuboperations: random.int(70000) & 0xffff,
        NumberOfCompletedSuboperations: random.int(3),
        NumberOfFailedSuboperations: random.int(3),
      },
    }),
  ],
];

function lacking(command: CommandSet, random: Random): CommandSet {
  const left: { -readonly [key in keyof CommandSet]: unknown } = { ...command };
  delete left[random.pick(Object.keys(command) as (keyof CommandSet)[])];
  return left as CommandSet;
}

/** Spoils bytes: flips, wrong lengths, cuts, insertions, repetitions. */
export function spoiled(bytes: Bytes, random: Random): Bytes {
  return bytes.length < 8 ? random.bytes(20) : random.pick(MUTATIONS)(bytes, random);
}

const MUTATIONS: readonly ((bytes: Bytes, random: Random) => Bytes)[] = [
  flipped,
  flipped,
  flipped,
  (bytes, random) => at(bytes, 2, random.pick([0, 1, 3, 6, 200, 0x01000001, 0xffffffff])),
  (bytes, random) => at(bytes, 2 + random.int(bytes.length - 6), random.int(1 << 16)),
  (bytes, random) => sized(bytes.slice(0, 6 + random.int(bytes.length - 6))),
  (bytes, random) => bytes.slice(0, random.int(bytes.length)),
  (bytes, random) => sized(concat([bytes, random.bytes(random.int(12))])),
  (bytes, random) => concat([bytes, random.bytes(1 + random.int(12))]),
  (bytes, random) => {
    const from = 6 + random.int(bytes.length - 6);
    return sized(concat([bytes.subarray(0, from + random.int(bytes.length - from)), bytes.subarray(from)]));
  },
  (bytes, random) => Uint8Array.of(random.int(10), ...bytes.subarray(1)),
];

function flipped(bytes: Bytes, random: Random): Bytes {
  const changed = bytes.slice();
  for (let count = 1 + random.int(3); count > 0; count--)
    changed[random.int(bytes.length)]! ^= 1 << random.int(8);
  return changed;
}

function at(bytes: Bytes, offset: number, value: number): Bytes {
  const changed = bytes.slice();
  new DataView(changed.buffer).setUint32(offset, value);
  return changed;
}

/** Puts the true length into the header, so that what is behind it gets read. */
function sized(bytes: Bytes): Bytes {
  const whole = bytes.slice();
  new DataView(whole.buffer).setUint32(2, whole.length - 6);
  return whole;
}
