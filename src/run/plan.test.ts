import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Scenario } from '../model.ts';
import type { Cell } from '../report/schema.ts';
import { controlStateOf } from './measure-cell.ts';
import { scenariosInOrder } from './plan.ts';

const scenario = (id: string, control?: string): Scenario => ({
  id,
  args: [],
  ...(control === undefined ? {} : { control }),
});

const cell = (verdict: Cell['verdict'], more: Partial<Cell> = {}): Cell => ({
  environment: 'debian-12/pypy3',
  scenario: 'none/os.system',
  verdict,
  expected: 'pass',
  symptoms: {},
  trials: 1,
  calls: 4603,
  exposed: 4603,
  failures: 0,
  rate: null,
  seconds: 1,
  evidence: [],
  rerun: '',
  ...more,
});

describe('the order of a row', () => {
  it('puts each control right before what it controls', () => {
    const plan = {
      scenarios: [
        scenario('add/a', 'none/a'),
        scenario('add/b', 'none/b'),
        scenario('none/a'),
        scenario('none/b'),
        scenario('delete/a', 'none/a'),
        scenario('delete/b', 'none/b'),
      ],
    };
    assert.deepEqual(
      scenariosInOrder(plan).map(({ id }) => id),
      ['none/a', 'add/a', 'delete/a', 'none/b', 'add/b', 'delete/b'],
    );
  });
});

describe('what a control allows', () => {
  const controlled = scenario('add/os.system', 'none/os.system');
  const state = (control?: Cell) =>
    controlStateOf(controlled, new Map(control ? [[control.scenario, control]] : []));

  it('is everything where it passed', () => {
    assert.deepEqual(state(cell('pass')), { type: 'clean' });
  });

  it('is nothing where it failed, was inconclusive or was not measured', () => {
    for (const control of [
      cell('fail', { failures: 3 }),
      cell('inconclusive'),
      cell('error'),
      cell('skipped'),
      undefined,
    ]) {
      assert.equal(state(control).type, 'unusable');
    }
  });

  it('names the failures of a dirty control', () => {
    const dirty = state(cell('fail', { failures: 3 }));
    assert.match(dirty.type === 'unusable' ? dirty.reason : '', /3 of 4603 calls failed/);
  });

  it('is not asked for by a control itself', () => {
    assert.deepEqual(controlStateOf(scenario('none/os.system'), new Map()), { type: 'none' });
  });
});
