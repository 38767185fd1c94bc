import type { Ground } from './ground.ts';
import { groundOf } from './ground.ts';

const FOCUSABLE =
  'a[href], button, input, select, textarea, iframe, [tabindex]:not([tabindex="-1"])' as const;

/**
 * Keeps the place of the keyboard (WCAG 2.4.3). Where the control that has the focus goes away or is disabled, what
 * stands there now gets it, else what stood before; browsers let go of it. One that was only disabled for a while gets
 * it back. In an element only what it had itself is given on, and nothing once the focus is elsewhere in the page around
 * it. Gives what ends this.
 */
export function keepFocus(ground: Ground): () => void {
  const page = ground.ownerDocument ?? document;
  /** Whether nothing has the focus: what lets go of it leaves it to the body. */
  const isFree = (): boolean => page.activeElement === page.body || page.activeElement === null;
  /** What could have the focus when it was last given, in order, and which of these got it. */
  let stops: readonly HTMLElement[] = [];
  let had: HTMLElement | undefined;
  let lent: { readonly from: HTMLElement; readonly to: HTMLElement } | undefined;

  /** Touched, a field would bring up a keyboard that nobody asked for. */
  let touched = false;
  /** Whether the next frame looks at what became of the focus. */
  let awaited = false;

  const stopsNow = (): HTMLElement[] =>
    [...ground.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((stop) => stop === had || isUsable(stop));

  function remember(event: FocusEvent): void {
    const [target] = event.composedPath();
    had = target instanceof HTMLElement && ground.contains(target) ? target : undefined;
    if (had === undefined) return;
    stops = stopsNow();
    if (lent?.to !== had) lent = undefined;
  }

  /** Who presses beside everything wants no focus. */
  function pressed({ pointerType }: PointerEvent): void {
    touched = pointerType === 'touch';
    setTimeout(() => {
      if (isFree()) had = undefined;
    });
  }

  function typed(): void {
    touched = false;
  }

  function look(): void {
    const active = ground.activeElement;
    if (lent !== undefined && active === lent.to && isUsable(lent.from)) return lent.from.focus();
    const lost = isFree() || active === had;
    if (!lost || had === undefined || awaited) return;
    // Who took it away may know a better place; a frame later it would have it. What can be seen is known then, too:
    // to ask at each change has the browser lay out the page in the midst of the task that changes it.
    awaited = true;
    requestAnimationFrame(give);
  }

  function give(): void {
    awaited = false;
    const from = had;
    const lost = isFree() || ground.activeElement === from;
    if (touched || from === undefined || isUsable(from) || !lost) return;
    const before = stops.slice(0, Math.max(0, stops.indexOf(from))).findLast(isUsable);
    const now = stopsNow().filter((stop) => stop !== from);
    const to = now[before === undefined ? 0 : now.indexOf(before) + 1] ?? before;
    if (to === undefined) return;
    if (from.isConnected) lent = { from, to };
    to.focus({ preventScroll: true });
  }

  const changes = new MutationObserver(look);
  const attributeFilter = ['disabled', 'hidden'];
  changes.observe(ground === page ? page.body : ground, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter,
  });
  page.addEventListener('focusin', remember);
  page.addEventListener('pointerdown', pressed);
  page.addEventListener('keydown', typed);
  return () => {
    changes.disconnect();
    page.removeEventListener('focusin', remember);
    page.removeEventListener('pointerdown', pressed);
    page.removeEventListener('keydown', typed);
  };
}

/** What no Tab leads to, as a heading that was given the focus, keeps it all the same. */
function isUsable(element: HTMLElement): boolean {
  const { tabIndex } = element;
  return (
    !element.matches(':disabled') &&
    element.isConnected &&
    (tabIndex >= 0 || element === groundOf(element).activeElement) &&
    element.checkVisibility()
  );
}
