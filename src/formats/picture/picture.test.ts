import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { convert } from 'xmlbuilder2';
import { FORMATS } from '../registry.ts';
import { MOST_COLUMNS, MOST_ROWS, renderPicture } from './picture.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleReport,
} from '../../../test/support/sample-report.ts';

/** The texts in the picture, line by line. */
function words(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');
}

function occurrences(svg: string, pattern: RegExp): number {
  return [...svg.matchAll(pattern)].length;
}

describe('picture.svg', () => {
  it('is one of the formats', () => {
    assert.equal(FORMATS.picture.file, 'picture.svg');
  });

  it('shows each cell with a symbol and its count, beside what was measured of its row', () => {
    const shown = words(renderPicture(defaultGroupReport()));
    for (const text of ['debian-11/pypy3', '✗s 312/1204', '26 %', '✓ 0/4603', '≤ 0.10 %', 'add']) {
      assert.ok(shown.includes(text), text);
    }
    assert.ok(shown.some((text) => text.startsWith('glibc 2.31 · PyPy 3.6.12')));
    assert.equal(shown.filter((text) => /^(✓|✗s) \d+\/\d+$/.test(text)).length, 64);
  });

  it('draws a line where a verdict flips along the C library, and none where none does', () => {
    const report = defaultGroupReport();
    assert.ok(occurrences(renderPicture(report), /class="edge"/g) > 0);
    const scenarios = report.scenarios.filter(({ id }) => id === 'delete/os.system');
    const cells = report.cells.filter(({ scenario }) => scenario === 'delete/os.system');
    const flat = renderPicture({ ...report, scenarios, cells });
    assert.equal(occurrences(flat, /class="edge/g), 0);
  });

  it('frames unexpected verdicts and hatches inconclusive ones', () => {
    const row = { id: 'e' };
    const svg = renderPicture(
      sampleReport({
        environments: [row],
        scenarios: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
        cells: [
          { environment: 'e', scenario: 'a', verdict: 'pass', exposed: 10, expected: 'fail' },
          { environment: 'e', scenario: 'b', verdict: 'error', reason: 'x' },
        ],
      }),
    );
    assert.equal(occurrences(svg, /class="mark"/g), 1);
    assert.ok(words(svg).some((text) => text.includes('≠ fail')));
    // An error, and a place without a cell.
    assert.equal(occurrences(svg, /fill="url\(#hatching\)"/g), 2);
    assert.ok(words(svg).includes('! error') && words(svg).includes('∅ missing'));
  });

  it('says how much it leaves out where there is no room for all', () => {
    const shown = words(renderPicture(largeReport(MOST_ROWS + 7, MOST_COLUMNS + 1)));
    assert.ok(shown.includes('7 more environments are in the report.'));
    assert.ok(shown.includes('1 more scenario is in the report.'));
  });

  it('puts all environments of a launcher together where not every scenario is drawn', () => {
    const ids = ['add/os.system', 'delete/os.system', 'add/os.spawnv', 'add/os.popen'];
    const report = sampleReport({
      environments: [{ id: 'a' }, { id: 'b' }],
      scenarios: ids,
      cells: ids.flatMap((scenario) => [
        { environment: 'a', scenario, verdict: scenario.endsWith('system') ? 'fail' : 'pass' },
        { environment: 'b', scenario, verdict: scenario.endsWith('popen') ? 'error' : 'pass' },
      ]),
    });
    assert.equal(words(renderPicture(report)).filter((text) => text === 'os.spawnv').length, 1);
    const detail = { environment: () => true, scenario: (id: string) => id === 'add/os.system' };
    const shown = words(renderPicture(report, detail));
    const [popen, spawnv] = ['os.popen', 'os.spawnv'].map((name) => shown.indexOf(name));
    assert.deepEqual(
      shown.slice(spawnv, popen).filter((text) => /^[✓✗]/.test(text)),
      ['✓ all 2'],
    );
    assert.ok(shown.includes('✗s 1 of 2'));
    assert.ok(shown.includes('✓ all 1'), 'an error is no pass');
    assert.ok(shown.includes('3 more scenarios are in the report.'));
  });

  it('stays XML, with no element of others, whatever ids and facts hold', () => {
    const hostile = '</text><script>alert(1)</script>&\u0000\u001b[31m\u202e\ufffe';
    const svg = renderPicture(
      sampleReport({
        environments: [{ id: hostile, shell: hostile }],
        scenarios: [{ id: `${hostile}/${hostile}` }],
        cells: [{ environment: hostile, scenario: `${hostile}/${hostile}`, verdict: 'pass' }],
      }),
    );
    assert.doesNotThrow(() => convert(svg, { format: 'object' }));
    for (const text of ['<script', '\u0000', '\u001b', '\u202e', '\ufffe']) {
      assert.ok(!svg.includes(text), JSON.stringify(text));
    }
  });
});
