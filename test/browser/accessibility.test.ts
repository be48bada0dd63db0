/** axe-core's checks of the pages, in both themes, on a wide and on a narrow screen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { render } from '../../src/app/render.ts';
import { referenceReport } from '../files/reports.ts';
import { DESKTOP, PHONE, startBrowser, type BrowserUnderTest } from './browser-under-test.ts';
import {
  advicePage,
  changedPage,
  everyVerdictPage,
  historyPage,
  largePage,
  osSystemReport,
} from './pages.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const report = osSystemReport();
let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const PAGES: Readonly<Record<string, () => string>> = {
  'the reference report': () => render('html', referenceReport()),
  'a report of one launcher': () => render('html', report),
  'a report with an unexpected change': () => changedPage(report),
  'a report with every verdict': everyVerdictPage,
  'a report with advice': advicePage,
  'the history': () => historyPage(report),
};
const SCREENS = { wide: DESKTOP, narrow: PHONE } as const;

/** One line for each element that a rule complains of. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  // A check of nothing would find nothing.
  assert.ok(passes.some(({ id, nodes }) => id === 'color-contrast' && nodes.length > 0));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}\n${failureSummary ?? ''}`),
  );
}

describe('axe-core finds nothing to complain of', () => {
  for (const [name, html] of Object.entries(PAGES)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [screen, viewport] of Object.entries(SCREENS)) {
        it(`on ${name}, ${colorScheme}, ${screen}`, async () => {
          const { page } = await browser.open(html(), '', { colorScheme, viewport });
          await unfold(page);
          assert.deepEqual(await complaints(page), []);
          const cell = page.locator('#table td button').nth(1);
          if ((await cell.count()) === 0) return;
          await cell.press('Enter');
          // A cell of several scenarios opens their columns first.
          if (!(await page.locator('#details').isVisible())) await page.keyboard.press('Enter');
          await page.locator('#details[open]').waitFor();
          assert.deepEqual(await complaints(page), []);
        });
      }
    }
  }

  it('on a report of 80,000 cells', async () => {
    const { page } = await browser.open(largePage());
    assert.deepEqual(await complaints(page), []);
  });
});

/** Opens everything that can be unfolded. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });
}
