import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { describe, it } from 'node:test';
import stringWidth from 'string-width';
import { renderTerminal } from './terminal.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from '../../../test/support/sample-report.ts';

const ESCAPE = '\u001b';
const plain = { width: 200, color: false };

describe('the report on a terminal', () => {
  it('is one table with all facts where the terminal is wide enough', () => {
    const lines = renderTerminal(defaultGroupReport(), plain).split('\n');
    assert.match(lines[0] ?? '', /^environment +Python +C library +package +none\/os\.system +add/);
    assert.match(
      lines[2] ?? '',
      /^debian-11\/cpython-2\.7 +CPython 2\.7\.18 +glibc 2\.31 +libc6 2\.31-13\S+ +✓ 0\/4603/,
    );
  });

  it('fits the width that it is given, whatever it is', () => {
    for (const width of [60, 80, 100, 120, 160, 200]) {
      for (const line of renderTerminal(defaultGroupReport(), { width, color: true }).split('\n')) {
        assert.ok(stringWidth(line) <= width, `${width}: ${line}`);
      }
    }
  });

  it('shows every cell at every width', () => {
    const report = largeReport(30, 20);
    for (const width of [40, 80, 500]) {
      const text = renderTerminal(report, { width, color: false });
      assert.equal(
        (text.match(/✗s \d+\/\d+/g) ?? []).length,
        report.summary.fail,
        `all fails at ${width}`,
      );
      assert.equal((text.match(/– skipped(?![:;,])/g) ?? []).length, report.summary.skipped);
    }
  });

  it('turns the table round for one environment with many scenarios', () => {
    const text = renderTerminal(largeReport(1, 20), { width: 60, color: false });
    assert.match(text, /^scenario +base-0\/cpython-3\.0\n─+\nchurn\/launcher-0 /m);
  });

  it('colours only if asked, and says the same without', () => {
    const report = largeReport(10, 4);
    const colored = renderTerminal(report, { width: 120, color: true });
    const uncolored = renderTerminal(report, { width: 120, color: false });
    assert.equal(uncolored.includes(ESCAPE), false);
    assert.ok(colored.includes(`${ESCAPE}[31m✗s `));
    assert.equal(stripVTControlCharacters(colored), uncolored);
  });

  it('puts warnings before the table and reasons after it', () => {
    const report = sampleReport(
      {
        environments: [sampleEnvironment('a', 'glibc 2.36-9', 'CPython 3.11.2')],
        scenarios: ['add/os.system'],
        cells: [
          {
            environment: 'a',
            scenario: 'add/os.system',
            verdict: 'error',
            reason: 'the container was killed from outside',
          },
        ],
      },
      { warnings: ['The host has one CPU.'] },
    );
    const text = renderTerminal(report, plain);
    const order = [/WARNING: The host has one CPU\./, /^environment/m, /! error, 1 cell: the cont/];
    const places = order.map((pattern) => text.search(pattern));
    assert.ok(places.every((place) => place >= 0));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
  });

  it('shows terminal escapes of a container instead of sending them on', () => {
    const hostile = 'died\u001b]0;owned\u0007\u001b[2J\nfaked line';
    const report = sampleReport(
      {
        environments: [sampleEnvironment('a', 'glibc 2.36-9', `CPython 3\u001b[5m`)],
        scenarios: ['add/os.system'],
        cells: [{ environment: 'a', scenario: 'add/os.system', verdict: 'error', reason: hostile }],
        findings: [{ scenario: 'add/os.system', text: hostile }],
      },
      { warnings: [hostile] },
    );
    const text = renderTerminal(report, plain);
    assert.doesNotMatch(text, /[^\P{Cc}\n]/u);
    assert.doesNotMatch(text, /^faked line/m);
    assert.match(text, /died␛\]0;owned␇␛\[2J ⏎ faked line/);
  });

  it('keeps the last line of the log of a build that failed, however long the log is', () => {
    const log = Array.from({ length: 40 }, (_, line) => `Get:${line} http://archive/some-package`);
    const reason = ['building a failed: step 3', ...log, 'E: No space left on device'].join('\n');
    const report = sampleReport({
      environments: [sampleEnvironment('a', 'glibc 2.36-9', 'CPython 3.11.2')],
      scenarios: ['add/os.system'],
      cells: [{ environment: 'a', scenario: 'add/os.system', verdict: 'error', reason }],
    });
    const text = renderTerminal(report, plain).replaceAll(/\s+/g, ' ');
    assert.match(text, /! error, 1 cell: building a failed: step 3 ⏎ Get:0 /);
    assert.match(text, /… ?.* ⏎ E: No space left on device /);
    assert.ok(!text.includes('Get:20'));
  });

  it('says how many reasons it leaves out', () => {
    const reasonsOf = (count: number) => {
      const environments = Array.from({ length: count }, (_, row) => `row-${row}`);
      const report = sampleReport({
        environments: environments.map((id) => sampleEnvironment(id, 'glibc 2.36-9', 'PyPy 3.9')),
        scenarios: ['add/os.system'],
        cells: environments.map((environment, row) => ({
          environment,
          scenario: 'add/os.system',
          verdict: 'error',
          reason: 'x'.repeat(row + 1),
        })),
      });
      return renderTerminal(report, plain);
    };
    assert.doesNotMatch(reasonsOf(12), /more reason/);
    assert.match(reasonsOf(13), /^ {2}1 more reason is in report\.json\.$/m);
    assert.match(reasonsOf(14), /^ {2}2 more reasons are in report\.json\.$/m);
  });

  it('says that there is nothing where there is nothing', () => {
    const text = renderTerminal(
      sampleReport({ environments: [], scenarios: [], cells: [] }),
      plain,
    );
    assert.match(text, /^no cells\.$/m);
  });
});
