/** What a person does on the page, by role and name, with the mouse. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';

export class Hand {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  async press(name: string): Promise<void> {
    await this.button(name).click();
  }

  async pick(peer: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Peer' }).click();
    await this.page.getByRole('option', { name: peer }).first().click();
  }

  async view(name: 'Find' | 'Worklist' | 'Received' | 'Send' | 'Learn'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  /** Waits until the message line tells it. */
  async hears(sentence: string | RegExp): Promise<void> {
    await this.page.getByRole('log').getByText(sentence).waitFor();
  }

  /** Waits until the line above the results tells it. */
  async reads(summary: string | RegExp): Promise<void> {
    await this.page.getByRole('region', { name: 'Results' }).getByText(summary).first().waitFor();
  }

  async search(): Promise<void> {
    await this.press('Search');
    await this.reads(/studies · /);
  }

  row(grid: 'Results' | 'Received files' | 'Files to send', text: string | RegExp): Locator {
    return this.page.getByRole('grid', { name: grid }).getByRole('row').filter({ hasText: text }).first();
  }

  /** Opens the sample CT study down to its images. */
  async openCT(): Promise<void> {
    await this.row('Results', 'Phantom, Ada').click();
    await this.row('Results', /^\s*[▸▾…]?\s*Series/).click();
    await this.row('Results', 'Image 1').waitFor();
  }

  async on(row: Locator, action: 'Retrieve' | 'Move'): Promise<void> {
    await row.getByRole('button', { name: action, exact: true }).click();
  }

  /** Gives files, or a folder, to the file chooser that this button opens. */
  async choose(button: 'Choose files' | 'Choose a folder', files: string | readonly string[]): Promise<void> {
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), this.press(button)]);
    await chooser.setFiles(files);
  }

  /** What the browser saved when this was done: name and bytes. */
  async download(action: () => Promise<void>): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), action()]);
    const bytes = Uint8Array.from(await readFile(await download.path()));
    return { name: download.suggestedFilename(), bytes };
  }
}
