import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Verdict } from '../model.ts';
import type { Report } from '../report/schema.ts';
import { diffReports, isUnchanged } from './diff.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from '../../test/support/sample-report.ts';
import { acceptReport } from './accept.ts';
import {
  acceptedVerdicts,
  baselineSnapshot,
  looksLikeBaseline,
  parseBaseline,
  renderBaseline,
  type Baseline,
} from './baseline.ts';

const SCENARIOS = ['none/os.system', 'add/os.system', 'delete/os.system'];

/** A report of one row, with a verdict for each of the scenarios that are given one. */
function reportOf(verdicts: readonly (Verdict | undefined)[], libc = '2.41-12', id = 'e'): Report {
  return sampleReport({
    environments: [sampleEnvironment(id, `glibc ${libc}`, 'CPython 3.13.5')],
    scenarios: SCENARIOS,
    cells: verdicts.flatMap((verdict, index) => {
      const scenario = SCENARIOS[index] ?? '';
      return verdict === undefined ? [] : [{ environment: id, scenario, verdict }];
    }),
  });
}

const accepted = (...reports: readonly Report[]) =>
  reports.reduce<Baseline | undefined>(
    (former, report) => acceptReport(report, former).baseline,
    undefined,
  );
const verdictsOf = (baseline: Baseline | undefined, id = 'e') =>
  baseline?.environments.find((row) => row.id === id)?.verdicts;

describe('accepting a report', () => {
  it('keeps passes and failures, and no inconclusive cell', () => {
    assert.deepEqual(verdictsOf(accepted(reportOf(['pass', 'fail', 'error']))), {
      'none/os.system': 'pass',
      'add/os.system': 'fail',
    });
    assert.deepEqual(accepted(reportOf(['error', 'skipped', 'inconclusive']))?.environments, []);
  });

  it('moves what changed', () => {
    const baseline = accepted(reportOf(['pass', 'fail']), reportOf(['pass', 'pass'], '2.41-13'));
    assert.equal(verdictsOf(baseline)?.['add/os.system'], 'pass');
    assert.equal(baseline?.environments[0]?.libc?.package, 'libc6 2.41-13');
  });

  it('keeps rows and cells that a run of a part does not have, and reports it', () => {
    const former = accepted(
      reportOf(['pass', 'fail', 'fail']),
      reportOf(['pass'], '2.41-12', 'other'),
    );
    const { baseline, kept, dropped } = acceptReport(
      reportOf([undefined, 'pass', 'error']),
      former,
    );
    assert.deepEqual(verdictsOf(baseline), {
      'none/os.system': 'pass',
      'add/os.system': 'pass',
      'delete/os.system': 'fail',
    });
    assert.deepEqual(
      kept.map(({ environment, scenario }) => `${environment} ${scenario}`),
      ['e none/os.system', 'e delete/os.system', 'other none/os.system'],
    );
    assert.deepEqual(dropped, []);
  });

  it('gives up, and names, what no one has seen with the new packages of its row', () => {
    const former = accepted(reportOf(['pass', 'fail', 'fail']));
    const { baseline, kept, dropped } = acceptReport(
      reportOf(['pass', 'pass', 'error'], '2.41-13'),
      former,
    );
    assert.deepEqual(kept, []);
    assert.deepEqual(dropped, [{ environment: 'e', scenario: 'delete/os.system' }]);
    assert.deepEqual(Object.keys(verdictsOf(baseline) ?? {}), ['none/os.system', 'add/os.system']);
  });

  it('keeps a row whose image was not available as it was', () => {
    const former = accepted(reportOf(['pass', 'fail']));
    const gone = { ...reportOf(['skipped', 'skipped']), environments: [{ id: 'e' }] };
    const { baseline, kept } = acceptReport(gone, former);
    assert.deepEqual(baseline.environments, former?.environments);
    assert.equal(kept.length, 2);
  });

  it('twice is accepting once', () => {
    for (const report of [defaultGroupReport(), largeReport(40, 9)]) {
      const once = accepted(report);
      assert.deepEqual(accepted(report, report), once);
    }
  });
});

describe('a baseline and the report that it was made of', () => {
  it('differ in nothing, whatever the report holds', () => {
    const verdict = fc.option(
      fc.constantFrom<Verdict>('pass', 'fail', 'error', 'skipped', 'inconclusive'),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.tuple(verdict, verdict, verdict), (verdicts) => {
        const report = reportOf(['pass', ...verdicts.slice(1)]);
        const { baseline } = acceptReport(report, undefined);
        const { verdicts: changes, rows } = diffReports(baselineSnapshot(baseline), report);
        assert.deepEqual(changes, []);
        assert.deepEqual(rows, { added: [], addedFacts: [], gone: [], changed: [] });
      }),
    );
  });

  it('differ by a verdict that flipped, with the package that changed', () => {
    const baseline = accepted(reportOf(['pass', 'fail']));
    assert.ok(baseline);
    const { verdicts } = diffReports(
      baselineSnapshot(baseline),
      reportOf(['pass', 'pass'], '2.41-13'),
    );
    assert.deepEqual(
      verdicts.map(({ kind, scenario, facts }) => [kind, scenario, facts.map(({ name }) => name)]),
      [['flipped', 'add/os.system', ['C library']]],
    );
  });
});

describe('baseline.json', () => {
  const baseline = accepted(defaultGroupReport());
  assert.ok(baseline);
  const text = renderBaseline(baseline);

  it('is read as it was written', () => {
    const loaded = parseBaseline(text);
    assert.ok(loaded.ok);
    assert.ok(isUnchanged(diffReports(baselineSnapshot(baseline), baselineSnapshot(loaded.value))));
    assert.equal(renderBaseline(loaded.value), text);
  });

  it('keeps the platform of a row, by which twins of two platforms are told apart', () => {
    const platform = {
      name: 'linux/386',
      pointerBits: 32,
      byteOrder: 'little',
      pageSize: 4096,
    } as const;
    const report = defaultGroupReport();
    const environments = report.environments.map((row) => ({ ...row, platform }));
    const twins = accepted({ ...report, environments });
    const loaded = parseBaseline(renderBaseline(twins ?? baseline));
    assert.ok(loaded.ok);
    assert.deepEqual(loaded.value.environments[0]?.platform, platform);
  });

  it('changes in one line where one verdict changes, whatever the order of rows', () => {
    const report = defaultGroupReport();
    const other = {
      ...report,
      environments: report.environments.toReversed(),
      cells: report.cells.map((cell, index) =>
        index === 0 ? { ...cell, verdict: 'fail' as const } : cell,
      ),
    };
    const lines = renderBaseline(acceptReport(other, baseline).baseline).split('\n');
    const different = text.split('\n').filter((line, index) => line !== lines[index]);
    assert.equal(different.length, 1);
  });

  it('says what a cell was accepted as, and nothing of others', () => {
    const verdictOf = acceptedVerdicts(baseline, undefined);
    assert.equal(verdictOf('debian-13/pypy3', 'add/os.system'), 'pass');
    assert.equal(verdictOf('debian-13/pypy3', 'constructor'), null);
    assert.equal(verdictOf('nowhere', 'add/os.system'), null);
  });

  it('is told from a report by its beginning', () => {
    assert.ok(looksLikeBaseline(text));
    assert.equal(looksLikeBaseline('{ "schema": 1, "kind": "baseline" }'), false);
  });

  it('is refused where it holds anything else', () => {
    const row = baseline.environments[0];
    const broken: readonly [unknown, RegExp][] = [
      [{ ...baseline, environments: [row, row] }, /exists twice/],
      [{ ...baseline, environments: [{ id: 'e', verdicts: { a: 'error' } }] }, /verdicts\.a/],
      [{ ...baseline, environments: [{ id: '\u001b[2J', verdicts: {} }] }, /control characters/],
      [{ ...baseline, schema: 2 }, /schema/],
      [[], /object/],
    ];
    for (const [value, problem] of broken) {
      const loaded = parseBaseline(JSON.stringify(value));
      assert.ok(!loaded.ok);
      assert.match(loaded.error.join('\n'), problem);
    }
    assert.equal(parseBaseline(text.slice(0, 200)).ok, false);
  });
});
