/** What a person does by the keyboard alone; at every stop the focus has to be seen. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** More stops than any view has. */
const MOST_STOPS = 80;

interface Stop {
  readonly role: string;
  readonly name: string;
  /** What is wrong with how the focus shows; empty where it is seen. */
  readonly unseen: string;
}

export class Keys {
  readonly page: Page;
  /** Keys pressed so far; a text that is typed counts as one. */
  pressed = 0;

  constructor(page: Page) {
    this.page = page;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.pressed++;
      await this.page.keyboard.press(key);
    }
  }

  /** As `press`, where the control may go away: the keyboard has to be somewhere afterwards. */
  async act(key: string, done: () => Promise<unknown>): Promise<void> {
    await this.press(key);
    await done();
    const isSomewhere = (): Promise<boolean> =>
      this.page.evaluate(() => document.activeElement?.matches('body, :disabled') === false);
    await expect.poll(isSomewhere).toBe(true);
    await this.seen();
  }

  /** The name of what has the focus. */
  async focus(): Promise<string> {
    return (await this.page.evaluate(focused)).name;
  }

  /** Expects that the focus is somewhere, and seen there. */
  async seen(): Promise<void> {
    const { role, name, unseen } = await this.page.evaluate(focused);
    expect([role, unseen], `the focus at ${role} “${name}”`).toEqual([
      expect.not.stringMatching(/^body$/),
      '',
    ]);
  }

  async type(text: string): Promise<void> {
    this.pressed++;
    await this.page.keyboard.type(text);
  }

  /** Goes to another view, by the arrows in the list of them. */
  async view(name: string): Promise<void> {
    await this.to(/^(Find|Worklist|Received|Send)\b/);
    for (let tabs = 0; tabs < MOST_STOPS; tabs++) {
      if ((await this.page.evaluate(focused)).name.startsWith(name)) return;
      await this.press('ArrowRight');
    }
    throw new Error(`There is no view ${name}.`);
  }

  /** Goes on by Tab until the element with this name has the focus. */
  async to(name: string | RegExp): Promise<void> {
    const passed: string[] = [];
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      await this.press('Tab');
      const stop = await this.page.evaluate(focused);
      expect(stop.unseen, `the focus at ${stop.role} “${stop.name}”`).toBe('');
      passed.push(stop.name);
      if (typeof name === 'string' ? stop.name === name : name.test(stop.name)) return;
    }
    throw new Error(`Tab never came to ${String(name)}, but to: ${passed.join(', ')}`);
  }
}

/** Runs in the page: what has the focus, and whether it can be seen (WCAG 2.4.7, 2.4.11). */
function focused(): Stop {
  const element = document.activeElement as HTMLElement;
  const label = (element as HTMLInputElement).labels?.[0]?.textContent;
  const labelled = document.getElementById(element.getAttribute('aria-labelledby') ?? '')?.textContent;
  const name = (element.ariaLabel ?? labelled ?? label ?? element.textContent ?? '')
    .trim()
    .replace(/\s+/g, ' ');
  const role = element.role ?? element.tagName.toLowerCase();
  if (element === document.body) return { role, name: '', unseen: '' }; // behind the last: the browser's own controls
  const ring = [element, ...(element.parentElement ? [element.parentElement] : [])].some((candidate) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(candidate);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  });
  if (!ring) return { role, name, unseen: 'it has no ring' };
  const { left, top, width, bottom } = element.getBoundingClientRect();
  const middle = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2; // of what is in view
  const at = document.elementFromPoint(left + width / 2, middle);
  const seen = at !== null && (element.contains(at) || at.contains(element) || at.closest('label') !== null);
  return { role, name, unseen: seen ? '' : 'it is covered or out of view' };
}
