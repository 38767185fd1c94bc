/**
 * The page of the project in a frame, as a person uses it. Its origin is another one, into which the browser of the bench
 * lets us look; what is shown is looked at in each frame that is painted.
 */
import type { Order, Outcome } from './orders.ts';
import { watchTasks } from './tasks.ts';

const [WIDTH, HEIGHT] = [1600, 1000];
/** Limit of a search, the largest that the page offers. */
const MOST = '10000';
/** Who has opened a page does not press its button at once. */
const PERSON_MS = 1000;

export async function visiting(order: Order): Promise<Outcome> {
  const frame = document.createElement('iframe');
  frame.width = String(WIDTH);
  frame.height = String(HEIGHT);
  const opened = performance.now();
  frame.src = order.url;
  document.body.append(frame);
  try {
    const visit = new Visited(frame);
    const search = await visit.button('Search');
    if (order.kind === 'open') return await visit.searched(search, order, opened);
    await visit.unbounded();
    await new Promise((resolve) => setTimeout(resolve, PERSON_MS));
    return await visit.searched(search, order, performance.now());
  } finally {
    frame.remove();
  }
}

class Visited {
  readonly #frame: HTMLIFrameElement;

  constructor(frame: HTMLIFrameElement) {
    this.#frame = frame;
  }

  get #document(): Document {
    return this.#frame.contentDocument!; // the browser lets us
  }

  button(name: string): Promise<HTMLButtonElement> {
    return until(() => this.#all<HTMLButtonElement>('button').find((one) => textOf(one) === name));
  }

  /** Asks for studies of any date, and for as many as can be asked for. */
  async unbounded(): Promise<void> {
    (await until(() => this.#all('label').find((one) => textOf(one) === 'Any'))).click();
    const limit = await until(() =>
      this.#all<HTMLSelectElement>('select').find(({ options }) => [...options].at(-1)?.value === MOST),
    );
    limit.value = MOST;
    limit.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** Presses Search, and waits until all of it is shown. */
  async searched(search: HTMLButtonElement, { kind, instances }: Order, from: number): Promise<Outcome> {
    const longestTask = watchTasks();
    search.click();
    await until(() => this.#rows > 0 || undefined);
    const first = performance.now();
    await until(() => this.#isEnded(instances) || undefined);
    const end = kind === 'shown' ? performance.now() : first;
    return {
      count: this.#rows,
      bytes: 0,
      seconds: (end - from) / 1000,
      longestTask: longestTask(),
    };
  }

  /** Matches in the grid, those out of sight included. */
  get #rows(): number {
    const grid = this.#document.querySelector('[role=grid]');
    const shown = grid?.querySelectorAll('[role=row]').length ?? 0;
    return shown < 2 ? 0 : Number(grid?.getAttribute('aria-rowcount')) - 1;
  }

  /** Whether the line above the results says that the server has ended, and how long that took. */
  #isEnded(matches: number): boolean {
    const summary = new RegExp(`${matches.toLocaleString('en')} stud(y|ies) · [\\d.]+ s`);
    return this.#rows === matches && summary.test(this.#document.body.textContent ?? '');
  }

  #all<T extends HTMLElement>(selector: string): T[] {
    return [...this.#document.querySelectorAll<T>(selector)];
  }
}

function textOf({ textContent }: Node): string {
  return (textContent ?? '').trim();
}

/** What it finds, as soon as a frame is painted in which it does. */
async function until<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
