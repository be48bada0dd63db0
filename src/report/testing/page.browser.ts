/**
 * report.html in a real browser. Needs Chromium (Debian's package `chromium`), so it is not among the
 * tests that run everywhere:
 *
 *     node --import tsx --test src/report/testing/page.browser.ts
 *
 * With SCREENSHOTS=FOLDER it also leaves pictures there, to be looked at.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Report } from '../../model.ts';
import { computeFindings } from '../findings.ts';
import { renderHtml, type HtmlOptions } from '../html.ts';
import { Browser, type Screen } from './browser.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from './sample-report.ts';

const DESKTOP: Screen = { width: 1400, height: 1000 };
const pictures = process.env['SCREENSHOTS'];

let browser: Browser;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  browser = await Browser.start();
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

async function openReport(report: Report, options: HtmlOptions = {}, hash = ''): Promise<void> {
  const path = join(folder, 'report.html');
  await writeFile(path, renderHtml({ ...report, findings: computeFindings(report) }, options));
  // The same address with another fragment would not load again.
  await browser.open('about:blank');
  await browser.show(DESKTOP);
  await browser.open(`${pathToFileURL(path).href}${hash}`);
}

async function picture(name: string): Promise<void> {
  if (pictures === undefined) return;
  await writeFile(join(pictures, `${name}.png`), await browser.screenshot());
}

/** Two frames: what was drawn on the next one is there. */
const settled = () =>
  browser.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))',
  );
const text = (selector: string) =>
  browser.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? null`);
const count = (selector: string) =>
  browser.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);

function assertQuiet(): void {
  assert.deepEqual(browser.problems, []);
  assert.deepEqual(browser.requests, []);
}

/** The default group with a verdict that nobody expected, and the report before that. */
function changedReport(): { report: Report; baseline: Report } {
  const baseline = defaultGroupReport();
  const cells = baseline.cells.map((cell) =>
    cell.environment === 'debian-13/pypy3' && cell.scenario === 'add/os.system'
      ? {
          ...cell,
          verdict: 'fail' as const,
          failures: 3,
          rate: { value: 3 / 4603, low: 0.0001, high: 0.002 },
          symptoms: { 'damaged-environment': 3 },
        }
      : cell,
  );
  const summary = { ...baseline.summary, pass: 30, fail: 34, unexpected: 1 };
  return { report: { ...baseline, cells, summary }, baseline };
}

describe('the page in a browser', () => {
  it('shows the whole table and asks for nothing', async () => {
    await openReport(defaultGroupReport());
    assert.equal(await count('#table tbody tr'), 16);
    assert.equal(await count('#table td button'), 64);
    assert.equal(await text('#status'), '16 environments, 4 scenarios');
    assertQuiet();
    await picture('light');
    await browser.show({ ...DESKTOP, dark: true });
    await picture('dark');
    await browser.show({ width: 390, height: 844 });
    await picture('phone');
    const overflow = await browser.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(overflow, 0, 'the page itself does not scroll sideways on a phone');
  });

  it('opens a cell by keyboard, names it in the address, and goes back to it', async () => {
    await openReport(defaultGroupReport());
    await browser.evaluate(`document.querySelector('#table button[tabindex="0"]').focus()`);
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await browser.press(key);
    assert.match(String(await text('#details-title')), /debian-11\/pypy3.*add\/os\.system/);
    assert.match(String(await text('#details')), /312 of 1,204 exposed calls/);
    assert.match(String(await text('#details pre')), /EFAULT/);
    await picture('details');
    await browser.press('Escape');
    assert.equal(await browser.evaluate(`document.querySelector('#details').open`), false);
    assert.match(
      String(await browser.evaluate('document.activeElement.getAttribute("aria-label")')),
      /^fail, 312 of 1204/,
    );
    assertQuiet();
  });

  it('opens the cell that an address names', async () => {
    await openReport(
      defaultGroupReport(),
      {},
      '#environment=debian-13%2Fpypy3&cell=delete%2Fos.system',
    );
    assert.match(String(await text('#details-title')), /debian-13\/pypy3.*delete\/os\.system/);
  });

  it('filters, and shows the same after it is loaded again', async () => {
    const { report, baseline } = changedReport();
    await openReport(report, { baseline });
    await browser.evaluate(
      `document.querySelector('.chip[data-verdict=unexpected] button').click()`,
    );
    const status = '1 of 16 environments, 1 of 4 scenarios';
    assert.equal(await text('#status'), status);
    await browser.reload();
    assert.equal(await text('#status'), status);
    assert.match(String(await text('#table td.unexpected.changed')), /3\/4603.*≠ pass.*was ✓/);
    await picture('filtered');
    await browser.evaluate(`document.querySelector('#reset').click()`);
    assert.equal(await text('#status'), '16 environments, 4 scenarios');
    assert.equal(await browser.evaluate('location.hash'), '');
    assertQuiet();
  });

  it('finds, and orders by Python', async () => {
    await openReport(defaultGroupReport());
    await browser.evaluate(
      `(() => { const box = document.querySelector('#search'); box.value = 'pypy'; box.dispatchEvent(new Event('input', { bubbles: true })); })()`,
    );
    assert.equal(await count('#table tbody tr'), 4);
    await browser.evaluate(`document.querySelector('#reset').click()`);
    await browser.evaluate(`document.querySelector('#order button[value=python]').click()`);
    assert.match(String(await text('#table tbody tr:nth-child(3) .id')), /cpython-3\.9-musl/);
    assert.equal(await browser.evaluate('location.hash'), '#order=python');
  });

  it('plots the scenario that is chosen', async () => {
    await openReport(defaultGroupReport());
    await browser.evaluate(`document.querySelector('#plot').scrollIntoView()`);
    await browser.evaluate(
      `(() => { const box = document.querySelector('#plot-scenario'); box.value = 'delete/os.system'; box.dispatchEvent(new Event('change', { bubbles: true })); })()`,
    );
    assert.equal(await count('#plot circle'), 16);
    await picture('plot');
    assertQuiet();
  });

  it('lets nothing that a container wrote come alive', async () => {
    const hostile =
      '</script><img src=x onerror="window.hit=1"><a href="javascript:window.hit=1">x</a>' +
      `<svg onload="window.hit=1"><iframe srcdoc="x"></iframe> \u202e\u001b[31m`;
    const row = sampleEnvironment('debian-13/pypy3', 'glibc 2.41-12', 'PyPy 3.11.11');
    const report = sampleReport(
      {
        environments: [{ ...row, shell: hostile, distro: { id: hostile, version: hostile } }],
        scenarios: [{ id: `a/${hostile}` }, { id: 'other' }],
        cells: [
          {
            environment: row.id,
            scenario: `a/${hostile}`,
            verdict: 'fail',
            evidence: [hostile],
            rerun: hostile,
          },
          { environment: row.id, scenario: 'other', verdict: 'error', reason: hostile },
        ],
      },
      { warnings: [hostile] },
    );
    await openReport(report);
    for (const index of [0, 1]) {
      await browser.evaluate(`document.querySelectorAll('#table td button')[${index}].click()`);
      await settled();
      await browser.press('Escape');
    }
    await browser.evaluate(
      `for (const filter of document.querySelectorAll('.filter')) filter.open = true`,
    );
    await settled();
    assert.equal(await browser.evaluate('typeof window.hit'), 'undefined');
    assert.equal(await count('img, iframe, a, [onerror], [onload]'), 0);
    assertQuiet();
  });

  it('draws only what is in view of 80,000 cells, and follows scrolling and keys', async () => {
    await openReport(largeReport(2000, 40));
    assert.ok(Number(await count('#table tbody tr')) < 60);
    assert.equal(
      await browser.evaluate(`document.querySelector('#table').getAttribute('aria-rowcount')`),
      '2001',
    );
    await browser.evaluate(`document.querySelector('#scroller').scrollTop = 50000`);
    await settled();
    await settled();
    const shown = await browser.evaluate(`(() => {
      const box = document.querySelector('#scroller').getBoundingClientRect();
      const row = document.elementFromPoint(box.left + 40, box.top + box.height / 2).closest('tr');
      return Number(row.getAttribute('aria-rowindex'));
    })()`);
    assert.ok(Number(shown) > 850 && Number(shown) < 950, `row ${String(shown)}`);
    await picture('large');
    await browser.evaluate(`document.querySelector('#scroller').scrollTop = 0`);
    await settled();
    await settled();
    await browser.evaluate(`document.querySelector('#table button[tabindex="0"]').focus()`);
    for (let press = 0; press < 6; press += 1) await browser.press('PageDown');
    const index = await browser.evaluate(
      `Number(document.activeElement.closest('tr').getAttribute('aria-rowindex'))`,
    );
    assert.ok(Number(index) > 60, `row ${String(index)}`);
    assertQuiet();
  });

  it('prints all rows and columns, without its controls', async () => {
    await openReport(largeReport(30, 20));
    await browser.send('Emulation.setEmulatedMedia', { media: 'print' });
    await browser.evaluate(`window.dispatchEvent(new Event('beforeprint'))`);
    assert.equal(await count('#printed td'), 600);
    assert.equal(
      await browser.evaluate(`getComputedStyle(document.querySelector('#toolbar')).display`),
      'none',
    );
    await picture('print');
    await browser.evaluate(`window.dispatchEvent(new Event('afterprint'))`);
    assert.equal(await count('#printed td'), 0);
  });
});
