/** Names that the engine, the page and its wiping from outside agree on. */

/** Ours in the origin private file system. */
export const DIRECTORY = 'webdimse';

/** Where engines of one root talk to each other. */
export const channelOf = (root: string): string => `archive:${root}`;

/** Where pages hear that all is wiped. */
export const WIPED_CHANNEL = 'webdimse:wiped';

/** Whose archive is wiped: everybody's where nobody is named. */
export interface Wiped {
  readonly bridge?: string;
  readonly user?: string;
}
