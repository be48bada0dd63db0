/** A reader's filters are applied, stored in the address, and restored after a reload. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { ReportEnvironment } from '../../src/report/schema.ts';
import { gridOf } from '../../src/report/grid.ts';
import { render } from '../../src/app/render.ts';
import { startBrowser, type BrowserUnderTest } from './browser-under-test.ts';
import { changedPage, osSystemReport } from './pages.ts';

const report = osSystemReport();
const html = render('html', report);
let browser: BrowserUnderTest;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const idsOf = (page: Page) => page.locator('#table tbody .id').allTextContents();
const columnsOf = async (page: Page) =>
  (await page.locator('#table thead th').allTextContents()).slice(1);

async function choose(page: Page, filter: string, value: string): Promise<void> {
  const box = page.locator(`.filter[data-filter=${filter}]`);
  await box.locator('summary').click();
  await box.getByRole('checkbox', { name: value, exact: true }).check();
  await page.keyboard.press('Escape');
}

/** Ids of the rows that fit, in the order of the table. */
function rowsWhere(fits: (row: ReportEnvironment) => boolean): readonly string[] {
  const ids = gridOf(report)
    .rows.map(({ environment }) => environment)
    .filter(fits)
    .map(({ id }) => id);
  assert.ok(ids.length > 0 && ids.length < report.environments.length);
  return ids;
}

const isMusl = ({ libc }: ReportEnvironment) => libc?.name === 'musl' && libc.version === '1.2.5';
const musl = rowsWhere(isMusl);

const CASES: readonly (readonly [filter: string, value: string, rows: readonly string[]])[] = [
  ['libc', 'musl 1.2.5', musl],
  [
    'python',
    'CPython 3.11',
    rowsWhere(
      ({ python }) => python?.implementation === 'CPython' && python.version.startsWith('3.11.'),
    ),
  ],
  [
    'distro',
    'debian 12',
    rowsWhere(({ distro }) => distro?.id === 'debian' && distro.version === '12'),
  ],
];

describe('filters', () => {
  for (const [filter, value, rows] of CASES) {
    it(`by ${filter} leave the rows that fit, and survive a reload`, async () => {
      const { page, problems } = await browser.open(html);
      await choose(page, filter, value);
      assert.deepEqual(await idsOf(page), rows);
      assert.equal(new URLSearchParams(new URL(page.url()).hash.slice(1)).get(filter), value);
      await page.reload();
      assert.deepEqual(await idsOf(page), rows);
      await page.locator('#reset').click();
      assert.equal((await idsOf(page)).length, report.environments.length);
      assert.equal(new URL(page.url()).hash, '');
      assert.deepEqual(problems, []);
    });
  }

  it('by scenario leave the columns that fit, and by verdict the cells', async () => {
    const { page } = await browser.open(html);
    await choose(page, 'scenario', 'add/os.system');
    assert.deepEqual(await columnsOf(page), ['add os.system C library, no GIL held']);
    await page.locator('.chip[data-verdict=pass] button').click();
    const passed = report.cells.filter(
      ({ scenario, verdict }) => scenario === 'add/os.system' && verdict === 'pass',
    );
    const ids = await idsOf(page);
    assert.deepEqual(new Set(ids), new Set(passed.map(({ environment }) => environment)));
    await page.reload();
    assert.deepEqual(await idsOf(page), ids);
    assert.equal(
      await page.locator('.chip[data-verdict=pass] button').getAttribute('aria-pressed'),
      'true',
    );
  });

  it('find changed and unexpected verdicts', async () => {
    const { page } = await browser.open(changedPage(report));
    await page.locator('.chip[data-verdict=unexpected] button').click();
    const status = `1 of ${report.environments.length} environments, 1 of ${report.scenarios.length} scenarios`;
    assert.equal(await page.locator('#status').textContent(), status);
    await page.locator('#reset').click();
    await choose(page, 'verdict', 'changed');
    assert.deepEqual(await idsOf(page), ['debian-13/pypy3']);
  });

  it('find text in a row, and say so where nothing fits', async () => {
    const { page } = await browser.open(html);
    await page.getByRole('searchbox').fill('pypy 2.41');
    assert.deepEqual(await idsOf(page), ['debian-13/pypy3']);
    await page.getByRole('searchbox').fill('no such row');
    assert.equal(await page.locator('#nothing').isVisible(), true);
    assert.match((await page.locator('#status').textContent()) ?? '', /^0 of /);
  });

  it('order rows by Python instead of by C library', async () => {
    const { page } = await browser.open(html);
    await page.getByRole('button', { name: 'Python', exact: true }).click();
    assert.equal(new URL(page.url()).hash, '#order=python');
    const ids = await idsOf(page);
    const pypys = ids.map((id) => id.includes('pypy'));
    assert.deepEqual(pypys, [...pypys].sort(), 'all of CPython before all of PyPy');
    await page.reload();
    assert.deepEqual(await idsOf(page), ids);
  });

  it('are what an address says, from the first moment', async () => {
    const { page } = await browser.open(html, '#libc=musl+1.2.5&distro=debian+13');
    const both = ({ distro, ...row }: ReportEnvironment) => isMusl(row) && distro?.version === '13';
    assert.deepEqual(await idsOf(page), rowsWhere(both));
  });

  it('choose what the plot shows, with the scenario that was asked for', async () => {
    const { page } = await browser.open(html, '#libc=musl+1.2.5');
    await page.locator('#plot-scenario').selectOption('delete/os.system');
    const label = await page.locator('#plot svg').getAttribute('aria-label');
    assert.match(label ?? '', /^Failure rate of delete\/os\.system by environment/);
    assert.equal(await page.locator('#plot circle').count(), musl.length);
    await page.reload();
    assert.equal(await page.locator('#plot-scenario').inputValue(), 'delete/os.system');
  });
});
