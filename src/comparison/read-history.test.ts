import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { rowFactChanges, runFactChanges } from './diff.ts';
import { defaultGroupReport, largeReport } from '../../test/support/sample-report.ts';
import { readHistory } from './read-history.ts';
import { toSnapshotRow, runLineOf, verdictOfLetter } from './run-line.ts';
import { daily, onDay } from '../../test/support/sample-history.ts';

const [FIRST = '', SECOND = ''] = daily([defaultGroupReport(), defaultGroupReport()]).map((line) =>
  JSON.stringify(line),
);

describe('runs.jsonl', () => {
  it('gives back the runs that were written, the oldest first', () => {
    const { runs, skipped } = readHistory(`${SECOND}\n${FIRST}\n`);
    assert.deepEqual(skipped, []);
    assert.deepEqual(
      runs.map((line) => JSON.stringify(line)),
      [FIRST, SECOND],
    );
  });

  it('keeps of a report what a comparison asks for', () => {
    for (const report of [defaultGroupReport(), largeReport(30, 7)]) {
      const [line] = readHistory(JSON.stringify(runLineOf(onDay(report, 0)))).runs;
      assert.ok(line);
      assert.deepEqual(runFactChanges(report.run, line.run), []);
      for (const [index, row] of line.rows.entries()) {
        const environment = report.environments[index];
        assert.ok(environment);
        assert.deepEqual(rowFactChanges(environment, toSnapshotRow(row)), []);
        assert.deepEqual(
          line.scenarios.map((_, column) => verdictOfLetter(row.verdicts.charAt(column))),
          line.scenarios.map(
            (scenario) =>
              report.cells.find((cell) => cell.environment === row.id && cell.scenario === scenario)
                ?.verdict,
          ),
        );
      }
    }
  });

  it('is a few kilobytes a run', () => {
    assert.ok(FIRST.length < 8_000, `${FIRST.length} characters for 16 rows`);
  });

  it('names the last line where it is cut off, and reads the others', () => {
    const { runs, skipped } = readHistory(`${FIRST}\n${SECOND.slice(0, 500)}`);
    assert.equal(runs.length, 1);
    assert.equal(skipped[0]?.line, 2);
    assert.match(skipped[0].reason, /cut off/);
  });

  it('loses one line where a cut one is followed by another', () => {
    const { runs, skipped } = readHistory(`${FIRST.slice(0, 300)}\n${SECOND}\n`);
    assert.equal(runs.length, 1);
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1],
    );
  });

  it('takes a run that is there twice once', () => {
    const { runs, skipped } = readHistory(`${FIRST}\n${FIRST}\n`);
    assert.equal(runs.length, 1);
    assert.match(skipped[0]?.reason ?? '', /exists already/);
  });

  it('refuses what contradicts itself or would lead out of its folder', () => {
    const line = runLineOf(onDay(defaultGroupReport(), 0));
    const broken: readonly [object, RegExp][] = [
      [{ ...line, run: { ...line.run, id: '../../elsewhere' } }, /not the id of a run/],
      [{ ...line, scenarios: line.scenarios.slice(1) }, /does not have a letter for each/],
      [{ ...line, rows: [...line.rows, ...line.rows] }, /exists twice/],
      [{ ...line, rows: [{ id: 'e', verdicts: 'xxxx' }] }, /stands for no verdict/],
      [{ ...line, run: { ...line.run, startedAt: 'yesterday' } }, /startedAt/],
      [{ ...line, schema: 2 }, /schema/],
    ];
    for (const [value, reason] of broken) {
      const { runs, skipped } = readHistory(`${JSON.stringify(value)}\n`);
      assert.deepEqual(runs, []);
      assert.match(skipped[0]?.reason ?? '', reason);
    }
  });

  it('never throws, and accounts for every line that says something', () => {
    const line = fc.oneof(
      fc.constantFrom(FIRST, SECOND, '', '{}', '[1]', 'null', '\u001b[2J'),
      fc.string(),
      fc.nat(FIRST.length).map((length) => FIRST.slice(0, length)),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        const { runs, skipped } = readHistory(text);
        const printed = text.split('\n').filter((one) => one.trim() !== '');
        assert.equal(runs.length + skipped.length, printed.length);
        for (const { reason } of skipped) assert.doesNotMatch(reason, /\p{Cc}/u);
      }),
    );
  });
});
