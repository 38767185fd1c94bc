/** The lessons in a browser: all ten from beginning to end, answered wrongly and rightly, and by the keyboard alone. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import { serveStatic } from './static-server.ts';

/** What the records of runs with nothing changed say; undefined where it is read from the page as a person does. */
const ANSWERS: readonly (readonly [lesson: string, answer: string | undefined])[] = [
  ['The handshake', '131072'],
  ['Contexts and transfer syntaxes', '3'],
  ['C-ECHO', '1'],
  ['C-STORE and fragments', undefined],
  ['C-FIND, keys and levels', '7'],
  ['C-GET and role selection', '2'],
  ['C-MOVE and its second association', 'DEMOPACS'],
  ['Release and abort', 'Sta7'],
  ['What goes wrong', '7'],
  ['Reading a capture', 'A700'],
];

class Learner extends Hand {
  get said(): Locator {
    return this.page.getByRole('list', { name: 'What was said' });
  }

  get answer(): Locator {
    return this.page.getByLabel('Your answer');
  }

  async pickLesson(lesson: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Lessons' }).getByText(lesson, { exact: true }).click();
    await this.page.getByRole('heading', { name: lesson, exact: true }).waitFor();
  }

  async run(): Promise<void> {
    await this.press('Run');
    await this.said.waitFor();
    await this.page.getByText(/^(It went through to its end\.|It ended early:)/).waitFor();
  }

  async say(answer: string, verdict: RegExp): Promise<void> {
    await this.answer.fill(answer);
    await this.press('Check');
    await this.page.getByText(verdict).waitFor();
  }

  /** What a line says when one looks into it. */
  async inside(line: string): Promise<string> {
    const item = this.said.getByRole('listitem').filter({ hasText: line }).first();
    await item.locator('summary').click();
    return await item.getByRole('list').innerText();
  }
}

const WRONG = /^.?\s*Not what this record says\./;
const RIGHT = /^.?\s*Right: that is what the record says\./;

describeWith(['chromium'], 'the lessons', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.visitsEnd());
  afterAll(() => stage.close());

  async function learn(url = stage.url): Promise<Learner> {
    const learner = new Learner(await stage.visit({ url }));
    await learner.view('Learn');
    await learner.page.getByRole('heading', { name: 'The handshake' }).waitFor();
    return learner;
  }

  it('are run and answered one after the other, without a bridge', async () => {
    const alone = await serveStatic();
    onTestFinished(() => alone.close());
    const learner = await learn(alone.url);
    for (const [lesson, known] of ANSWERS) {
      await learner.pickLesson(lesson);
      await learner.run();
      const answer = known ?? /, (\d+) of the data set/.exec(await learner.inside('C-STORE-RQ'))![1]!;
      await learner.say('none of these', WRONG);
      await learner.say(answer, RIGHT);
    }
    await learner.page.getByText('All ten are answered.').waitFor();
    expect(await learner.page.getByText('answered', { exact: true }).count()).toBe(10);
    const { name, bytes } = await learner.download(() => learner.press('Save the capture'));
    expect(name).toBe('webdimse-lesson.pcapng');
    expect(bytes.subarray(0, 4)).toEqual(Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a));
  });

  it('change with what is changed, and stand in the inspector', async () => {
    const learner = await learn();
    const { page } = learner;
    await learner.pickLesson('What goes wrong');
    const what = page.getByRole('combobox', { name: 'What is wrong' });
    await what.selectOption({ label: 'a web server is on the port' });
    await learner.run();
    await page.getByText(/answers a web server \(HTTP\), not a DICOM server/).waitFor();
    await learner.say('Evt19', RIGHT);
    await what.selectOption({ label: 'an unknown move destination' });
    await page.getByText(/^Something was changed/).waitFor();
    await learner.run();
    await page.getByText(/does not know the destination NOWHERE/).waitFor();
    await learner.say('0xA801', RIGHT);
    await learner.press('Show in inspector');
    const drawer = page.getByRole('grid', { name: 'What was sent and received' });
    await drawer.getByText('C-MOVE-RSP 1').first().waitFor();
    // It stays as it was left while another view is looked at.
    await learner.view('Find');
    await learner.view('Learn');
    await page.getByText(/does not know the destination NOWHERE/).waitFor();
  });

  it('go by the keyboard alone', async () => {
    const { page } = new Hand(await stage.visit());
    await page.getByRole('tab', { name: 'Learn' }).waitFor();
    await page.keyboard.press('5');
    await page.getByRole('heading', { name: 'The handshake' }).waitFor();
    expect(await focused(page)).toBe('Learn');
    await tabTo(page, 'C-ECHO');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'C-ECHO', exact: true }).waitFor();
    await tabTo(page, 'How many echoes');
    await page.keyboard.type('3');
    await tabTo(page, 'Run');
    await page.keyboard.press('Enter');
    await page.getByText('Which Message ID has the last C-ECHO-RQ?').waitFor();
    await tabTo(page, /C-ECHO-RQ 3/);
    await tabTo(page, 'Your answer');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await page.getByText(RIGHT).waitFor();
    await tabTo(page, /^Next: /);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'C-STORE and fragments' }).waitFor();
    expect(await focused(page)).toBe('C-STORE and fragments');
  });
});

/** The name of what has the focus: its label, or its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement | null;
    const label = element?.labels?.[0]?.textContent;
    return (label ?? element?.innerText ?? '').replace(/^\d+\s/, '').trim();
  });
}

async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (typeof name === 'string' ? at === name : name.test(at)) return;
  }
  throw new Error(`no Tab leads to ${String(name)}`);
}
