/** What axe (WCAG 2.2 A and AA, and its best practices) says of a page. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type * as Axe from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Targets of 24 pixels, or with so much room around them (WCAG 2.5.8): off by default. */
const TARGETS = { 'target-size': { enabled: true } };

/** Violations of the page as it is now, each as theme, rule, element and why. The two themes differ in colours only. */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(SOURCE, 'utf8'));
  const found = await audit(page, 'light', { type: 'tag', values: TAGS });
  found.push(...(await audit(page, 'dark', { type: 'rule', values: ['color-contrast'] })));
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

async function audit(page: Page, colorScheme: 'light' | 'dark', runOnly: Axe.RunOnly): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  const results = await page.evaluate(
    async (options) => {
      const { axe } = window as unknown as { axe: typeof Axe };
      const { violations: some, passes } = await axe.run(options);
      if (passes.length === 0) return ['axe found nothing to look at'];
      return some.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
      );
    },
    { runOnly, rules: TARGETS } as Axe.RunOptions,
  );
  return results.map((line) => `${colorScheme}: ${line}`);
}
