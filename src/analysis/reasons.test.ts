import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonGroups } from './reasons.ts';
import { sampleReport, type CellWish } from '../../test/support/sample-report.ts';

const scenarios = ['add/os.system', 'delete/os.system'];
const environments = [{ id: 'a' }, { id: 'b' }];

/** Verdicts by row and column; a blank leaves the cell out. */
function reportOf(rows: readonly (readonly (CellWish['verdict'] | '')[])[], reason = 'why') {
  return sampleReport({
    environments: environments.slice(0, rows.length),
    scenarios,
    cells: rows.flatMap((row, y) =>
      row.flatMap((verdict, x): CellWish[] =>
        verdict === ''
          ? []
          : [
              {
                environment: environments[y]?.id ?? '',
                scenario: scenarios[x] ?? '',
                verdict,
                ...(verdict === 'pass' || verdict === 'fail' ? {} : { reason }),
              },
            ],
      ),
    ),
  });
}

describe('the reasons below a table', () => {
  it('are absent where every cell passed or failed', () => {
    assert.deepEqual(reasonGroups(reportOf([['pass', 'fail']])), []);
  });

  it('name a row once if it holds for the whole row', () => {
    assert.deepEqual(
      reasonGroups(
        reportOf([
          ['error', 'error'],
          ['pass', 'error'],
        ]),
      ),
      [
        {
          verdict: 'error',
          reason: 'why',
          varies: false,
          count: 3,
          places: [
            { type: 'scenario', scenario: 'delete/os.system' },
            { type: 'environment', environment: 'a' },
          ],
        },
      ],
    );
  });

  it('name single cells by row and column', () => {
    assert.deepEqual(reasonGroups(reportOf([['pass', 'skipped']]))[0]?.places, [
      { type: 'cells', environment: 'a', scenarios: ['delete/os.system'] },
    ]);
  });

  it('say so in one word where nothing was measured at all', () => {
    const report = reportOf([
      ['skipped', 'skipped'],
      ['skipped', 'skipped'],
    ]);
    assert.deepEqual(reasonGroups(report)[0]?.places, [{ type: 'everywhere' }]);
  });

  it('keep the same words apart where the verdicts differ, errors first', () => {
    const groups = reasonGroups(
      reportOf([
        ['skipped', 'inconclusive'],
        ['error', 'skipped'],
      ]),
    );
    assert.deepEqual(
      groups.map(({ verdict, count }) => [verdict, count]),
      [
        ['error', 1],
        ['inconclusive', 1],
        ['skipped', 2],
      ],
    );
  });

  it('name cells that the report should have and has not', () => {
    const groups = reasonGroups(reportOf([['pass', '']]));
    assert.equal(groups[0]?.verdict, 'missing');
    assert.deepEqual(groups[0].places, [
      { type: 'cells', environment: 'a', scenarios: ['delete/os.system'] },
    ]);
  });

  it('are the same reason where only figures differ, and say so', () => {
    const report = reportOf([['inconclusive', 'inconclusive']]);
    const cells = report.cells.map((cell, index) => ({ ...cell, reason: `${index + 7} of 4603` }));
    const [group, ...others] = reasonGroups({ ...report, cells });
    assert.deepEqual(others, []);
    assert.equal(group?.reason, '7 of 4603');
    assert.equal(group.varies, true);
  });
});
