/** What the logs in the manner of DCMTK are made with: lines by level, and the dumps that all of its tools share. */
import type { Bytes } from '../../bytes/index.ts';
import { DicomError } from '../../bytes/index.ts';
import { PDU_HEADER, P_DATA_OVERHEAD } from '../../pdu/index.ts';
import type { AssociateRJ, UserInformation } from '../../pdu/index.ts';
import { withoutSecrets } from '../../pdu/mask.ts';
import type { Conversation, Entry } from '../conversation.ts';
import type { Message, MessagePart } from '../messages.ts';
import { dumpDataSet } from './data-set-dump.ts';
import { dcmtkRejection, dcmtkSyntax } from './dcmtk-names.ts';

/** Fatal, error, warning, information; what is only told with -d has `D`. */
type Level = 'F' | 'E' | 'W' | 'I';

/** How much a log tells. */
export interface PrinterOptions {
  /** What the tools say with -v, or with -d. */
  readonly level: 'v' | 'd';
  /** Shows what patients are called and how they are known; otherwise asterisks stand for it. */
  readonly patients?: boolean;
}

/** One, or those of a dump: there may be more than a call takes arguments. */
type Lines = string | readonly string[];

const IMPLICIT = '1.2.840.10008.1.2';
/** Bytes of a PDU that are shown. */
const DUMPED = 512;
const PER_LINE = 16;
/** DCMTK's tools send no longer ones, whatever the peer takes. */
const LONGEST_PDU = 131_072;

export class Printer {
  readonly debug: boolean;
  readonly #patients: boolean;
  #lines: string[] = [];

  constructor({ level, patients = false }: PrinterOptions) {
    this.debug = level === 'd';
    this.#patients = patients;
  }

  say(level: Level, ...lines: readonly Lines[]): void {
    for (const line of lines.flat()) this.#lines.push(`${level}: ${line}`);
  }

  /** With -d only. */
  detail(...lines: readonly Lines[]): void {
    if (this.debug) for (const line of lines.flat()) this.#lines.push(`D: ${line}`);
  }

  /** What was said since the last call. */
  taken(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** The bytes of an A-ASSOCIATE PDU that came in, asterisks for secrets: a capture has them in clear. */
  pdu(what: string, bytes: Bytes, length: number): void {
    if (!this.debug) return;
    this.detail(
      `PDU Type: Associate ${what}, PDU Length: ${length - PDU_HEADER} + ${PDU_HEADER} bytes PDU header`,
    );
    if (length > DUMPED) this.detail(`Only dumping ${DUMPED} bytes.`);
    this.detail(...hexLines(withoutSecrets(bytes).subarray(0, DUMPED)), 'Parsing an A-ASSOCIATE PDU');
  }

  /** DCMTK tells of each command set that it reads. */
  readCommand(): void {
    this.detail(`DcmDataset::read() TransferSyntax="${dcmtkSyntax(IMPLICIT)}"`);
  }

  readDataSet(message: Message, conversation: Conversation): void {
    this.detail(`DcmDataset::read() TransferSyntax="${dcmtkSyntax(syntaxOf(message, conversation))}"`);
  }

  /** The data set of a message: without the padding that DCMTK adds once it has printed what it sends. */
  dataSet(message: Message, conversation: Conversation, sent: boolean): string[] {
    const options = { patients: this.#patients, padded: !sent };
    try {
      return dumpDataSet(message.bytes('data set'), syntaxOf(message, conversation), options);
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      return [`# ${error.message}`];
    }
  }

  rejected(level: 'F' | 'E', heading: string, { result, source, reason }: AssociateRJ): void {
    const text = dcmtkRejection(result, source, reason);
    this.say(level, heading, `Result: ${text.result}, Source: ${text.source}`, `Reason: ${text.reason}`);
  }
}

/** What a tool may send in one PDV, as DCMTK counts it: without the header of a PDU and that of its PDV. */
export function mostSent({ maximumLength = 0 }: UserInformation): number {
  return Math.min(maximumLength || LONGEST_PDU, LONGEST_PDU) - PDU_HEADER - P_DATA_OVERHEAD;
}

/** The messages of which this record brings the last fragment: of the command set, and of all. */
export function* endedParts({ parts }: Entry): Generator<MessagePart & { readonly whole: boolean }> {
  for (const part of parts) {
    const { message, fragment } = part;
    if (!fragment.last || message.command === undefined) continue;
    yield { ...part, whole: message.complete && message.last === part };
  }
}

function syntaxOf({ contextId }: Message, { contexts }: Conversation): string {
  return contexts.get(contextId)?.transferSyntax ?? IMPLICIT;
}

function hexLines(bytes: Bytes): string[] {
  const lines: string[] = [];
  for (let at = 0; at <= bytes.length; at += PER_LINE) {
    const some = [...bytes.subarray(at, at + PER_LINE)];
    lines.push(some.map((byte) => `  ${byte.toString(16).padStart(2, '0')}`).join(''));
  }
  return lines;
}
