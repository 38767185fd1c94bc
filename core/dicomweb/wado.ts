/** Instances as they are kept: PS3.10 files, one or many (PS3.18 10.4.1.1.1). */
import type { Archive } from '../archive/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { DicomError } from '../bytes/index.ts';
import { inUTF8, rewritten } from '../data/index.ts';
import type { ByteRange, Stored } from '../file/index.ts';
import { chunksOf, fileMetaInformation } from '../file/index.ts';
import type { Accepted } from './accept.ts';
import { acceptedBy, isIn } from './accept.ts';
import type { Call } from './call.ts';
import { instanceURL } from './call.ts';
import type { Instances } from './instances.ts';
import type { OutgoingPart } from './multipart.ts';
import { multipart, newBoundary } from './multipart.ts';
import { Refusal } from './problem.ts';
import { begun, respond } from './response.ts';
import { instanceRepresentation, notGiven, syntaxWanted } from './syntaxes.ts';

/** @throws Refusal 406 where an instance is taken in no syntax that it can be given in. */
export async function answerInstances(call: Call, instances: Instances, archive: Archive): Promise<Response> {
  const accepted = acceptedBy(call.request, call.url);
  const alone = call.target.instance !== undefined;
  const syntaxOf = (stored: Stored): string => representationOf(stored, accepted, alone).transferSyntaxUID;
  const how = representationOf(instances.first, accepted, alone);
  // Once the answer has begun there is no other status: where one instance may not fit, all are looked at first.
  const all = alone || takesAny(accepted) ? instances.all : await checked(instances.all, syntaxOf);
  if (!how.multipart) {
    const body = await begun(fileOf(archive, instances.first, how.transferSyntaxUID));
    return respond({ media: how.media, parameters: { 'transfer-syntax': how.transferSyntaxUID }, body });
  }
  const boundary = newBoundary();
  const body = await begun(multipart(parts(call, archive, all, syntaxOf), boundary));
  return respond({ media: 'multipart/related', parameters: { type: how.media, boundary }, body });
}

async function* parts(
  { root }: Call,
  archive: Archive,
  instances: AsyncIterable<Stored> | readonly Stored[],
  syntaxOf: (stored: Stored) => string,
): AsyncGenerator<OutgoingPart, void, undefined> {
  for await (const stored of instances) {
    const transferSyntaxUID = syntaxOf(stored);
    const body = await begun(fileOf(archive, stored, transferSyntaxUID));
    try {
      yield {
        media: 'application/dicom',
        parameters: { 'transfer-syntax': transferSyntaxUID },
        location: instanceURL(root, stored),
        body,
      };
    } finally {
      await body.return(); // who leaves at the headers has not come to it
    }
  }
}

/** @throws Refusal 406 */
function representationOf(
  { transferSyntaxUID }: Stored,
  accepted: readonly Accepted[],
  alone: boolean,
): NonNullable<ReturnType<typeof instanceRepresentation>> {
  const how = instanceRepresentation(transferSyntaxUID, accepted, alone);
  if (how !== undefined) return how;
  throw new Refusal(406, notGiven('An instance is', transferSyntaxUID));
}

function takesAny(accepted: readonly Accepted[]): boolean {
  const range = accepted.find((one) => isIn('application/dicom', one));
  return range !== undefined && syntaxWanted(range) === '*';
}

async function checked(
  instances: AsyncIterable<Stored>,
  check: (stored: Stored) => unknown,
): Promise<readonly Stored[]> {
  const all: Stored[] = [];
  for await (const stored of instances) {
    check(stored);
    all.push(stored);
  }
  return all;
}

/** A file of the data set as it is kept, or rewritten between the native syntaxes; pixels stay as they are. */
async function* fileOf(
  archive: Archive,
  stored: Stored,
  transferSyntaxUID: string,
): AsyncGenerator<Bytes, void, undefined> {
  const kept = await openStored(archive, stored);
  const { sopClassUID, sopInstanceUID, callingAETitle, transferSyntaxUID: from } = stored;
  const how = { from, to: transferSyntaxUID, change: inUTF8 };
  // Read from before anything goes out: a file that cannot be opened still makes a status.
  const dataSet = from === transferSyntaxUID ? await begun(kept) : await rewritten(kept, how);
  try {
    yield fileMetaInformation({ sopClassUID, sopInstanceUID, callingAETitle, transferSyntaxUID });
    yield* dataSet;
  } finally {
    await kept.return();
  }
}

/** @throws Refusal 404 where it was removed or replaced in the meantime. */
export async function openStored(
  { store }: Archive,
  { sopInstanceUID, transferSyntaxUID, bytes }: Stored,
  range?: ByteRange,
): Promise<AsyncGenerator<Bytes, void, undefined>> {
  const opened = await store.open(sopInstanceUID, range).catch((error: unknown) => {
    const isGone = error instanceof DicomError && error.code === 'STORE_FAILED';
    throw isGone ? new Refusal(404, 'An instance was removed in the meantime.') : error;
  });
  const dataSet = chunksOf(opened.dataSet);
  const { info } = opened;
  if (info.transferSyntaxUID === transferSyntaxUID && info.bytes === bytes) return dataSet;
  await opened.dataSet.cancel();
  throw new Refusal(404, 'An instance was replaced in the meantime; ask again.');
}
