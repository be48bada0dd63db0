/** The table of the reference report as a browser shows it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { countText, markOf } from '../../src/report/cell-text.ts';
import { gridOf } from '../../src/report/grid.ts';
import { headline } from '../../src/analysis/headline.ts';
import { render } from '../../src/app/render.ts';
import { PHONE, startBrowser, type BrowserUnderTest } from './browser-under-test.ts';
import { changedPage, everyVerdictPage, osSystemReport, PLACE } from './pages.ts';

const report = osSystemReport();
const html = render('html', report);
let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

describe('the table', () => {
  it('has each row, column and cell of report.json, in order, and asks for nothing', async () => {
    const { page, problems, requests } = await browser.open(html);
    const grid = gridOf(report);
    assert.equal(await page.locator('h1').textContent(), headline(report));
    const rows = await page.locator('#table tbody tr').all();
    assert.equal(rows.length, report.environments.length);
    for (const [y, row] of rows.entries()) {
      const wanted = grid.rows[y];
      assert.equal(await row.locator('th .id').textContent(), wanted?.environment.id);
      const cells = await row.locator('td .count').allTextContents();
      assert.deepEqual(
        cells,
        wanted?.cells.map((cell) => cell && `${markOf(cell)} ${countText(cell) ?? ''}`),
      );
    }
    assert.deepEqual(await page.locator('#table thead th').allTextContents(), [
      'environment',
      ...report.scenarios.map(({ id, mechanism }) => `${id.replace('/', ' ')} ${mechanism ?? ''}`),
    ]);
    assert.deepEqual([problems, requests], [[], []]);
  });

  it('is a table to a screen reader, each cell with its heads', async () => {
    const { page } = await browser.open(html);
    const table = page.getByRole('table', { name: /^Verdict of each scenario/ });
    assert.equal(await table.getByRole('rowheader').count(), report.environments.length);
    assert.equal(await table.getByRole('columnheader').count(), report.scenarios.length + 1);
    const row = table.getByRole('row', { name: 'debian-12/cpython-3.11 ' });
    const cell = row.getByRole('button', { name: /^fail, [a-z -]+, ✗[a-z]+ \d+\/\d+, / });
    assert.ok((await cell.count()) > 0);
  });

  it('can be read without a script', async () => {
    const { page } = await browser.open(html, '', { javaScriptEnabled: false });
    assert.equal(await page.locator('#table td .count').count(), report.cells.length);
    assert.equal(await page.locator('#toolbar').isVisible(), false);
    assert.equal(await page.locator('#plot svg').isVisible(), true);
  });

  it('keeps its heads in view while it scrolls', async () => {
    const { page } = await browser.open(everyVerdictPage(), '', {
      viewport: { width: 700, height: 500 },
    });
    const scroller = page.locator('#scroller');
    await scroller.scrollIntoViewIfNeeded();
    await scroller.evaluate((box) => {
      box.scrollTo(300, 400);
    });
    const gaps = await page.evaluate(() => {
      const box = document.querySelector('#scroller')?.getBoundingClientRect();
      const column = document.querySelector('#table thead th:nth-child(5)');
      const row = document.querySelector('#table tbody tr:nth-child(12) th');
      const corner = document.querySelector('#table .corner');
      const [c, r, k] = [column, row, corner].map((one) => one?.getBoundingClientRect());
      if (!box || !c || !r || !k) return undefined;
      const top = document.elementFromPoint(k.left + 5, k.top + 5);
      return {
        column: c.top - box.top,
        row: r.left - box.left,
        corner: [k.top - box.top, k.left - box.left],
        // Nothing that scrolls lies over the heads.
        isCornerOnTop: corner?.contains(top) ?? false,
      };
    });
    // The border of the box is one pixel wide.
    assert.deepEqual(gaps, { column: 1, row: 1, corner: [1, 1], isCornerOnTop: true });
  });

  it('marks unexpected and changed verdicts in words, and hatches inconclusive ones', async () => {
    const changed = await browser.open(changedPage(report));
    const cell = changed.page.locator('#table td.unexpected.changed');
    assert.equal(await cell.count(), 1);
    assert.match((await cell.textContent()) ?? '', /✗e 3\/4603.*≠ pass.*was ✓/);
    assert.match(
      (await cell.getByRole('button').getAttribute('aria-label')) ?? '',
      /^fail, damaged-environment, ✗e 3\/4603, 0\.065 %, ≠ pass, was ✓ pass, not as expected$/,
    );
    const { page } = await browser.open(everyVerdictPage());
    for (const [letter, word] of [
      ['i', 'inconclusive'],
      ['e', 'error'],
      ['s', 'skipped'],
      ['m', 'missing'],
    ]) {
      const undecided = page.locator(`#table td.v-${letter ?? ''}`).first();
      const image = await undecided.evaluate((one) => getComputedStyle(one).backgroundImage);
      assert.match(image, /repeating-linear-gradient/, word);
      await undecided.getByRole('button').click();
      assert.match(
        (await page.locator('#details .verdict').textContent()) ?? '',
        RegExp(word ?? ''),
      );
      assert.notEqual(await page.locator('#details .reason').first().textContent(), '');
      await page.keyboard.press('Escape');
    }
  });

  it('shows the edge where a verdict flips along the C library', async () => {
    const { page } = await browser.open(html);
    // The first row of 2.41 is below the last of 2.36.
    const cell = page.locator('#table tbody tr:has-text("glibc 2.41")').first();
    const edge = cell.locator('td.edge-libc');
    assert.equal(await edge.count(), 1);
    const height = await edge.evaluate((one) => getComputedStyle(one, '::before').height);
    assert.ok(Number.parseFloat(height) >= 3, height);
  });

  it('fits a phone: only the table itself scrolls sideways', async () => {
    for (const page of [html, changedPage(report), everyVerdictPage()]) {
      const opened = await browser.open(page, '', { viewport: PHONE });
      const overflow = await opened.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(overflow, 0);
      const first = opened.page.locator('#table tbody td').first();
      const box = await first.boundingBox();
      assert.ok(box && box.x + box.width <= PHONE.width, 'a first column of verdicts is in view');
    }
  });

  it('continues to what the address names, also when it is changed by hand', async () => {
    const { page, address } = await browser.open(html);
    const hash = new URLSearchParams({ environment: PLACE.environment, cell: PLACE.scenario });
    await page.goto(`${address}#${hash.toString()}`);
    await page.locator('#details[open]').waitFor();
    const title = await page.locator('#details-title').textContent();
    assert.equal(title, `${PLACE.environment} ${PLACE.scenario}`);
  });
});
