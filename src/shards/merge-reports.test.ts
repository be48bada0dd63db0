import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VERDICTS, type Environment, type Scenario } from '../model.ts';
import type { Cell, Report } from '../report/schema.ts';
import { parseReport, renderJson } from '../report/json.ts';
import { sampleCell, sampleEnvironment } from '../../test/support/sample-report.ts';
import { assembleReport } from '../run/assemble-report.ts';
import { scenariosInOrder, type RunPlan } from '../run/plan.ts';
import { mergeReports, type ReportSource } from './merge-reports.ts';
import { takeShard, planShards, type ShardPlan } from './shard-plan.ts';

const rule = { confidence: 0.99, maxRate: 0.001, budgetSeconds: 60 };
const HASH = '33'.repeat(32);
const tool = { name: 'spawn-race-matrix', version: '0.1.0' };
const scenarios = (['none', 'add', 'delete'] as const).map((mutation): Scenario => ({
  id: `${mutation}/os.system`,
  mutation,
  launcher: 'os.system',
  args: [],
  ...(mutation === 'none' ? {} : { control: 'none/os.system' }),
}));

interface Row {
  readonly id: string;
  readonly libc: string;
  /** Of `add` and `delete`. */
  readonly verdicts: readonly [Cell['verdict'], Cell['verdict']];
  readonly expected: readonly [Cell['expected'], Cell['expected']];
}

const COLUMNS = { 'add/os.system': 0, 'delete/os.system': 1 } as const;
const columnOf = (scenario: string) => COLUMNS[scenario as keyof typeof COLUMNS];

function runOf(rows: readonly Row[]): RunPlan {
  const row = new Map(rows.map((one) => [one.id, one]));
  return {
    environments: rows.map(({ id }): Environment => {
      const [base = '', python = ''] = id.split('/');
      return {
        id,
        base: { id: base, sources: [] },
        python: { id: python, recipe: '', args: {}, command: 'python3' },
      };
    }),
    scenarios,
    rule,
    ruleFor: () => rule,
    limitsFor: () => assert.fail('nothing is measured here'),
    expectedFor: (environment, scenario) =>
      scenario === 'none/os.system'
        ? 'pass'
        : (row.get(environment)?.expected[columnOf(scenario)] ?? null),
    matrix: { path: 'matrix.yaml', sha256: '0c'.repeat(32) },
    reproduction: '',
    packages: [],
    programs: [],
    compileOn: null,
    needsStrace: false,
    recipes: [],
  };
}

interface Machine {
  readonly kernel: string;
  readonly arch: string;
}
const here: Machine = { kernel: '6.1.0', arch: 'x86_64' };

/** The report of a run of these rows. */
function measured(plan: RunPlan, rows: readonly Row[], id: string, machine = here): Report {
  const facts = new Map(rows.map((row) => [row.id, row]));
  return assembleReport({
    id,
    startedAt: new Date('2026-01-02T03:04:05Z'),
    finishedAt: new Date('2026-01-02T03:14:05Z'),
    complete: true,
    tool,
    engine: {
      ...{ name: 'docker', version: '20.10.24', apiVersion: '1.41', endpoint: '', private: true },
      host: { ...machine, cpus: 2, memory: 1 << 30 },
    },
    plan,
    reproduction: HASH,
    rows: plan.environments.map(({ id: environment }) => ({
      environment: sampleEnvironment(
        environment,
        facts.get(environment)?.libc ?? '',
        'CPython 3.13.5',
      ),
      cells: scenariosInOrder(plan).map(({ id: scenario }) =>
        sampleCell({
          environment,
          scenario,
          verdict:
            scenario === 'none/os.system'
              ? 'pass'
              : (facts.get(environment)?.verdicts[columnOf(scenario)] ?? 'error'),
          expected: plan.expectedFor(environment, scenario),
        }),
      ),
    })),
  });
}

function shardsOf(
  rows: readonly Row[],
  count: number,
): { whole: RunPlan; plan: ShardPlan; reports: Report[] } {
  const whole = runOf(rows);
  const plan = planShards(whole, count, new Map());
  const reports = plan.shards.map((_, index) =>
    measured(takeShard(whole, plan, index + 1), rows, `run-${index + 1}`),
  );
  return { whole, plan, reports };
}

const asSources = (reports: readonly Report[]): ReportSource[] =>
  reports.map((report) => ({ type: 'report', name: `folder-${report.run.id}`, report }));

function merged(plan: ShardPlan | undefined, sources: readonly ReportSource[]): Report {
  const outcome = mergeReports({ id: 'whole', tool, plan, sources });
  assert.ok(outcome.type === 'merged', JSON.stringify(outcome));
  // Every merged report must be consistent.
  const read = parseReport(renderJson(outcome.report));
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

/** A report as in its file, without the record of its merge. */
function plain(report: Report): unknown {
  const warnings = [...report.run.warnings].sort();
  const run = { ...report.run, id: '', merged: undefined, warnings };
  return JSON.parse(renderJson({ ...report, run }));
}

const aVerdict = fc.constantFrom(...VERDICTS);
const anExpectation = fc.constantFrom(null, 'pass' as const, 'fail' as const);
const someRows = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-e]{1,3}\/py$/),
    libc: fc.constantFrom('glibc 2.31-1', 'glibc 2.36-1', 'glibc 2.41-1', 'musl 1.2.5-1'),
    verdicts: fc.tuple(aVerdict, aVerdict),
    expected: fc.tuple(anExpectation, anExpectation),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
);
const someCount = fc.integer({ min: 1, max: 6 });

const showsIt = ({ cells }: Report) =>
  cells.some(({ verdict, scenario }) => verdict === 'fail' && scenario !== 'none/os.system');
const countingPasses = ({ cells }: Pick<Report, 'cells'>) =>
  cells.filter(({ verdict, scenario }) => verdict === 'pass' && scenario !== 'none/os.system');

describe('any split of a run', () => {
  it('merges to the report of the run, where each host has shown that it sees the race', () => {
    const failing = someRows.map((rows) =>
      rows.map((row): Row => ({ ...row, verdicts: [row.verdicts[0], 'fail'] })),
    );
    fc.assert(
      fc.property(failing, someCount, (rows, count) => {
        const { whole, plan, reports } = shardsOf(rows, count);
        const together = merged(plan, asSources(reports));
        assert.deepEqual(plain(together), plain(measured(whole, rows, 'whole')));
        assert.equal(together.run.merged?.missing.length, 0);
      }),
    );
  });

  it('has every cell once, whatever came out, and in any order the same', () => {
    fc.assert(
      fc.property(
        someRows,
        someCount,
        fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
        (rows, count, keys) => {
          const { whole, plan, reports } = shardsOf(rows, count);
          const sources = asSources(reports);
          const together = merged(plan, sources);
          const places = together.cells.map((cell) => `${cell.environment} ${cell.scenario}`);
          const wanted = whole.environments.flatMap(({ id }) =>
            scenarios.map((scenario) => `${id} ${scenario.id}`),
          );
          assert.deepEqual([...places].sort(), wanted.sort());
          const shuffled = sources
            .map((source, index) => ({ source, key: keys[index] ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ source }) => source);
          assert.deepEqual(merged(plan, shuffled), together);
        },
      ),
    );
  });

  it('never counts a pass of a host that saw no failure while there was one to be seen', () => {
    fc.assert(
      fc.property(someRows, someCount, (rows, count) => {
        const { plan, reports } = shardsOf(rows, count);
        const together = merged(plan, asSources(reports));
        const isToBeSeen =
          reports.some(showsIt) || plan.cells.some(({ expected }) => expected === 'fail');
        const counting = new Set(countingPasses(together).map(({ environment }) => environment));
        for (const report of reports.filter((one) => isToBeSeen && !showsIt(one))) {
          for (const { id } of report.environments) assert.ok(!counting.has(id), id);
        }
        // And nothing that was no pass became one.
        const passes = reports.reduce((sum, report) => sum + countingPasses(report).length, 0);
        assert.ok(countingPasses(together).length <= passes);
      }),
    );
  });

  it('names every shard that is not there, and skips its cells', () => {
    fc.assert(
      fc.property(someRows, someCount, fc.integer({ min: 0, max: 63 }), (rows, count, mask) => {
        const { plan, reports } = shardsOf(rows, count);
        const there = reports.filter((_, index) => (mask >> index) % 2 === 1);
        const outcome = mergeReports({ id: 'whole', tool, plan, sources: asSources(there) });
        const lacking = plan.shards.flatMap(({ environments }, index) =>
          environments.length > 0 && (mask >> index) % 2 === 0 ? [`${index + 1}/${count}`] : [],
        );
        if (there.length === 0) {
          assert.equal(outcome.type, 'nothing');
          return;
        }
        assert.ok(outcome.type === 'merged');
        const { run, cells } = outcome.report;
        assert.deepEqual(
          run.merged?.missing.map(({ shard }) => shard),
          lacking,
        );
        assert.equal(run.complete, lacking.length === 0);
        assert.equal(cells.length, rows.length * scenarios.length);
        for (const shard of lacking) {
          assert.ok(
            run.warnings.some((warning) => warning.startsWith(`Shard ${shard} is missing`)),
          );
        }
      }),
    );
  });
});

const ROWS: readonly Row[] = [
  { id: 'a/py', libc: 'glibc 2.31-1', verdicts: ['fail', 'fail'], expected: ['fail', 'fail'] },
  { id: 'b/py', libc: 'glibc 2.41-1', verdicts: ['pass', 'fail'], expected: ['pass', 'fail'] },
];

describe('merging', () => {
  it('keeps the facts of each host with the rows that it measured', () => {
    const whole = runOf(ROWS);
    const plan = planShards(whole, 2, new Map());
    const machines = [here, { kernel: '6.12.0', arch: 'aarch64' }];
    const reports = machines.map((machine, index) =>
      measured(takeShard(whole, plan, index + 1), ROWS, `run-${index}`, machine),
    );
    const { hosts } = merged(plan, asSources(reports)).run;
    assert.deepEqual(
      hosts?.map(({ shard, host, environments }) => [shard, host.arch, environments]),
      [
        ['1/2', 'x86_64', plan.shards[0]?.environments],
        ['2/2', 'aarch64', plan.shards[1]?.environments],
      ],
    );
  });

  it('says the problem with a torn report', () => {
    const { plan, reports } = shardsOf(ROWS, 2);
    const report = merged(plan, [
      ...asSources(reports.slice(0, 1)),
      { type: 'broken', name: 'folder-2', index: 2, reason: 'not JSON: cut off' },
    ]);
    const torn = report.cells.filter(({ verdict }) => verdict === 'skipped');
    assert.equal(torn.length, 3);
    assert.equal(torn[0]?.reason, 'Shard 2/2 is missing: folder-2: not JSON: cut off.');
  });

  it('takes the whole report of a shard that was interrupted first', () => {
    const { plan, reports } = shardsOf(ROWS, 1);
    const [good] = reports;
    assert.ok(good);
    const cut: Report = { ...good, run: { ...good.run, id: 'cut', complete: false } };
    for (const sources of [asSources([cut, good]), asSources([good, cut])]) {
      assert.deepEqual(merged(plan, sources).run.merged?.runs, [good.run.id]);
    }
  });

  it('refuses what is not one run', () => {
    const { plan, reports } = shardsOf(ROWS, 2);
    const refused = (with_: ShardPlan | undefined, all: readonly Report[]) => {
      const outcome = mergeReports({ id: 'whole', tool, plan: with_, sources: asSources(all) });
      assert.ok(outcome.type === 'refused');
      return outcome.problems.join('\n');
    };
    const [first, second] = reports;
    assert.ok(first && second);
    const again = { ...first, run: { ...first.run, id: 'again' } };
    assert.match(refused(plan, [first, again, second]), /are both shard 1\/2/);
    assert.match(refused(undefined, [first, again]), /both measured the row/);
    assert.match(refused(shardsOf(ROWS, 1).plan, reports), /of another plan/);
    const other = { path: 'matrix.yaml', sha256: '11'.repeat(32) };
    assert.match(
      refused(plan, [first, { ...second, run: { ...second.run, matrix: other } }]),
      /different matrix files/,
    );
    for (const change of [
      { source: { text: './patched' } },
      { counts: 'runs' as const },
      { tool: { ...second.run.tool, version: '0.0.1' } },
    ]) {
      assert.match(
        refused(undefined, [first, { ...second, run: { ...second.run, ...change } }]),
        /different reproductions, or with different versions/,
      );
    }
    const changed = { ...second, run: { ...second.run, reproduction: '22'.repeat(32) } };
    assert.match(refused(undefined, [first, changed]), /measured different reproductions$/m);
    const older = { ...second, run: { ...second.run, reproduction: undefined } };
    assert.equal(merged(undefined, asSources([older, first])).run.reproduction, undefined);
    assert.equal(merged(undefined, asSources([second, first])).run.reproduction, HASH);
    const claims = { ...second, run: { ...second.run, shard: first.run.shard ?? assert.fail() } };
    assert.match(refused(plan, [claims]), /which belongs to another shard/);
  });

  it('puts reports together that were not planned as shards', () => {
    const reports = ROWS.map((row) => measured(runOf([row]), [row], `run-${row.id}`));
    const report = merged(undefined, asSources(reports));
    assert.equal(report.cells.length, 6);
    assert.equal(report.summary.fail, 3);
  });

  it('adds rows of another matrix file, and says which file measured which', () => {
    const rows = [...ROWS, ...ROWS.map((row) => ({ ...row, id: `c${row.id}` }))];
    const [one, two, three] = rows.map((row) => measured(runOf([row]), [row], `run-${row.id}`));
    assert.ok(one && two && three);
    const whole = merged(undefined, asSources([one, two]));
    const later = {
      ...three.run,
      startedAt: '2099-01-01T00:00:00.000Z',
      matrix: { path: 'matrix.yaml', sha256: '11'.repeat(32) },
    };
    const sources = asSources([whole, { ...three, run: later }]);
    for (const order of [sources, sources.toReversed()]) {
      const { run } = merged(undefined, order);
      assert.match(
        run.warnings.join('\n'),
        /a\/py and b\/py by sha256 [0-9a-f]{12}; ca\/py by sha256 1{12}\.$/m,
      );
      assert.equal(run.matrix.sha256, later.matrix.sha256);
      assert.deepEqual(run.merged?.runs, ['run-a/py', 'run-b/py', 'run-ca/py']);
    }
  });

  it('still misses what a merged report missed', () => {
    const { plan, reports } = shardsOf(ROWS, 2);
    const lacking = merged(plan, asSources(reports.slice(0, 1)));
    const rows = ROWS.map((row) => ({ ...row, id: `${row.id}-more` }));
    const more = measured(runOf(rows), rows, 'more');
    const report = merged(undefined, asSources([lacking, more]));
    assert.deepEqual(report.run.merged?.missing, lacking.run.merged?.missing);
    assert.equal(report.run.complete, false);
  });

  it('names the rows that some part left out and none measured', () => {
    const reports = ROWS.map((row, index) => {
      const report = measured(runOf([row]), [row], `run-${row.id}`);
      const environments = index === 0 ? ['b/py', 'c/py'] : ['c/py', 'd/py'];
      return {
        ...report,
        run: { ...report.run, leftOut: [{ reason: 'no answer', environments }] },
      };
    });
    assert.deepEqual(merged(undefined, asSources(reports)).run.leftOut, [
      { reason: 'no answer', environments: ['c/py', 'd/py'] },
    ]);
  });

  it('leaves the passes of a script alone, whose bug only some rows may have', () => {
    const rows = ROWS.map((row, index) => ({
      ...row,
      verdicts: index === 0 ? (['fail', 'fail'] as const) : (['pass', 'pass'] as const),
      expected: [null, null] as const,
    }));
    const reports = rows.map((row) => {
      const report = measured(runOf([row]), [row], `run-${row.id}`);
      return { ...report, run: { ...report.run, counts: 'runs' as const } };
    });
    assert.equal(merged(undefined, asSources(reports)).summary.inconclusive, 0);
    const races = rows.map((row) => measured(runOf([row]), [row], `run-${row.id}`));
    assert.equal(merged(undefined, asSources(races)).summary.inconclusive, 2);
  });
});

describe('reports of two platforms', () => {
  const rows: readonly Row[] = [
    { id: 'a/py', libc: 'glibc 2.36-9', verdicts: ['fail', 'fail'], expected: ['fail', null] },
    { id: 'b/py', libc: 'glibc 2.41-12', verdicts: ['fail', 'pass'], expected: ['fail', null] },
  ];
  const arm = { kernel: '6.1.0', arch: 'aarch64' };
  const [first] = rows;
  assert.ok(first);
  const alone = runOf([first]);

  it('are two rows where their ids are alike, each with its own host', () => {
    const report = merged(
      undefined,
      asSources([measured(alone, rows, 'run-1'), measured(alone, rows, 'run-2', arm)]),
    );
    assert.deepEqual(report.environments.map(({ id }) => id).sort(), ['a/py', 'a@linux-arm64/py']);
    assert.equal(report.cells.length, 6);
    assert.equal(report.run.platform, undefined);
    assert.deepEqual(
      report.run.hosts?.map(({ host, environments }) => [host.arch, environments]),
      [
        ['x86_64', ['a/py']],
        ['aarch64', ['a@linux-arm64/py']],
      ],
    );
  });

  it('keep the ids of the division that both are shards of', () => {
    const whole = { ...runOf(rows), home: 'linux/amd64' as const };
    const plan = planShards(whole, 2, new Map());
    const [here2, there] = [1, 2].map((index) => takeShard(whole, plan, index));
    assert.ok(here2 && there);
    assert.equal(there.environments[0]?.base.platform, 'linux/amd64');
    const other = measured(there, rows, 'run-2', arm);
    assert.equal(other.run.platform, 'linux/amd64');
    const report = merged(plan, asSources([measured(here2, rows, 'run-1'), other]));
    assert.deepEqual(report.environments.map(({ id }) => id).sort(), ['a/py', 'b/py']);
    assert.equal(report.run.complete, true);
  });

  it('are shards of one platform each, on the machine that the matrix names for it', () => {
    const both = [
      ...rows,
      ...rows.map((row) => ({ ...row, id: row.id.replace('/', '@linux-386/') })),
    ];
    const whole = {
      ...runOf(both),
      home: 'linux/amd64',
      runners: { 'linux/386': 'small' },
    } as const;
    for (const count of [1, 2, 3]) {
      const { shards } = planShards(whole, count, new Map());
      assert.equal(shards.length, Math.max(2, count));
      for (const { environments, platform, runner } of shards) {
        const is386 = environments.every((id) => id.includes('@linux-386/'));
        assert.ok(is386 || environments.every((id) => !id.includes('@')));
        assert.equal(platform, is386 ? 'linux/386' : 'linux/amd64');
        assert.equal(runner, is386 ? 'small' : undefined);
      }
    }
  });
});
