import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VERDICTS, type Verdict } from '../model.ts';
import type { Report, ReportEnvironment } from '../report/schema.ts';
import { diffReports, isUnchanged } from './diff.ts';
import { diffSections, renderDiffMarkdown, renderDiffTerminal } from './diff-text.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from '../../test/support/sample-report.ts';

const before = sampleEnvironment('e', 'glibc 2.40-1', 'CPython 3.13.5');

function reportOf(environment: ReportEnvironment, verdict: Verdict, run?: Partial<Report['run']>) {
  return sampleReport(
    {
      environments: [environment],
      scenarios: ['add/os.system'],
      cells: [{ environment: environment.id, scenario: 'add/os.system', verdict }],
    },
    run,
  );
}

/** The lines of one section of the difference. */
function linesOf(title: string, old: Report, young: Report): readonly string[] {
  const sections = diffSections(diffReports(old, young));
  return sections.find((section) => section.title === title)?.lines ?? [];
}

describe('the difference of two reports', () => {
  it('is nothing for a report and itself', () => {
    const report = defaultGroupReport();
    assert.ok(isUnchanged(diffReports(largeReport(60, 11), largeReport(60, 11))));
    const diff = diffReports(report, report);
    assert.ok(isUnchanged(diff));
    assert.match(renderDiffTerminal(diff, 200), /^Nothing changed from run \S+ to run \S+\.\n$/);
  });

  it('is a finding where a verdict flips together with the C library', () => {
    const after = sampleEnvironment('e', 'glibc 2.41-1', 'CPython 3.13.5');
    assert.deepEqual(
      linesOf('Verdicts that flipped', reportOf(before, 'fail'), reportOf(after, 'pass')),
      [
        'e, add/os.system: ✗ fail 312/1204 → ✓ pass 0/4603, together with ' +
          'C library glibc 2.40, libc6 2.40-1 → glibc 2.41, libc6 2.41-1.',
      ],
    );
  });

  it('says what the verdicts depend on now, where a new row moves the edge', () => {
    const rows = ['2.36', '2.41', '2.43'].map((version) =>
      sampleEnvironment(`glibc-${version}/cpython`, `glibc ${version}-1`, 'CPython 3.13.5'),
    );
    const report = (count: number, failing: readonly number[]) =>
      sampleReport({
        environments: rows.slice(0, count),
        scenarios: ['add/os.system'],
        cells: rows.slice(0, count).map(({ id }, index) => ({
          environment: id,
          scenario: 'add/os.system',
          verdict: failing.includes(index) ? 'fail' : 'pass',
        })),
      });
    assert.deepEqual(linesOf('What the verdicts depend on', report(2, [0]), report(3, [0, 2])), [
      'add/os.system: Unsafe on glibc 2.36 and on glibc 2.43; safe on glibc 2.41. ' +
        'Before: Unsafe on glibc 2.36; safe on glibc 2.41.',
    ]);
    assert.deepEqual(linesOf('What the verdicts depend on', report(3, [0]), report(2, [0])), []);
  });

  it('names both where the C library and Python changed', () => {
    const after = sampleEnvironment('e', 'glibc 2.41-1', 'CPython 3.14.0');
    const [line = ''] = linesOf(
      'Verdicts that flipped',
      reportOf(before, 'fail'),
      reportOf(after, 'pass'),
    );
    assert.match(line, /C library .*; Python CPython 3\.13\.5 → CPython 3\.14\.0\./);
  });

  it('is noise or a discovery where a verdict flips alone', () => {
    const [line = ''] = linesOf(
      'Verdicts that flipped',
      reportOf(before, 'pass'),
      reportOf(before, 'fail'),
    );
    assert.match(line, /✓ pass 0\/4603 → ✗ fail 312\/1204, alone\. .*noise or a discovery/);
  });

  it('does not blame a C library that stayed the same in a new image', () => {
    const rebuilt: ReportEnvironment = {
      ...before,
      image: { id: 'sha256:1', fingerprint: 'b'.repeat(64), source: 'elsewhere' },
    };
    const [line = ''] = linesOf(
      'Verdicts that flipped',
      reportOf(before, 'pass'),
      reportOf(rebuilt, 'fail'),
    );
    assert.match(line, /The image changed, but its C library and Python did not/);
  });

  it('keeps inconclusive cells apart from flips', () => {
    const titles = (old: Verdict, young: Verdict) =>
      diffSections(diffReports(reportOf(before, old), reportOf(before, young))).map(
        ({ title }) => title,
      );
    assert.deepEqual(titles('pass', 'error'), ['No longer a pass or fail']);
    assert.deepEqual(titles('skipped', 'fail'), ['New passes and fails']);
    assert.deepEqual(titles('error', 'skipped'), [
      'Still neither pass nor fail, for another reason',
    ]);
  });

  it('names a row once whose image was not available', () => {
    const report = defaultGroupReport();
    const young: Report = {
      ...report,
      cells: report.cells.map((cell) =>
        cell.environment === 'debian-13/pypy3' ? { ...cell, verdict: 'skipped' as const } : cell,
      ),
    };
    assert.deepEqual(linesOf('No longer a pass or fail', report, young), [
      'debian-13/pypy3: none/os.system, add/os.system: ✓ pass → – skipped; ' +
        'delete/os.system, overwrite/os.system: ✗ fail → – skipped',
    ]);
  });

  it('has no figures of a cell that failed, nor of what kept none', () => {
    const [old, young] = [reportOf(before, 'error'), reportOf(before, 'fail')];
    assert.deepEqual(diffReports(old, young).verdicts[0]?.counts, {
      before: undefined,
      after: '312/1204',
    });
    const kept = young.cells.map(({ environment, scenario }) => ({
      environment,
      scenario,
      verdict: 'pass' as const,
    }));
    const diff = diffReports({ ...young, cells: kept }, young);
    assert.match(renderDiffMarkdown(diff), /: ✓ pass → ✗ fail 312\/1204, alone/);
  });

  it('does not count rows that one of the two left out for want of a registry', () => {
    const whole = defaultGroupReport();
    const [absent = assert.fail(), ...rest] = whole.environments;
    const part: Report = {
      ...whole,
      run: { ...whole.run, leftOut: [{ reason: 'no one answers', environments: [absent.id] }] },
      environments: rest,
      cells: whole.cells.filter(({ environment }) => environment !== absent.id),
    };
    for (const [old, young, which] of [
      [whole, part, 'later'],
      [part, whole, 'earlier'],
    ] as const) {
      const diff = diffReports(old, young);
      assert.ok(isUnchanged(diff));
      assert.deepEqual([diff.rows.gone, diff.rows.added, diff.rows.addedFacts], [[], [], []]);
      assert.deepEqual(linesOf('Rows that need a registry', old, young), [
        `1 row left out of the ${which} run`,
      ]);
    }
  });

  it('lists rows and columns that only one report has', () => {
    const report = defaultGroupReport();
    const [gone, ...rest] = report.environments;
    const young: Report = {
      ...report,
      environments: [...rest, sampleEnvironment('new', 'glibc 2.45-1', 'CPython 3.15.0')],
      scenarios: report.scenarios.slice(1),
      cells: report.cells.filter(({ environment }) => environment !== gone?.id),
    };
    const diff = diffReports(report, young);
    assert.deepEqual(diff.rows.added, ['new']);
    assert.deepEqual(linesOf('New rows', report, young), [
      'new: C library glibc 2.45, libc6 2.45-1; Python CPython 3.15.0',
    ]);
    const unasked: Report = { ...young, environments: [...rest, { id: 'new' }] };
    assert.deepEqual(linesOf('New rows', report, unasked), ['new: its image could not be probed']);
    assert.deepEqual(diff.rows.gone, [gone?.id]);
    assert.deepEqual(diff.columns, { added: [], gone: ['none/os.system'] });
    assert.deepEqual(diff.verdicts, []);
    assert.equal(isUnchanged(diff), false);
  });

  it('says when the host or the rule was another', () => {
    const host = { kernel: '6.12.0', arch: 'x86_64', cpus: 8, memory: 2 ** 34 };
    const rule = { confidence: 0.99, maxRate: 0.01, budgetSeconds: 60 };
    const lines = linesOf(
      'The run itself',
      reportOf(before, 'pass'),
      reportOf(before, 'pass', { host, rule }),
    );
    assert.match(lines.join('\n'), /host kernel .* → kernel 6\.12\.0/);
    assert.match(lines.join('\n'), /bound of a pass 0\.001 → 0\.01/);
  });

  it('shows hostile facts and obeys none of them', () => {
    const hostile = sampleEnvironment('e', 'glibc 2.41-1', 'CPython <b>\u001b[2J|`');
    const diff = diffReports(reportOf(before, 'fail'), reportOf(hostile, 'pass'));
    assert.doesNotMatch(renderDiffTerminal(diff, 80), /[^\P{Cc}\n]/u);
    const markdown = renderDiffMarkdown(diff);
    assert.doesNotMatch(markdown.replace(/(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)/g, ''), /[<|]/);
  });

  it('is nothing exactly where the verdicts are the same, and mirrors itself backwards', () => {
    const verdicts = fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom(...VERDICTS)));
    const reportWith = (list: readonly Verdict[]) =>
      sampleReport({
        environments: [before],
        scenarios: list.map((_, index) => ({ id: `s${index}` })),
        cells: list.map((verdict, index) => ({
          environment: 'e',
          scenario: `s${index}`,
          verdict,
        })),
      });
    fc.assert(
      fc.property(verdicts, verdicts, (old, young) => {
        const forwards = diffReports(reportWith(old), reportWith(young));
        const backwards = diffReports(reportWith(young), reportWith(old));
        const places = old.flatMap((verdict, index) =>
          verdict === young[index] ? [] : [`s${index}`],
        );
        assert.equal(isUnchanged(forwards), places.length === 0);
        assert.deepEqual(
          forwards.verdicts.map(({ scenario }) => scenario),
          places,
        );
        assert.deepEqual(
          backwards.verdicts.map(({ before, after }) => [after, before]),
          forwards.verdicts.map(({ before, after }) => [before, after]),
        );
      }),
    );
  });

  it('compares large reports', () => {
    const report = largeReport(300, 20);
    const cells = report.cells.map((cell) =>
      cell.verdict === 'pass' ? { ...cell, verdict: 'inconclusive' as const } : cell,
    );
    const diff = diffReports(report, { ...report, cells });
    assert.equal(diff.verdicts.length, report.summary.pass);
  });
});

describe('the rule of a verdict', () => {
  const releases = (old: string, young: string) =>
    sampleReport({
      environments: [
        sampleEnvironment('old', 'glibc 2.36-9', `CPython ${old}`),
        sampleEnvironment('older', 'glibc 2.31-13', 'CPython 3.9.2'),
        sampleEnvironment('young', 'glibc 2.36-9', `CPython ${young}`),
      ],
      scenarios: ['add/os.system'],
      cells: [
        { environment: 'old', scenario: 'add/os.system', verdict: 'fail' },
        { environment: 'older', scenario: 'add/os.system', verdict: 'fail' },
        { environment: 'young', scenario: 'add/os.system', verdict: 'pass' },
      ],
    });

  it('does not change with a patch release of Python that changed no verdict', () => {
    const { rules } = diffReports(releases('3.11.2', '3.13.5'), releases('3.11.2', '3.13.7'));
    assert.deepEqual(rules, []);
  });

  it('changes with another version of Python', () => {
    const { rules } = diffReports(releases('3.11.2', '3.13.5'), releases('3.12.1', '3.13.5'));
    assert.equal(rules.length, 1);
    assert.match(rules[0]?.after ?? '', /CPython 3\.12\.1 and earlier/);
  });
});
