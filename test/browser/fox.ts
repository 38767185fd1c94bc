/** What a person does on the page in Firefox, by role and name, over WebDriver BiDi. */
import type { Browser, Page } from 'puppeteer-core';
import { launch } from 'puppeteer-core';
import { firefox } from '../support/needs.ts';

const SIZE = { width: 1600, height: 900 };
/** Milliseconds for whatever is waited for. */
const PATIENCE = 20_000;

export class Fox {
  readonly #browser: Browser;
  readonly #page: Page;
  /** What the page, or the browser about it, complained of. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
  }

  static async launch(): Promise<Fox> {
    const browser = await launch({
      browser: 'firefox',
      executablePath: firefox()!,
      headless: true,
    });
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.setViewport(SIZE);
    const fox = new Fox(browser, page);
    page.on('pageerror', (error) => fox.complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) fox.complaints.push(message.text());
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // What a reload stops is wanted no more.
      if (why !== 'NS_BINDING_ABORTED') fox.complaints.push(`not loaded: ${request.url()} ${why}`);
    });
    return fox;
  }

  /** Also complains of what the policy forbade: Firefox tells that to no console that is heard here. */
  async visit(url: string): Promise<void> {
    await this.#page.evaluateOnNewDocument(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`forbidden by ${violatedDirective}: ${blockedURI}`),
      );
    });
    await this.#page.goto(url);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  async press(name: string): Promise<void> {
    await this.#page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
  }

  /** Presses a button in the row that tells this. */
  async pressIn(row: string, name: string): Promise<void> {
    const path = `//*[@role="row"][contains(normalize-space(), "${row}")]//button[normalize-space()="${name}"]`;
    await this.#page.locator(`::-p-xpath(${path})`).click();
  }

  async pick(peer: string): Promise<void> {
    await this.#page.locator('::-p-aria([name="Peer"][role="combobox"])').click();
    await this.#page
      .locator(`::-p-xpath(//*[@role="option"][contains(normalize-space(), "${peer}")])`)
      .click();
  }

  async view(name: string): Promise<void> {
    await this.#page.locator(`::-p-xpath(//*[@role="tab"][contains(normalize-space(), "${name}")])`).click();
  }

  /** Gives a file to the chooser that this button opens. */
  async choose(button: string, file: string): Promise<void> {
    const [chooser] = await Promise.all([this.#page.waitForFileChooser(), this.press(button)]);
    await chooser.accept([file]);
  }

  /** Waits until the message line tells it. */
  async hears(sentence: RegExp): Promise<void> {
    await this.#tells('[role=log]', sentence);
  }

  /** Waits until the region of this name tells it. */
  async reads(region: string, sentence: RegExp): Promise<void> {
    await this.#tells(`section[aria-label="${region}"]`, sentence);
  }

  async #tells(selector: string, { source }: RegExp): Promise<void> {
    const tells = (where: string, pattern: string): boolean =>
      [...document.querySelectorAll(where)].some(({ textContent }) => new RegExp(pattern).test(textContent));
    await this.#page.waitForFunction(tells, {}, selector, source);
  }

  /** Waits until something bright is in the picture. */
  async seesPicture(): Promise<void> {
    await this.#page.waitForFunction(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('[role=application] canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context || canvas.width === 0) return false;
      return context
        .getImageData(0, 0, canvas.width, canvas.height)
        .data.some((byte, i) => i % 4 < 3 && byte > 100);
    });
  }

  /** Does it in the page, with arguments that JSON can hold, and gives what comes of it. */
  async does<Args extends unknown[], Result>(
    deed: (...args: Args) => Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    return (await this.#page.evaluate(deed as (...given: unknown[]) => unknown, ...args)) as Result;
  }

  /** Lets a page of the bridge answer DICOMweb: resolves when it does. */
  async boot(): Promise<void> {
    await this.#page.evaluate(`import('/dicomweb/boot.js').then(({ boot }) => boot()).then(() => undefined)`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
