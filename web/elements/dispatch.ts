/** How events leave the elements. */
import type { Member } from './member.ts';
import type { DimseEventMap } from './types.ts';

type Detail<Name extends keyof DimseEventMap> = DimseEventMap[Name]['detail'];

/** Once, at the first of the tags that is there, else at any element. False where a listener prevented what is usual. */
export function dispatchAt<Name extends keyof DimseEventMap>(
  members: readonly Member[],
  tags: readonly string[],
  name: Name,
  detail: Detail<Name>,
): boolean {
  const speaker =
    tags
      .map((tag) => members.find(({ localName }) => localName === tag))
      .find((member) => member !== undefined) ?? members[0];
  const cancelable = name === 'dimse-view';
  const event = new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable });
  return speaker?.dispatchEvent(event) ?? true;
}
