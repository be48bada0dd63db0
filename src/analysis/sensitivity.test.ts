import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VERDICTS } from '../model.ts';
import type { Cell } from '../report/schema.ts';
import { judgeSensitivity } from './sensitivity.ts';
import { sampleCell, sampleScenario, type CellWish } from '../../test/support/sample-report.ts';

const scenarios = ['none/os.system', 'add/os.system', 'delete/os.system'].map(sampleScenario);
const twoCpus = { cpus: 2 };

function cellsOf(...wishes: (Partial<CellWish> & Pick<CellWish, 'verdict'>)[]): Cell[] {
  return wishes.map((wish) =>
    sampleCell({ environment: 'debian-13/cpython-3.13', scenario: 'add/os.system', ...wish }),
  );
}

const verdictsOf = (cells: readonly Cell[]) => cells.map(({ verdict }) => verdict);

describe('whether a run can have seen the race', () => {
  it('is shown by any cell that fails', () => {
    const cells = cellsOf(
      { verdict: 'pass', expected: 'pass' },
      { verdict: 'pass', expected: 'fail', scenario: 'delete/os.system' },
      { verdict: 'fail', expected: 'fail', environment: 'debian-12/cpython-3.11' },
    );
    assert.deepEqual(judgeSensitivity(cells, scenarios, twoCpus), { cells, warnings: [] });
  });

  it('is in doubt where nothing fails that should, and then no pass counts', () => {
    const cells = cellsOf(
      { verdict: 'pass', expected: 'pass' },
      { verdict: 'pass', expected: 'fail', environment: 'debian-12/cpython-3.11' },
    );
    const judged = judgeSensitivity(cells, scenarios, twoCpus);
    assert.deepEqual(verdictsOf(judged.cells), ['inconclusive', 'inconclusive']);
    assert.match(judged.cells[0]?.reason ?? '', /may be unable to show/);
    assert.match(
      judged.warnings.join(),
      /^This host may be unable to show the race: the only cell that is expected to fail did not\./,
    );
    const both = cellsOf(
      { verdict: 'pass', expected: 'fail' },
      { verdict: 'pass', expected: 'fail', environment: 'debian-12/cpython-3.11' },
    );
    assert.match(
      judgeSensitivity(both, scenarios, twoCpus).warnings.join(),
      /: none of the 2 cells that are expected to fail did\. All passes/,
    );
  });

  it('is also in doubt where what should fail could not be measured', () => {
    const cells = cellsOf(
      { verdict: 'pass' },
      { verdict: 'error', expected: 'fail', environment: 'debian-12/cpython-3.11' },
    );
    assert.deepEqual(verdictsOf(judgeSensitivity(cells, scenarios, twoCpus).cells), [
      'inconclusive',
      'error',
    ]);
  });

  it('is said to be unknown where nothing was expected to fail, and the passes stay', () => {
    const cells = cellsOf({ verdict: 'pass', expected: 'pass' });
    const judged = judgeSensitivity(cells, scenarios, twoCpus);
    assert.deepEqual(judged.cells, cells);
    assert.match(judged.warnings.join(), /it is unknown whether this host can show the race/);
  });

  it('is no question of a script, of which nothing is known', () => {
    const cells = cellsOf({ verdict: 'pass' });
    const judged = judgeSensitivity(cells, scenarios, { ...twoCpus, isScript: true });
    assert.deepEqual(judged, { cells, warnings: [] });
  });

  it('is not shown by a control that fails, and a control keeps its pass', () => {
    const cells = cellsOf(
      { verdict: 'fail', scenario: 'none/os.system' },
      { verdict: 'pass', scenario: 'none/os.system', environment: 'debian-12/cpython-3.11' },
      { verdict: 'pass', expected: 'fail' },
    );
    assert.deepEqual(verdictsOf(judgeSensitivity(cells, scenarios, twoCpus).cells), [
      'fail',
      'pass',
      'inconclusive',
    ]);
  });

  it('is impossible with one CPU, whatever else failed', () => {
    const cells = cellsOf(
      { verdict: 'pass' },
      { verdict: 'fail', environment: 'debian-12/cpython-3.11' },
    );
    const judged = judgeSensitivity(cells, scenarios, { cpus: 1 });
    assert.deepEqual(verdictsOf(judged.cells), ['inconclusive', 'fail']);
    assert.match(judged.warnings.join(), /1 CPU/);
  });

  it('is in doubt for emulated rows alone', () => {
    const cells = cellsOf(
      { verdict: 'pass' },
      { verdict: 'pass', environment: 'arm/cpython-3.13' },
      { verdict: 'fail', environment: 'debian-12/cpython-3.11' },
    );
    const judged = judgeSensitivity(cells, scenarios, { cpus: 2, emulated: ['arm/cpython-3.13'] });
    assert.deepEqual(verdictsOf(judged.cells), ['pass', 'inconclusive', 'fail']);
    assert.match(judged.warnings.join(), /emulation/);
  });

  it('is not shown by what fails under emulation', () => {
    const cells = cellsOf(
      { verdict: 'pass', expected: 'fail' },
      { verdict: 'fail', environment: 'arm/cpython-3.13' },
    );
    const judged = judgeSensitivity(cells, scenarios, { cpus: 2, emulated: ['arm/cpython-3.13'] });
    assert.deepEqual(verdictsOf(judged.cells), ['inconclusive', 'fail']);
  });

  it('never turns anything into a pass, always gives a reason, and is settled after one look', () => {
    const wish = fc.record({
      verdict: fc.constantFrom(...VERDICTS),
      expected: fc.constantFrom(null, ...VERDICTS),
      scenario: fc.constantFrom(...scenarios.map(({ id }) => id)),
      environment: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(wish), fc.integer({ min: 1, max: 3 }), (wishes, cpus) => {
        const cells = wishes.map(sampleCell);
        const judged = judgeSensitivity(cells, scenarios, { cpus });
        for (const [index, cell] of judged.cells.entries()) {
          const before = cells[index];
          if (cell === before) continue;
          assert.equal(before?.verdict, 'pass');
          assert.equal(cell.verdict, 'inconclusive');
          assert.notEqual(cell.reason ?? '', '');
        }
        const counted = judged.cells.some(
          ({ verdict, scenario }) => verdict === 'pass' && scenario !== 'none/os.system',
        );
        if (counted && !cells.some((c) => c.verdict === 'fail' && c.scenario !== 'none/os.system'))
          assert.ok(judged.warnings.length > 0, 'passes without a word');
        assert.deepEqual(judgeSensitivity(judged.cells, scenarios, { cpus }).cells, judged.cells);
      }),
    );
  });
});
