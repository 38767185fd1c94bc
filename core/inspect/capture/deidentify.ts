/**
 * Records as one may give them away: data sets by the basic profile of PS3.15 Annex E, UIDs of instances replaced alike
 * wherever they stand, user identities behind asterisks. AE titles, addresses and times of the network stay: they are
 * the conversation.
 */
import type { Bytes } from '../../bytes/index.ts';
import { concat, DicomError } from '../../bytes/index.ts';
import type { DeidentifyOptions } from '../../deidentify/index.ts';
import { Deidentifier } from '../../deidentify/index.ts';
import { decodeCommandSet, fragmentLength, NO_DATA_SET } from '../../dimse/index.ts';
import type { CommandSet } from '../../dimse/index.ts';
import type { AssociateAC, AssociateRQ } from '../../pdu/index.ts';
import { PDU_HEADER } from '../../pdu/index.ts';
import { withoutSecrets } from '../../pdu/mask.ts';
import { decodedPdu } from '../conversation.ts';
import type { Fragment } from '../fragments.ts';
import { fragmentsOf } from '../fragments.ts';
import type { InspectRecord, PduRecord, Side } from '../record.ts';
import type { PartlyKept } from './rewritten-message.ts';
import type { Load } from './save.ts';
import { completed } from './save.ts';
import {
  deidentifiedCommand,
  deidentifiedDataSet,
  emptiedFragment,
  fragmented,
  whole,
} from './rewritten-message.ts';

export interface DeidentifyRecordsOptions extends DeidentifyOptions {
  readonly load?: Load;
}

/**
 * The same conversation without those whom it is about; the records are numbered anew. Messages are fragmented to the
 * maximum that their sender kept to. What cannot be read, and so not be rewritten, is left out and only counted, as are
 * bytes that were not kept: their PDUs have the same length as before.
 * @throws what `load` throws.
 */
export async function* deidentifyRecords(
  records: Iterable<InspectRecord> | AsyncIterable<InspectRecord>,
  { load, ...options }: DeidentifyRecordsOptions = {},
): AsyncGenerator<InspectRecord, void, undefined> {
  const rewriter = new Rewriter(new Deidentifier(options));
  for await (const record of records) {
    rewriter.take(await completed(record, load));
    yield* rewriter.ready();
  }
  rewriter.end();
  yield* rewriter.ready();
}

/** Below this a maximum length leaves no room for a fragment. */
const SMALLEST_MAXIMUM = 8;

/** The place of a record in the sequence, and what stands there now. */
interface Slot {
  readonly record: InspectRecord;
  readonly out: PartlyKept[];
  /** Messages under way of which it carries a part. */
  open: number;
}

interface Part {
  readonly slot: Slot;
  readonly fragment: Fragment;
  readonly bytes: Bytes;
}

interface OpenMessage {
  readonly contextId: number;
  readonly command: Part[];
  readonly data: Part[];
  commandSet: CommandSet | undefined;
}

interface Spoken {
  request?: AssociateRQ;
  answer?: AssociateAC;
  readonly open: Partial<Record<Side, OpenMessage>>;
}

class Rewriter {
  readonly #deidentifier: Deidentifier;
  readonly #associations = new Map<number, Spoken>();
  /** In the order in which they came. */
  #slots: Slot[] = [];
  #last = 0;

  constructor(deidentifier: Deidentifier) {
    this.#deidentifier = deidentifier;
  }

  take(record: InspectRecord): void {
    const slot: Slot = { record, out: [], open: 0 };
    this.#slots.push(slot);
    const spoken = this.#spoken(record.association);
    if (record.kind === 'pdu') this.#pdu(slot, record, spoken);
    if (record.kind === 'transport' && record.event === 'gap' && record.sender)
      this.#abandon(spoken, record.sender);
    if (endsAssociation(record)) this.#forget(record.association);
  }

  /** No more comes: what is under way stays so. */
  end(): void {
    for (const association of this.#associations.keys()) this.#forget(association);
  }

  /** Those in front of which nothing is under way. */
  *ready(): Generator<InspectRecord, void, undefined> {
    const first = this.#slots.findIndex(({ open }) => open > 0);
    const done = this.#slots.splice(0, first < 0 ? this.#slots.length : first);
    for (const slot of done) for (const record of recordsOf(slot)) yield { ...record, id: ++this.#last };
  }

  #spoken(association: number): Spoken {
    const known = this.#associations.get(association);
    if (known !== undefined) return known;
    const begun = { open: {} };
    this.#associations.set(association, begun);
    return begun;
  }

  #forget(association: number): void {
    const spoken = this.#spoken(association);
    this.#abandon(spoken, 'requestor');
    this.#abandon(spoken, 'acceptor');
    this.#associations.delete(association);
  }

  #pdu(slot: Slot, record: PduRecord, spoken: Spoken): void {
    if (record.pdu !== 'P-DATA-TF') return void slot.out.push(this.#other(record, spoken));
    const fragments = fragmentsOf(record);
    if (fragments.length === 0) slot.out.push(headerOnly(record));
    const parts = fragments.map((fragment) => ({ slot, fragment, bytes: keptOf(record, fragment) }));
    slot.open = parts.length;
    for (const part of parts) this.#part(part, record.sender, spoken);
  }

  #other(record: PduRecord, spoken: Spoken): PartlyKept {
    const { pdu } = decodedPdu(record);
    if (pdu === undefined || record.bytes.length < record.length) return headerOnly(record);
    if (pdu.type === 'A-ASSOCIATE-RQ') spoken.request = pdu;
    if (pdu.type === 'A-ASSOCIATE-AC') spoken.answer = pdu;
    return { bytes: withoutSecrets(record.bytes), length: record.length };
  }

  #part(part: Part, sender: Side, spoken: Spoken): void {
    const { contextId, command, last } = part.fragment;
    const under = spoken.open[sender];
    const goesOn = under?.contextId === contextId && command === (under.commandSet === undefined);
    if (!goesOn) this.#abandon(spoken, sender);
    const message = goesOn ? under : { contextId, command: [], data: [], commandSet: undefined };
    spoken.open[sender] = message;
    (command ? message.command : message.data).push(part);
    if (!last) return;
    if (command) message.commandSet = tried(() => decodeCommandSet(wholeOf(message.command).bytes));
    const { commandSet } = message;
    if (commandSet === undefined) return this.#abandon(spoken, sender);
    if (command && commandSet.CommandDataSetType !== NO_DATA_SET) return;
    delete spoken.open[sender];
    this.#rewrite(message, commandSet, sender, spoken);
  }

  /** Ends a message that is not whole, or cannot be read: its bytes are left out. */
  #abandon(spoken: Spoken, sender: Side): void {
    const message = spoken.open[sender];
    delete spoken.open[sender];
    if (message) leaveOut([...message.command, ...message.data]);
  }

  #rewrite(message: OpenMessage, commandSet: CommandSet, sender: Side, spoken: Spoken): void {
    const { contextId, command, data } = message;
    const most = mostOf(spoken, sender);
    const settled = (parts: readonly Part[], bytes: PartlyKept | undefined): void => {
      if (bytes === undefined) return leaveOut(parts);
      const kind = { contextId, command: parts === command };
      settle(parts, fragmented(bytes, kind, fragmentOf(parts, most)));
    };
    settled(
      command,
      tried(() => whole(deidentifiedCommand(commandSet, this.#deidentifier))),
    );
    if (data.length === 0) return;
    const syntax = spoken.answer?.contexts.find(({ id }) => id === contextId)?.transferSyntax ?? '';
    settled(
      data,
      tried(() => deidentifiedDataSet(wholeOf(data), syntax, commandSet, this.#deidentifier)),
    );
  }
}

/** Undefined for what cannot be read, or be written again: nobody is shown it, whatever it is. */
function tried<T>(rewrite: () => T): T | undefined {
  try {
    return rewrite();
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  }
}

function endsAssociation(record: InspectRecord): boolean {
  if (record.kind === 'transport') return record.event === 'closed' || record.event === 'reset';
  return (record.kind === 'pdu' || record.kind === 'step') && record.step?.to === 'Sta1';
}

/** The maximum length that the other side has named; 0, as there, for none. */
function mostOf({ request, answer }: Spoken, sender: Side): number {
  const told = sender === 'requestor' ? answer : request;
  return told?.userInformation.maximumLength ?? 0;
}

/** The most bytes of a fragment: as its sender had it, who may keep below the maximum. */
function fragmentOf(parts: readonly Part[], most: number): number {
  const longest = parts.reduce((most, { fragment }) => Math.max(most, fragment.length), 0);
  if (parts.length > 1 && longest > 0) return longest;
  return Math.max(longest, fragmentLength(most === 0 ? 0 : Math.max(most, SMALLEST_MAXIMUM)));
}

function keptOf({ bytes }: PduRecord, { offset, kept }: Fragment): Bytes {
  return bytes.subarray(offset, offset + kept);
}

/** The bytes up to the first that was not kept, and how many there were. */
function wholeOf(parts: readonly Part[]): PartlyKept {
  const length = parts.reduce((sum, { fragment }) => sum + fragment.length, 0);
  const cut = parts.findIndex(({ fragment }) => fragment.kept < fragment.length);
  const kept = cut < 0 ? parts : parts.slice(0, cut + 1);
  return { bytes: concat(kept.map(({ bytes }) => bytes)), length };
}

function headerOnly({ bytes, length }: PduRecord): PartlyKept {
  return { bytes: bytes.slice(0, PDU_HEADER), length };
}

/** One PDU in the place of each; the last place takes what is left. */
function settle(parts: readonly Part[], pdus: readonly PartlyKept[]): void {
  const slots = [...new Set(parts.map(({ slot }) => slot))];
  for (const [i, pdu] of pdus.entries()) slots[Math.min(i, slots.length - 1)]!.out.push(pdu);
  for (const { slot } of parts) slot.open--;
}

function leaveOut(parts: readonly Part[]): void {
  for (const { slot, fragment } of parts) {
    slot.out.push(emptiedFragment(fragment));
    slot.open--;
  }
}

/** The step and the deviations are those of the first PDU; where a message became shorter, there may be none. */
function recordsOf({ record, out }: Slot): InspectRecord[] {
  if (record.kind !== 'pdu') return [record];
  const { ranges: _, step, deviations, ...rest } = record;
  return out.map((pdu, i) => ({
    ...rest,
    ...pdu,
    ...(i === 0 && step && { step }),
    deviations: i === 0 ? deviations : [],
  }));
}
