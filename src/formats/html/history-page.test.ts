import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Verdict } from '../../model.ts';
import type { Report } from '../../report/schema.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
} from '../../../test/support/sample-report.ts';
import { historyHeadline } from '../../comparison/history-headline.ts';
import { loadPageAssets } from '../../app/page-assets.ts';
import { renderHistory } from './history-page.ts';
import type { RunLine } from '../../comparison/run-line.ts';
import { daily } from '../../../test/support/sample-history.ts';
import { cellHistories } from '../../comparison/transitions.ts';

const PLACE = { environment: 'debian-13/pypy3', scenario: 'add/os.system' };

/** The default group with another verdict in one cell, and another C library in its row where asked. */
function changed(verdict: Verdict, libc?: string): Report {
  const report = defaultGroupReport();
  return {
    ...report,
    environments: report.environments.map((row) =>
      row.id === PLACE.environment && libc !== undefined
        ? sampleEnvironment(row.id, libc, 'PyPy 3.11.11')
        : row,
    ),
    cells: report.cells.map((cell) =>
      cell.environment === PLACE.environment && cell.scenario === PLACE.scenario
        ? { ...cell, verdict }
        : cell,
    ),
  };
}

const pageOf = (runs: readonly RunLine[]) => renderHistory({ runs, skipped: [] }, loadPageAssets());
const bodyOf = (html: string) => html.replace(/<style>[\s\S]*?<\/style>/, '');
const headlineOf = (runs: readonly RunLine[]) => historyHeadline(runs, cellHistories(runs));

describe('the sentence on top of the history', () => {
  it('counts flips, and those that came alone', () => {
    const runs = daily([changed('pass'), changed('fail'), changed('pass', 'glibc 2.41-13')]);
    assert.equal(
      headlineOf(runs),
      '2 verdicts flipped in 3 runs from 2026-01-01 to 2026-01-03: ' +
        '1 together with the C library, Python or shell, ' +
        '1 without any change of those, which is noise or a discovery.',
    );
  });

  it('says that nothing flipped only where there is something to compare', () => {
    assert.match(headlineOf([]), /no run/);
    assert.match(headlineOf(daily([changed('pass')])), /one run .* from the second run on/);
    assert.match(
      headlineOf(daily([changed('pass'), changed('error')])),
      /^No verdict flipped in 2/,
    );
  });
});

describe('the history page', () => {
  it('shows a cell that flipped, the newest on top, each flip with what came with it', () => {
    const html = bodyOf(
      pageOf(daily([changed('pass'), changed('fail'), changed('pass', 'glibc 2.41-13')])),
    );
    assert.equal((html.match(/<ol class="story"/g) ?? []).length, 1);
    assert.match(html, /debian-13\/<wbr>pypy3/);
    const places = [
      'now; 1 run',
      'libc6 2.41-12 → glibc 2.41, libc6 2.41-13',
      'alone. No measured fact',
    ];
    const found = places.map((place) => html.indexOf(place));
    assert.ok(found.every((place) => place > 0));
    assert.deepEqual(
      found,
      found.toSorted((a, b) => a - b),
    );
    assert.match(html, /63 cells had the same verdict in every run/);
  });

  it('keeps cells apart that were only inconclusive for a while', () => {
    const html = bodyOf(pageOf(daily([changed('pass'), changed('error'), changed('pass')])));
    assert.doesNotMatch(html, /Cells whose verdict flipped/);
    assert.match(
      html,
      /not measured for a while[\s\S]*<summary>1 cell<\/summary>[\s\S]*the same verdict/,
    );
  });

  it('says which lines of the file it left out', () => {
    const html = renderHistory(
      { runs: [], skipped: [{ line: 7, reason: 'cut <b>off' }] },
      loadPageAssets(),
    );
    assert.match(html, /Line 7 of runs\.jsonl is left out: cut &lt;b&gt;off/);
  });

  it('counts a single thing that it has no room for as one', () => {
    const skipped = Array.from({ length: 21 }, (_, line) => ({ line, reason: 'cut off' }));
    const html = renderHistory({ runs: [], skipped }, loadPageAssets());
    assert.match(html, /<li>1 more line is left out\.<\/li>/);
  });

  it('runs no script, loads nothing, and obeys nothing that a container wrote', () => {
    const hostile = `</style><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\u001b[2J`;
    const report = changed('fail');
    const bad = {
      ...report,
      run: { ...report.run, host: { ...report.run.host, kernel: hostile } },
      environments: report.environments.map((row) => ({ ...row, shell: hostile })),
    };
    const html = pageOf(daily([changed('pass'), bad]));
    assert.doesNotMatch(html, /<script|<img|<a |\son\w+="/i);
    assert.doesNotMatch(bodyOf(html), /[^\P{C}\n]/u);
    assert.match(html, /default-src &#39;none&#39;; style-src/);
    assert.doesNotMatch(html, /script-src/);
  });

  it('stays below 10 MB with 80,000 cells that all changed', () => {
    const report = largeReport(2000, 40);
    const flipped: Report = {
      ...report,
      cells: report.cells.map((cell) => ({
        ...cell,
        verdict: cell.verdict === 'pass' ? 'fail' : 'pass',
      })),
    };
    const html = pageOf(daily([report, flipped, report]));
    assert.ok(Buffer.byteLength(html) < 10e6, `${Buffer.byteLength(html)} bytes`);
    assert.match(html, /more cells are in runs\.jsonl/);
  });
});
