/** A cell and what it opens, by mouse, by keyboard and by address. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gridOf } from '../../src/report/grid.ts';
import { render } from '../../src/app/render.ts';
import { startBrowser, type BrowserUnderTest } from './browser-under-test.ts';
import { osSystemReport } from './pages.ts';

const report = osSystemReport();
const html = render('html', report);
const grid = gridOf(report);
let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

describe('a cell', () => {
  it('opens by keyboard alone, says everything, and gives the focus back', async () => {
    const { page, problems, requests } = await browser.open(html);
    // As a reader gets there: with Tab until a cell has the focus.
    const isInTable = () => page.evaluate(() => document.activeElement?.closest('td') !== null);
    for (let press = 0; press < 40 && !(await isInTable()); press += 1) {
      await page.keyboard.press('Tab');
    }
    const [y, x] = [2, grid.rows[2]?.cells.findIndex((one) => one?.verdict === 'fail') ?? -1];
    const keys = [...Array<string>(y).fill('ArrowDown'), ...Array<string>(x).fill('ArrowRight')];
    for (const key of [...keys, 'Enter']) await page.keyboard.press(key);
    const cell = grid.rows[y]?.cells[x];
    const row = grid.rows[y]?.environment;
    assert.ok(cell && row);
    const dialog = page.getByRole('dialog', { name: `${cell.environment} ${cell.scenario}` });
    await dialog.waitFor();
    const words = (await dialog.innerText()).replaceAll(/\s+/g, ' ');
    const number = (value: number) => value.toLocaleString('en');
    for (const wanted of [
      `${number(cell.failures)} of ${number(cell.exposed)} exposed calls`,
      'with 99 % confidence',
      ...Object.keys(cell.symptoms),
      'First failure after',
      cell.evidence[0]?.replaceAll(/\s+/g, ' ') ?? 'no evidence',
      cell.rerun,
      row.libc?.package ?? 'no package',
      row.image?.fingerprint ?? 'no fingerprint',
      row.image?.source ?? 'no source',
    ]) {
      assert.ok(words.includes(wanted), wanted);
    }
    await page.keyboard.press('Escape');
    assert.equal(await dialog.isVisible(), false);
    await page.waitForFunction(() => location.hash === '');
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    assert.match(
      focused ?? '',
      RegExp(`^fail, [a-z -]+, ✗[a-z]+ ${cell.failures}/${cell.exposed}, `),
    );
    assert.deepEqual([problems, requests], [[], []]);
  });

  it('can be reached by the keys for ends and pages, and stays in view', async () => {
    const { page } = await browser.open(html, '', { viewport: { width: 700, height: 420 } });
    await page.locator('#table button[tabindex="0"]').focus();
    await page.keyboard.press('Control+End');
    const end = page.locator('#table tbody tr:last-child td:last-child button');
    assert.equal(await end.evaluate((one) => one === document.activeElement), true);
    const isSeen = await end.evaluate((one) => {
      const { left, top, width, height } = one.getBoundingClientRect();
      return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
    assert.equal(isSeen, true);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    const first = page.locator('#table tbody tr:last-child td:nth-child(2) button');
    assert.equal(await first.evaluate((one) => one === document.activeElement), true);
  });

  it('is in the address while it is open, so that a reload opens it again', async () => {
    const { page } = await browser.open(html);
    await page.locator('#table td.v-f button').first().click();
    const title = await page.locator('#details-title').textContent();
    await page.reload();
    await page.locator('#details[open]').waitFor();
    assert.equal(await page.locator('#details-title').textContent(), title);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.waitForFunction(() => location.hash === '');
  });

  it('offers its command to be copied', async () => {
    const { page } = await browser.open(html);
    await page.locator('#table td.v-f button').first().click();
    const copy = page.getByRole('button', { name: 'Copy' });
    await copy.click();
    await page.getByRole('button', { name: /^(Copied|Selected)$/ }).waitFor();
  });
});
