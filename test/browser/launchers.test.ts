/** Sixty columns: every launcher against every change of the environment. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LAUNCHERS, MUTATIONS } from '../../src/model.ts';
import { PHONE, startBrowser, type BrowserUnderTest } from './browser-under-test.ts';
import { gridPage } from './pages.ts';

const html = gridPage();
let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

describe('a table of all launchers', () => {
  it('is found its way around in by launcher, by change, or by one search', async () => {
    const { page, problems } = await browser.open(html);
    const heads = page.locator('#table thead th');
    assert.equal(await heads.count(), 1 + LAUNCHERS.length);
    await page.locator('#search').fill('subprocess cwd musl');
    assert.equal(await heads.count(), 1 + MUTATIONS.length);
    assert.match(
      (await page.locator('#status').textContent()) ?? '',
      /^4 of 16 environments, 5 of 60/,
    );
    await page.locator('#search').fill('');
    for (const [name, value] of [
      ['launcher', 'os.popen'],
      ['mutation', 'churn'],
    ] as const) {
      await page.locator(`.filter[data-filter=${name}] summary`).click();
      await page.locator(`.filter[data-filter=${name}] input[value="${value}"]`).check();
    }
    assert.equal(await heads.count(), 2);
    assert.match((await heads.last().textContent()) ?? '', /churn os\.popen posix_spawn/);
    assert.deepEqual(problems, []);
  });

  it('is put together by launcher, by change or not at all, and opens where it is clicked', async () => {
    const { page, problems } = await browser.open(html);
    const heads = page.locator('#table thead th');
    const cell = page.locator('#table tbody tr').nth(3).locator('td').nth(4);
    assert.match((await cell.textContent()) ?? '', /^✗[sexc]+ 2 of 5 [✓✗]{5}$/);
    await page.locator('#fold button[value=mutation]').click();
    assert.equal(await heads.count(), 1 + MUTATIONS.length);
    assert.match(page.url(), /fold=mutation/);
    await page.locator('#fold button[value=none]').click();
    assert.equal(await heads.count(), 1 + LAUNCHERS.length * MUTATIONS.length);
    await page.locator('#fold button[value=launcher]').click();
    // A cell opens the columns of its launcher, in its row, and from there the details.
    await cell.locator('button').click();
    assert.equal(await heads.count(), 1 + MUTATIONS.length);
    assert.match((await heads.last().textContent()) ?? '', /churn subprocess-cwd/);
    await page.keyboard.press('Enter');
    assert.match((await page.locator('#details-title').textContent()) ?? '', /subprocess-cwd/);
    assert.deepEqual(problems, []);
  });

  it('has at most two lines of headline above it', async () => {
    const { page } = await browser.open(html);
    const h1 = page.locator('h1');
    for (const length of [110, 200]) {
      await h1.evaluate((element, characters) => {
        element.textContent = 'races with add (8 of 16), '.repeat(8).slice(0, characters);
        element.classList.toggle('long', characters > 110);
      }, length);
      const lines = await h1.evaluate(
        (element) =>
          element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight),
      );
      assert.ok(lines < 2.5, `${length} characters take ${lines} lines`);
    }
  });

  it('does not widen a phone', async () => {
    const { page } = await browser.open(html, '', { viewport: PHONE });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(width, PHONE.width);
  });
});
