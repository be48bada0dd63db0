import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markdownGrid, renderMarkdown } from './markdown.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from '../../../test/support/sample-report.ts';

describe('report.md', () => {
  it('has a row for each environment in order of its C library, and a column for each scenario', () => {
    const [header = '', , ...rows] = markdownGrid(defaultGroupReport()).split('\n');
    const columns = header.split('|').map((text) => text.trim());
    assert.deepEqual(columns.slice(1, -1), [
      'environment',
      'Python',
      'C library',
      'package',
      '`none/os.system`',
      '`add/os.system`',
      '`delete/os.system`',
      '`overwrite/os.system`',
    ]);
    assert.deepEqual(
      rows.map((row) => row.split('|')[1]?.trim()).filter((_, index) => index % 5 === 0),
      [
        '`debian-11/cpython-2.7`',
        '`debian-13/cpython-3.13`',
        '`debian-testing/pypy3`',
        '`debian-testing/cpython-3.13-musl`',
      ],
    );
    assert.match(rows[3] ?? '', /glibc 2\.36 +\| `libc6 2\.36-9\+deb12u13` +\| ✓ 0\/4603/);
  });

  it('says on top what a reader must know first', () => {
    const report = sampleReport(
      { environments: [], scenarios: [], cells: [] },
      { complete: false, warnings: ['This host may be unable to show the race.'] },
    );
    const text = renderMarkdown(report);
    assert.match(
      text,
      /> \[!WARNING\]\n> - The run was interrupted.*\n> - This host may be unable to show/,
    );
  });

  it('gives each reason once, with the cells that it holds for', () => {
    const report = sampleReport({
      environments: [sampleEnvironment('a', 'glibc 2.36-9', 'CPython 3.11.2'), { id: 'b' }],
      scenarios: ['add/os.system', 'delete/os.system'],
      cells: [
        { environment: 'a', scenario: 'add/os.system', verdict: 'fail' },
        { environment: 'a', scenario: 'delete/os.system', verdict: 'error', reason: 'lost' },
        ...['add/os.system', 'delete/os.system'].map((scenario) => ({
          environment: 'b',
          scenario,
          verdict: 'skipped' as const,
          reason: 'no source had this base',
        })),
      ],
    });
    const text = renderMarkdown(report);
    assert.match(text, /- ! error, 1 cell: lost\n {2}- `a`: `delete\/os\.system`\n/);
    assert.match(
      text,
      /- – skipped, 2 cells: no source had this base\n {2}- `b`, every scenario\n/,
    );
    assert.match(text, /\| `b` +\| \? +\| \? +\| \? +\| – skipped/);
  });

  it('shows hostile text and obeys none of it', () => {
    const hostile = '<script>alert(1)</script>\n# heading\n| cell | @everybody ```` \u001b[2J';
    const report = sampleReport(
      {
        environments: [
          { ...sampleEnvironment('e|x', 'glibc 2.36-9|`', 'CPython <b>3</b>'), shell: hostile },
        ],
        scenarios: [{ id: 'my|scenario' }],
        cells: [{ environment: 'e|x', scenario: 'my|scenario', verdict: 'error', reason: hostile }],
        findings: [{ scenario: 'my|scenario', text: hostile }],
      },
      { warnings: [hostile], id: hostile },
    );
    const text = renderMarkdown(report);
    // Code spans may hold anything; what is left must hold nothing that means something.
    const outside = text.replace(/(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)/g, 'CODE');
    assert.doesNotMatch(outside, /[<@]|[^\P{Cc}\n]|^# heading/mu);
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    assert.equal(rows.length, 3);
    for (const row of rows) assert.equal(row.match(/(?<!\\)\|/g)?.length, 6, row);
  });

  it('names the rest of very many reasons by their number', () => {
    const report = largeReport(60, 2);
    // Reasons that differ in nothing but figures would be one.
    const letters = (index: number) => index.toString(2).replaceAll('0', 'a').replaceAll('1', 'b');
    const cells = report.cells.map((cell, index) => ({ ...cell, reason: `no ${letters(index)}` }));
    assert.match(
      renderMarkdown({ ...report, cells }),
      /\n- \d+ more reasons are in report\.json\.\n/,
    );
  });
});

describe('the archives of the rows', () => {
  it('are named with their day, once for all rows that share them', () => {
    const report = defaultGroupReport();
    const archives = [{ address: 'deb.debian.org/debian', suite: 'trixie', day: '2026-11-21' }];
    const [first, second, ...rest] = report.environments;
    assert.ok(first?.image && second?.image);
    const text = renderMarkdown({
      ...report,
      environments: [
        { ...first, image: { ...first.image, archives } },
        { ...second, image: { ...second.image, archives } },
        ...rest,
      ],
    });
    assert.ok(
      text.includes(
        `## Archives\n\n- \`${first.id}\`, \`${second.id}\`: deb.debian.org/debian trixie of 2026-11-21\n`,
      ),
    );
    assert.doesNotMatch(renderMarkdown(report), /## Archives/);
  });
});
