/** Files and instances on their way to a peer. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import { inUTF8, rewritten } from '../../core/data/index.ts';
import type { Deidentifier } from '../../core/deidentify/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import type { SendItem } from '../../core/peer/index.ts';
import { FilesAhead } from './ahead.ts';
import { syntaxesOf } from './kinds.ts';
import type { Most } from './joint-reads.ts';
import { JointReads } from './joint-reads.ts';
import type { OpenedInstance, Shared } from './outgoing.ts';
import { HEAD, WHOLE, opened } from './outgoing.ts';
import type { AcceptedKind, Outgoing, SendStep } from './protocol.ts';
import { failureOf } from './protocol.ts';

/**
 * What of these files can be sent. Items carry the index of their file as label; `skip` is told of the
 * others. Only the head of a file is read here, the rest when its turn has come.
 */
export async function sendItems(
  store: InstanceStore,
  files: readonly Outgoing[],
  skip: (step: SendStep) => void,
  signal: AbortSignal,
  changes: Changes = {},
): Promise<SendItem[]> {
  const items: SendItem[] = [];
  const reads = new Reads(files);
  const look = (index: number): Promise<SendItem | SendStep> =>
    lookAt(store, files[index]!, index, changes, reads);
  for await (const looked of inOrder(files.length, look)) {
    if (signal.aborted) throw new DicomError('CANCELLED', 'sending was cancelled');
    if ('outcome' in looked) skip(looked);
    else {
      items.push(looked);
      reads.goes(Number(looked.label));
    }
  }
  return items;
}

/** How many files are looked at at once. */
const AT_ONCE = 8;
const HEADS: Most = { files: 64, bytes: 64 * HEAD };
/** Up to three times as much lies in memory: what is sent, what follows, and what is left of what went before. */
const WHOLES: Most = { files: 256, bytes: 16 << 20 };

/** What is read of files, together with others where that can be. */
class Reads {
  readonly ahead = new FilesAhead();
  readonly #files: readonly Outgoing[];
  readonly #heads = new JointReads(HEADS);
  readonly #wholes = new JointReads(WHOLES);

  constructor(files: readonly Outgoing[]) {
    this.#files = files;
    for (const [index, one] of files.entries()) if ('file' in one) this.#heads.add(index, one.file, HEAD);
  }

  of(index: number): Shared {
    return { head: () => this.#heads.take(index), whole: () => this.#wholes.take(index) };
  }

  /** It will be sent, behind those of which this was said before. */
  goes(index: number): void {
    const one = this.#files[index]!; // it was looked at
    if ('file' in one && one.file.size <= WHOLE) this.#wholes.add(index, one.file);
  }
}

/** What `look` brings of all, in order. */
async function* inOrder<T>(count: number, look: (index: number) => Promise<T>): AsyncGenerator<T> {
  const begun: Promise<T>[] = [];
  for (let next = 0; next < count || begun.length > 0;) {
    for (; begun.length < AT_ONCE && next < count; next++) begun.push(look(next));
    yield await begun.shift()!; // one was begun, or there were some
  }
}

/** What is sent of a file, or why it is not; never rejects. */
async function lookAt(
  store: InstanceStore,
  file: Outgoing,
  index: number,
  changes: Changes,
  reads: Reads,
): Promise<SendItem | SendStep> {
  try {
    const { info, stream, damage } = await opened(store, file, reads.of(index));
    const damaged = await damage();
    if (damaged !== undefined) return unsent(index, 'failed', damaged, info.sopInstanceUID);
    // Who reads an instance of the archive holds it: none of these is begun before its turn.
    const begun = 'file' in file ? (): AsyncIterable<Bytes> => reads.ahead.take(index) : stream;
    const item = { label: String(index), ...outgoing({ info, stream: begun }, changes) };
    if ('file' in file) reads.ahead.add(index, stream);
    return item;
  } catch (error) {
    return unsent(index, isNoInstance(error) ? 'skipped' : 'failed', error);
  }
}

/** What of a file is sent otherwise than it is. */
interface Changes {
  readonly deidentifier?: Deidentifier | undefined;
  /** Kinds that go in another transfer syntax than their own; where nothing is said, as the peer takes them. */
  readonly convert?: readonly AcceptedKind[] | undefined;
}

/** Attributes are read and written when the file's turn has come: a fault costs this file, not the association. */
function outgoing(
  { info, stream }: Pick<OpenedInstance, 'info' | 'stream'>,
  { deidentifier, convert = [] }: Changes,
): Omit<SendItem, 'label'> {
  const { sopClassUID, transferSyntaxUID: from } = info;
  const wanted = convert.find((kind) => kind.sopClassUID === sopClassUID && kind.transferSyntaxUID === from);
  const syntaxes = wanted === undefined ? syntaxesOf(info, deidentifier !== undefined) : [wanted.sentAs];
  // Where it goes in none the de-identifier says why.
  const [first = deidentifier?.transferSyntaxUID(from) ?? from, ...others] = syntaxes;
  const inSyntax = (to: string) => {
    if (deidentifier !== undefined)
      return { transferSyntaxUID: to, open: () => deidentifier.stream(stream(), from, to) };
    if (from === to) return { transferSyntaxUID: to, open: stream };
    return { transferSyntaxUID: to, open: () => rewritten(stream(), { from, to, change: inUTF8 }) };
  };
  const sopInstanceUID = deidentifier?.sopInstanceUID(info.sopInstanceUID) ?? info.sopInstanceUID;
  return { sopClassUID, sopInstanceUID, ...inSyntax(first), otherwise: others.map(inSyntax) };
}

const isNoInstance = (error: unknown): boolean =>
  error instanceof DicomError && error.code === 'FILE_INVALID';

function unsent(
  index: number,
  outcome: SendStep['outcome'],
  error: unknown,
  sopInstanceUID?: string,
): SendStep {
  return { index, outcome, sopInstanceUID, status: undefined, bytes: 0, failure: failureOf(error) };
}
