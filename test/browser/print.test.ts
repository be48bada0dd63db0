/** The report on paper. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { render } from '../../src/app/render.ts';
import { largeReport } from '../support/sample-report.ts';
import { referenceReport } from '../files/reports.ts';
import { startBrowser, type BrowserUnderTest } from './browser-under-test.ts';

/** A4 landscape without its margins of 12 mm, in CSS pixels. */
const SHEET = { width: Math.floor((273 / 25.4) * 96), height: 700 };
let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

describe('a printed report', () => {
  it('has all rows and columns, within the sheet, and none of its controls', async () => {
    const { page, problems } = await browser.open(render('html', largeReport(30, 20)), '', {
      viewport: SHEET,
    });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    assert.equal(await page.locator('#printed td').count(), 600);
    assert.equal(await page.locator('#scroller').isVisible(), false);
    for (const control of ['#toolbar', '#theme', '.plot-choice']) {
      assert.equal(await page.locator(control).isVisible(), false, control);
    }
    for (const table of await page.locator('#printed table').all()) {
      const box = await table.boundingBox();
      assert.ok(box && box.x + box.width <= SHEET.width + 1, JSON.stringify(box));
    }
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    assert.equal(await page.locator('#printed td').count(), 0);
    assert.deepEqual(problems, []);
  });

  it('is on white with dark ink, also where the screen is dark', async () => {
    const { page } = await browser.open(render('html', referenceReport()), '', {
      colorScheme: 'dark',
    });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const colors = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return { backgroundColor, color };
    });
    assert.deepEqual(colors, { backgroundColor: 'rgb(255, 255, 255)', color: 'rgb(0, 0, 0)' });
  });

  it('can be made into a PDF by the browser itself', async () => {
    const { page, problems } = await browser.open(render('html', referenceReport()));
    await page.evaluate(() => {
      window.addEventListener('beforeprint', () => {
        const cells = document.querySelectorAll('#printed td').length;
        document.documentElement.dataset['printed'] = String(cells);
      });
    });
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    assert.equal(
      await page.locator('html').getAttribute('data-printed'),
      String(referenceReport().cells.length),
    );
    assert.deepEqual(problems, []);
  });
});
