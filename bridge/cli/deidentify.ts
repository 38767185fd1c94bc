/** `--deidentify`: what is sent names nobody (PS3.15 E). */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import { Deidentifier } from '../../core/deidentify/index.ts';
import type { Dates } from '../../core/deidentify/index.ts';
import type { SendItem, SendResult } from '../../core/peer/index.ts';
import type { Call } from './command.ts';
import type { FlagTable } from './flags.ts';
import { usage } from './flags.ts';
import { notSent } from './syntaxes.ts';

const DATES: readonly Dates[] = ['remove', 'shift', 'keep'];
const RETAINED = {
  device: 'retainDevice',
  institution: 'retainInstitution',
  patient: 'retainPatientCharacteristics',
  uids: 'retainUIDs',
} as const;
const NAMES = Object.keys(RETAINED) as (keyof typeof RETAINED)[];

export const DEIDENTIFY_FLAGS: FlagTable = {
  deidentify: {
    help: 'by the basic profile of PS3.15: new UIDs and patients, alike in all files of this call; pixels stay as they are',
  },
  dates: {
    value: DATES.join('|'),
    help: 'with --deidentify: what becomes of dates; shift moves all by the same days; by default remove',
  },
  retain: {
    value: NAMES.join('|'),
    multiple: true,
    help: 'with --deidentify: keeps device, institution, age and sex and size of the patient, or UIDs',
  },
};

/** What was typed; undefined where files go as they are. @throws DicomError USAGE */
export function deidentifierOf({ flags }: Call): Deidentifier | undefined {
  const dates = flags.choice('dates', DATES);
  const retained = flags.list('retain').map(retainedOption);
  if (flags.on('deidentify')) {
    const kept = Object.fromEntries(retained.map((option) => [option, true]));
    return new Deidentifier({ ...kept, ...(dates && { dates }) });
  }
  if (dates !== undefined || retained.length > 0) throw usage('--dates and --retain need --deidentify');
  return undefined;
}

function retainedOption(name: string): (typeof RETAINED)[keyof typeof RETAINED] {
  const found = NAMES.find((one) => one === name);
  if (found === undefined) throw usage(`--retain is ${NAMES.join(', ')}, not "${name}"`);
  return RETAINED[found];
}

/** The items as they go on, and what becomes of those that cannot be de-identified. */
export function deidentified(
  items: readonly SendItem[],
  deidentifier: Deidentifier | undefined,
): [items: readonly SendItem[], refused: readonly SendResult[]] {
  if (deidentifier === undefined) return [items, []];
  const [changed, refused]: [SendItem[], SendResult[]] = [[], []];
  for (const item of items) {
    try {
      changed.push(deidentifiedItem(item, deidentifier));
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      refused.push(notSent(item, error));
    }
  }
  return [changed, refused];
}

function deidentifiedItem(item: SendItem, deidentifier: Deidentifier): SendItem {
  return {
    ...item,
    sopInstanceUID: deidentifier.sopInstanceUID(item.sopInstanceUID),
    transferSyntaxUID: deidentifier.transferSyntaxUID(item.transferSyntaxUID),
    open: async () => deidentifier.stream(pieces(await item.open()), item.transferSyntaxUID),
  };
}

/** Copies: several are looked at together, and the memory of one is used again for the next. */
async function* pieces(source: Bytes | AsyncIterable<Bytes>): AsyncGenerator<Bytes, void, undefined> {
  if (source instanceof Uint8Array) yield source;
  else for await (const piece of source) yield piece.slice();
}
