/** Output of a container and content of foreign files are shown, never interpreted. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadPageAssets } from '../../src/app/page-assets.ts';
import { renderHistory } from '../../src/formats/html/history-page.ts';
import { runLineOf } from '../../src/comparison/run-line.ts';
import { render } from '../../src/app/render.ts';
import { renderPicture } from '../../src/formats/picture/picture.ts';
import { ACTING_CHARACTERS, hostileReport } from '../support/hostile-report.ts';
import { startBrowser, type BrowserUnderTest, type OpenPage } from './browser-under-test.ts';

let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** Nothing ran, nothing was loaded, and nothing of it became an element, an attribute or a link. */
async function assertDead({ page, problems, requests }: OpenPage): Promise<void> {
  await page.waitForLoadState('load');
  const found = await page.evaluate(() => ({
    hit: 'hit' in window,
    elements: document.querySelectorAll('img, iframe, a, link, object, embed, form, body style')
      .length,
    handlers: [...document.querySelectorAll('*')].flatMap(({ attributes }) =>
      [...attributes].map(({ name }) => name).filter((name) => name.startsWith('on')),
    ),
    links: document.querySelectorAll('[href], [src], [srcdoc]').length,
    text: document.documentElement.textContent,
  }));
  assert.deepEqual(
    { ...found, text: '' },
    { hit: false, elements: 0, handlers: [], links: 0, text: '' },
  );
  for (const character of ACTING_CHARACTERS) {
    assert.ok(!found.text.includes(character), JSON.stringify(character));
  }
  assert.deepEqual([problems, requests], [[], []]);
}

describe('hostile text', () => {
  it('stays dead in report.html, in every part of it that opens', async () => {
    const opened = await browser.open(render('html', hostileReport(), hostileReport()));
    const { page } = opened;
    const cells = page.locator('#table td button');
    assert.equal(await cells.count(), 2);
    for (const cell of await cells.all()) {
      await cell.click();
      await page.locator('#details[open]').waitFor();
      assert.match((await page.locator('#details').textContent()) ?? '', /⟨U\+202E⟩right to left/);
      await assertDead(opened);
      await page.keyboard.press('Escape');
    }
    for (const filter of await page.locator('.filter').all()) {
      await filter.locator('summary').click();
      await assertDead(opened);
      await page.keyboard.press('Escape');
    }
    await page.locator('#plot').scrollIntoViewIfNeeded();
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await assertDead(opened);
  });

  it('stays dead in an address', async () => {
    const hash = new URLSearchParams({
      search: '<img src=x onerror="window.hit=1">',
      libc: '"><script>window.hit=1</script>',
      plot: '<svg onload="window.hit=1">',
      environment: '__proto__',
      cell: 'constructor',
    });
    await assertDead(await browser.open(render('html', hostileReport()), `#${hash.toString()}`));
  });

  it('stays dead in the page of the history', async () => {
    const later = {
      ...hostileReport(),
      cells: hostileReport().cells.map((cell) => ({ ...cell, verdict: 'pass' as const })),
    };
    const runs = [hostileReport(), later].map(runLineOf);
    const skipped = [{ line: 1, reason: '<img src=x onerror="window.hit=1">\u202e\u001b[31m' }];
    const opened = await browser.open(renderHistory({ runs, skipped }, loadPageAssets()));
    for (const closed of await opened.page.locator('details').all()) {
      await closed.locator('summary').first().click();
    }
    await assertDead(opened);
  });

  it('stays dead in the picture', async () => {
    const { page, problems, requests } = await browser.open(
      `<!doctype html><title>picture</title>${renderPicture(hostileReport()).replace(/<\?xml[^>]*>/, '')}`,
    );
    assert.equal(await page.locator('svg').count(), 1);
    assert.equal(await page.locator('script, img, a, foreignObject').count(), 0);
    assert.equal(await page.evaluate(() => 'hit' in window), false);
    assert.deepEqual([problems, requests], [[], []]);
  });
});
