/** Files and instances on their way to a peer. */
import { DicomError } from '../../core/bytes/index.ts';
import { inUTF8, rewritten } from '../../core/data/index.ts';
import type { Deidentifier } from '../../core/deidentify/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import type { SendItem } from '../../core/peer/index.ts';
import { syntaxesOf } from './kinds.ts';
import type { OpenedInstance } from './outgoing.ts';
import { opened } from './outgoing.ts';
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
  for (const [index, file] of files.entries()) {
    if (signal.aborted) throw new DicomError('CANCELLED', 'sending was cancelled');
    try {
      const instance = await opened(store, file);
      const damage = await instance.damage();
      if (damage !== undefined) {
        skip(unsent(index, 'failed', damage, instance.info.sopInstanceUID));
        continue;
      }
      items.push({ label: String(index), ...outgoing(instance, changes) });
    } catch (error) {
      skip(unsent(index, isNoInstance(error) ? 'skipped' : 'failed', error));
    }
  }
  return items;
}

/** What of a file is sent otherwise than it is. */
interface Changes {
  readonly deidentifier?: Deidentifier | undefined;
  /** Kinds that go in another transfer syntax than their own; where nothing is said, as the peer takes them. */
  readonly convert?: readonly AcceptedKind[] | undefined;
}

/** Attributes are read and written when the file's turn has come: a fault costs this file, not the association. */
function outgoing(
  { info, stream }: OpenedInstance,
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
