import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Report } from './schema.ts';
import { parseReport, renderJson } from './json.ts';
import { defaultGroupReport, sampleReport } from '../../test/support/sample-report.ts';

/** The result of reading a report with one part changed. */
function problemsOf(change: (report: Record<string, unknown>) => void): readonly string[] {
  const report = JSON.parse(renderJson(defaultGroupReport())) as Record<string, unknown>;
  change(report);
  const loaded = parseReport(JSON.stringify(report));
  return !loaded.ok ? loaded.error : [];
}

/** The cell at that place of the JSON of a report. */
function cellAt(report: Record<string, unknown>, index: number): Record<string, unknown> {
  return (report['cells'] as Record<string, unknown>[])[index] ?? {};
}

describe('report.json', () => {
  it('is read back as it was written', () => {
    const report = defaultGroupReport();
    assert.deepEqual(parseReport(renderJson(report)), { ok: true, value: report });
  });

  it('has a line for each cell, so that two runs can be compared with diff', () => {
    const report = defaultGroupReport();
    const lines = renderJson(report).split('\n');
    assert.equal(lines.filter((line) => line.includes('"verdict"')).length, report.cells.length);
  });

  it('holds an empty report', () => {
    const report = sampleReport({ environments: [], scenarios: [], cells: [] });
    assert.equal(parseReport(renderJson(report)).ok, true);
  });

  it('refuses to write a number that JSON does not have', () => {
    const report = defaultGroupReport();
    const cells: Report['cells'] = report.cells.map((cell) => ({ ...cell, seconds: Number.NaN }));
    assert.throws(() => renderJson({ ...report, cells }), TypeError);
  });
});

describe('reading a report of someone else', () => {
  it('says where the shape is wrong', () => {
    const problems = problemsOf((report) => {
      cellAt(report, 3)['verdict'] = 'ok';
    });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^cells\[3\]\.verdict: .*pass/);
  });

  it('reports what is not JSON, on one line without control characters', () => {
    const loaded = parseReport('{"schema": 1, \u001b[31m\n}');
    assert.ok(!loaded.ok);
    assert.match(loaded.error[0], /^not JSON: [^\p{Cc}]*$/u);
  });

  it('refuses another schema', () => {
    assert.match(
      problemsOf((report) => {
        report['schema'] = 2;
      })[0] ?? '',
      /^schema: /,
    );
  });

  it('refuses a pass that contradicts its own figures', () => {
    const report = defaultGroupReport();
    const pass = report.cells.findIndex(({ verdict }) => verdict === 'pass');
    const changes = [
      { change: { failures: 2, symptoms: { hang: 2 } }, meaning: 'verdict: a pass with failures' },
      { change: { exposed: 0 }, meaning: 'verdict: a pass without an exposed call' },
      { change: { bound: undefined }, meaning: 'bound: a pass without its bound' },
    ];
    for (const { change, meaning } of changes) {
      const problems = problemsOf((json) => Object.assign(cellAt(json, pass), change));
      assert.deepEqual(problems, [`cells[${pass}].${meaning}`]);
    }
  });

  it('refuses a fail without a failure, and figures that do not add up', () => {
    const report = defaultGroupReport();
    const fail = report.cells.findIndex(({ verdict }) => verdict === 'fail');
    const changes = [
      { change: { failures: 0, symptoms: {} }, meaning: /verdict: a fail without a failure/ },
      { change: { failures: 9999 }, meaning: /failures: more failures than exposed calls/ },
      { change: { symptoms: { hang: 1 } }, meaning: /symptoms: add up to 1/ },
      { change: { rate: { value: 0.9, low: 0.1, high: 0.2 } }, meaning: /rate: .*outside/ },
    ];
    for (const { change, meaning } of changes) {
      const problems = problemsOf((json) => Object.assign(cellAt(json, fail), change));
      assert.match(problems.join('\n'), meaning);
    }
  });

  it('refuses a cell that was not measured and does not say why', () => {
    const report = sampleReport({
      environments: [{ id: 'e' }],
      scenarios: ['add/os.system'],
      cells: [{ environment: 'e', scenario: 'add/os.system', verdict: 'error' }],
    });
    const text = renderJson(report).replace(/"reason":"[^"]*",?/, '');
    assert.deepEqual(parseReport(text), {
      ok: false,
      error: ['cells[0].reason: error without a reason'],
    });
  });

  it('refuses cells that are there twice or belong nowhere, and a wrong summary', () => {
    const twice = problemsOf((report) => {
      (report['cells'] as unknown[])[1] = cellAt(report, 0);
    });
    assert.ok(twice.includes('cells[1]: this cell exists twice'));
    const nowhere = problemsOf((report) => {
      cellAt(report, 0)['environment'] = 'elsewhere';
    });
    assert.deepEqual(nowhere, ['cells[0].environment: no environment has this id']);
    const miscounted = problemsOf((report) => {
      report['summary'] = { ...(report['summary'] as object), fail: 0 };
    });
    assert.equal(miscounted.length, 1);
    assert.match(miscounted[0] ?? '', /^summary\.fail: is 0, but the cells add up to [1-9]/);
  });

  it('refuses ids with control characters and lists without an end', () => {
    const control = problemsOf((report) => {
      (report['environments'] as { id: string }[])[0] = { id: 'a\u001bb' };
    });
    assert.ok(control.some((problem) => problem.startsWith('environments[0].id')));
    const long = problemsOf((report) => {
      cellAt(report, 0)['evidence'] = Array.from({ length: 201 }, () => 'x');
    });
    assert.match(long[0] ?? '', /^cells\[0\]\.evidence: /);
  });

  it('says at most twenty things at once', () => {
    const problems = problemsOf((report) => {
      for (const cell of report['cells'] as Record<string, unknown>[]) cell['verdict'] = 'maybe';
    });
    assert.equal(problems.length, 20);
  });

  it('leaves out what a later version may have added', () => {
    assert.deepEqual(
      problemsOf((report) => {
        report['novelty'] = 1;
        cellAt(report, 0)['novelty'] = { deep: true };
      }),
      [],
    );
  });

  it('never throws, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        assert.equal(parseReport(text).ok, false);
      }),
    );
    assert.equal(parseReport('['.repeat(1_000_000)).ok, false);
  });

  it('never throws, whichever part of a report is replaced by something else', () => {
    const original = renderJson(defaultGroupReport());
    const { cells } = defaultGroupReport();
    fc.assert(
      fc.property(
        fc.nat({ max: cells.length - 1 }),
        fc.constantFrom(...Object.keys(cells[0] ?? {})),
        fc.jsonValue(),
        (index, key, value) => {
          const report = JSON.parse(original) as Record<string, unknown>;
          Object.defineProperty(cellAt(report, index), key, { value, enumerable: true });
          const loaded = parseReport(JSON.stringify(report));
          if (!loaded.ok) assert.ok(loaded.error.length > 0);
          else assert.equal(loaded.value.cells.length, cells.length);
        },
      ),
    );
  });
});
