/** What is asked for beyond the baseline when associating (PS3.4 C.5), and what became of it. */
import type { ExtendedBehavior, OpenAssociation, UserIdentity } from '../../core/service/index.ts';
import { queryRetrieveOf } from '../../core/service/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import type { Call } from './command.ts';
import type { Flag, FlagTable, Flags } from './flags.ts';

type Field = keyof ExtendedBehavior;

const FLAGS: Readonly<Record<Field, string>> = {
  relational: 'relational',
  combinedDateTime: 'date-time',
  fuzzy: 'fuzzy',
  timezone: 'timezone',
};

const NAMES: Readonly<Record<Field, string>> = {
  relational: 'relational queries and retrieves',
  combinedDateTime: 'combined date-time matching',
  fuzzy: 'fuzzy matching of names',
  timezone: 'timezone adjustment',
};

export const RELATIONAL_FLAG: Flag = {
  help: 'without the unique keys of the levels above, where the peer agrees',
};

/** For queries; retrieves know the first alone. */
export const EXTENDED_FLAGS: FlagTable = {
  relational: RELATIONAL_FLAG,
  'date-time': { help: 'a range of dates with a range of times is one range, where the peer agrees' },
  fuzzy: { help: 'names that the peer takes for alike, where it agrees' },
  timezone: { help: 'times as of the key TimezoneOffsetFromUTC, where the peer agrees' },
};

/** What was typed; undefined for none. */
export function extendedOf(flags: Flags): ExtendedBehavior | undefined {
  const asked = (Object.keys(FLAGS) as Field[]).filter((field) => flags.on(FLAGS[field]));
  return asked.length === 0 ? undefined : Object.fromEntries(asked.map((field) => [field, true]));
}

/** Says what the peer did not agree on or confirm; as JSON, what it did as well. Each once. */
export function watchNegotiation(
  { command, output }: Call,
  peer: {
    readonly aeTitle: string;
    readonly extended: ExtendedBehavior | undefined;
    readonly userIdentity: UserIdentity | undefined;
  },
): Pick<PeerAddress, 'opened'> {
  const { aeTitle, extended, userIdentity } = peer;
  if (extended === undefined && userIdentity === undefined) return {};
  const told = new Set<string>();
  const tell = (what: string, how: (what: string) => unknown): void => {
    if (!told.has(what)) how(what);
    told.add(what);
  };
  const note = (sentence: string): void =>
    tell(sentence, () => output.note(`webdimse ${command}: ${sentence}`));
  return {
    opened(association) {
      const { agreed, notAgreed } = outcome(association, extended ?? {});
      const confirmed = association.userIdentityResponse !== undefined;
      if (notAgreed.length > 0) {
        note(
          `${aeTitle} did not agree to ${notAgreed.map((each) => NAMES[each]).join(', ')}; it works without.`,
        );
      }
      if (userIdentity && !confirmed)
        note(`${aeTitle} let us in, but did not confirm the user; it may know none.`);
      const record = {
        type: 'negotiation',
        ...(userIdentity && { userConfirmed: confirmed }),
        ...(extended && { agreed, notAgreed }),
      };
      tell(JSON.stringify(record), () => void output.record(record));
    },
  };
}

/** Over the query and retrieve classes of an association; one that has none of them could agree on nothing. */
function outcome(
  association: OpenAssociation,
  asked: ExtendedBehavior,
): { readonly agreed: readonly Field[]; readonly notAgreed: readonly Field[] } {
  const classes = [...association.contexts.values()].filter((each) => queryRetrieveOf(each.abstractSyntax));
  const fields = classes.length === 0 ? [] : (Object.keys(asked) as Field[]);
  const agreed = fields.filter((field) =>
    classes.every(({ abstractSyntax }) => association.extended(abstractSyntax)[field]),
  );
  return { agreed, notAgreed: fields.filter((field) => !agreed.includes(field)) };
}
