/** The page of the history as a browser shows it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { referenceReport } from '../files/reports.ts';
import { PHONE, startBrowser, type BrowserUnderTest } from './browser-under-test.ts';
import { historyPage, PLACE } from './pages.ts';

let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

describe('the history page', () => {
  it('shows the one cell that changed, newest first, and runs no script at all', async () => {
    const { page, problems, requests } = await browser.open(historyPage(referenceReport()));
    const card = page.locator('section[aria-labelledby="flipped-title"] .card');
    assert.equal(await card.count(), 1);
    assert.equal(await card.locator('h3').innerText(), `${PLACE.environment} ${PLACE.scenario}`);
    const verdicts = await card.locator('.badge').allInnerTexts();
    assert.deepEqual(verdicts, ['✗ fail', '✓ pass', '✗ fail', '! error', '✓ pass']);
    const words = await card.innerText();
    assert.match(words, /libc6 2\.41-12\S* → .*2\.41-13/);
    assert.equal(await page.locator('script').count(), 0);
    assert.deepEqual([problems, requests], [[], []]);
  });

  it('fits a phone', async () => {
    const { page } = await browser.open(historyPage(referenceReport()), '', { viewport: PHONE });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0);
  });
});
