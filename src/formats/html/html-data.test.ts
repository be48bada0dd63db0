import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pageDataOf } from './html-data.ts';
import { rerunOf } from './page/details.ts';
import { ENVIRONMENT_MARK, SCENARIO_MARK } from './page/page-data.ts';
import {
  defaultGroupReport,
  largeReport,
  sampleEnvironment,
  sampleReport,
} from '../../../test/support/sample-report.ts';

describe("the page's data", () => {
  it('gives back the command of each cell', () => {
    const report = defaultGroupReport();
    const data = pageDataOf(report);
    for (const cell of report.cells) {
      const row = data.facts.id.findIndex((place) => data.strings[place] === cell.environment);
      const column = data.columns.findIndex(({ id }) => id === cell.scenario);
      assert.equal(rerunOf(data, row, column), cell.rerun);
    }
  });

  it('gives back a command in which the ids hide in each other', () => {
    const report = sampleReport({
      environments: [sampleEnvironment('e', 'glibc 2.36-9', 'CPython 3.11.2')],
      scenarios: [{ id: 'matrix' }],
      cells: [
        {
          environment: 'e',
          scenario: 'matrix',
          verdict: 'pass',
          rerun: "matrix rerun $& 'e' \u0001",
        },
      ],
    });
    assert.equal(rerunOf(pageDataOf(report), 0, 0), "matrix rerun $& 'e' ␁");
  });

  it('keeps nothing that acts: no control character but the marks of commands', () => {
    const hostile = 'a\u001b[2J\u202eb\u0000';
    const data = pageDataOf(
      sampleReport({
        environments: [
          { ...sampleEnvironment('e', 'glibc 2.36-9', 'CPython 3.11.2'), shell: hostile },
        ],
        scenarios: [{ id: 's' }],
        cells: [
          {
            environment: 'e',
            scenario: 's',
            verdict: 'error',
            reason: hostile,
            evidence: [hostile],
          },
        ],
      }),
    );
    for (const text of data.strings) {
      const unmarked = text.replaceAll(ENVIRONMENT_MARK, '').replaceAll(SCENARIO_MARK, '');
      assert.doesNotMatch(unmarked, /[\p{Cc}\p{Cf}\p{Cs}]/u);
    }
  });

  it('takes from every cell some of its evidence before it takes all from one', () => {
    const line = (index: number, depth: number) => `${index} ${depth} ${'x'.repeat(50)}`;
    const report = largeReport(2, 7);
    const cells = report.cells.map((cell, index) => ({
      ...cell,
      evidence: [line(index, 0), line(index, 1), line(index, 2)],
    }));
    const data = pageDataOf({ ...report, cells }, undefined, 760);
    for (const lines of data.evidence) {
      assert.ok(Array.isArray(lines));
      assert.equal(lines.length, 2);
      assert.equal(lines.at(-1), -2);
    }
  });

  it('knows what each cell was before', () => {
    const report = defaultGroupReport();
    const [first, ...rest] = report.cells;
    assert.ok(first);
    const data = pageDataOf(report, { ...report, cells: rest });
    assert.equal(data.before.split('.').length - 1, 1);
    assert.equal(pageDataOf(report).before, '');
  });
});
