/** A report of 80,000 cells: only what is in view is drawn, and everything can be reached. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { startBrowser, type BrowserUnderTest } from './browser-under-test.ts';
import { largePage } from './pages.ts';

const html = largePage();
let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** The number of the row that is in the middle of the view. */
function rowInView(page: Page): Promise<number> {
  return page.evaluate(() => {
    const box = document.querySelector('#scroller')?.getBoundingClientRect();
    if (!box) return -1;
    const seen = document.elementFromPoint(box.left + 40, box.top + box.height / 2);
    return Number(seen?.closest('tr')?.getAttribute('aria-rowindex'));
  });
}

async function scrolledTo(page: Page, top: number): Promise<void> {
  await page.locator('#scroller').evaluate(async (box, y) => {
    box.scrollTop = y;
    // Rows that scroll into view are drawn on the next frame.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }, top);
}

describe('80,000 cells', () => {
  it('are below 10 MB, and open without drawing what is out of view', async () => {
    assert.ok(Buffer.byteLength(html) < 10e6);
    const { page, problems, requests } = await browser.open(html);
    assert.ok((await page.locator('#table tbody tr').count()) < 60);
    assert.equal(await page.locator('#table').getAttribute('aria-rowcount'), '2001');
    assert.equal(await page.locator('#status').textContent(), '2000 environments, 40 scenarios');
    assert.deepEqual([problems, requests], [[], []]);
  });

  it('follow scrolling, and keys beyond what is drawn', async () => {
    const { page } = await browser.open(html);
    await scrolledTo(page, 50_000);
    const row = await rowInView(page);
    assert.ok(row > 850 && row < 950, `row ${row}`);
    await scrolledTo(page, 0);
    await page.locator('#table button[tabindex="0"]').focus();
    await page.keyboard.press('Control+End');
    const last = page.locator('#table tr[aria-rowindex="2001"] td:last-child button');
    assert.equal(await last.evaluate((one) => one === document.activeElement), true);
    await page.keyboard.press('Enter');
    await page.locator('#details[open]').waitFor();
  });

  it('are drawn as far as they are in view also where a filter leaves thousands, and all of it where few', async () => {
    const { page } = await browser.open(html, '#search=musl+1.2.5');
    const rows = page.locator('#table tbody tr[data-row]');
    assert.ok(Number(await page.locator('#table').getAttribute('aria-rowcount')) > 80);
    assert.ok((await rows.count()) < 60);
    await page.getByRole('searchbox').fill('musl 1.2.5 base-8');
    const shown = Number(await page.locator('#table').getAttribute('aria-rowcount')) - 1;
    assert.ok(shown > 0 && shown < 30, `${shown} rows`);
    assert.equal(await rows.count(), shown);
  });

  it('are filtered as a small report is, also after a reload', async () => {
    const { page, problems } = await browser.open(html, '#libc=musl+1.2.5&verdict=fail');
    const status = (await page.locator('#status').textContent()) ?? '';
    const [, rows] = /^(\d+) of 2000 environments/.exec(status) ?? [];
    assert.ok(Number(rows) > 10 && Number(rows) < 200, status);
    const facts = await page.locator('#table tbody .libc').allTextContents();
    assert.deepEqual([...new Set(facts)], ['musl 1.2.5']);
    await page.reload();
    assert.equal(await page.locator('#status').textContent(), status);
    await page.getByRole('searchbox').fill('base-8/');
    assert.match((await page.locator('#status').textContent()) ?? '', /^1 of 2000 environments/);
    assert.deepEqual(problems, []);
  });
});
