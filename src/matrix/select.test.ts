import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { selectCells, type Selection, type SelectionRequest } from './select.ts';
import { loaded, SMALL_MATRIX } from '../../test/support/small-matrix.ts';

const MATRIX = loaded(SMALL_MATRIX);

function selection(request: Partial<SelectionRequest>): Selection {
  const result = selectCells(MATRIX, { only: [], skip: [], ...request });
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function refusal(request: Partial<SelectionRequest>): readonly string[] {
  const result = selectCells(MATRIX, { only: [], skip: [], ...request });
  assert.ok(!result.ok);
  return result.error.map(({ message, hint }) =>
    hint === undefined ? message : `${message}; ${hint}`,
  );
}

const ids = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id);

describe('selectCells', () => {
  it('selects the whole default group where nothing is asked for', () => {
    const { environments, scenarios, cells, excluded } = selection({});
    assert.equal(environments.length, 4);
    assert.equal(scenarios.length, 6);
    assert.equal(cells.length, 24);
    assert.deepEqual(ids(excluded), ['debian-13/cpython-3.11']);
    assert.deepEqual(
      cells.slice(0, 7).map(({ environment, scenario }) => `${environment.id} ${scenario.id}`),
      [
        ...ids(scenarios).map((scenario) => `debian-12/cpython-3.11 ${scenario}`),
        'debian-12/pypy3 none/os.system',
      ],
    );
  });

  it('selects a base by its bare name, and a launcher with its control', () => {
    const { environments, scenarios } = selection({ only: ['debian-12', 'os.system'] });
    assert.deepEqual(ids(environments), ['debian-12/cpython-3.11', 'debian-12/pypy3']);
    assert.deepEqual(ids(scenarios), ['none/os.system', 'add/os.system', 'delete/os.system']);
  });

  it('selects what fits any of several patterns', () => {
    const { environments } = selection({ only: ['*-musl', 'debian-12/py*'] });
    assert.deepEqual(ids(environments), ['debian-12/pypy3', 'debian-13/cpython-3.13-musl']);
  });

  it('leaves the scenarios alone where only environments are asked for', () => {
    assert.equal(selection({ only: ['debian-13/*'] }).scenarios.length, 6);
    assert.equal(selection({ only: ['add/*'] }).environments.length, 4);
  });

  it('keeps a control that is skipped but needed', () => {
    const { scenarios } = selection({ only: ['add/os.system'], skip: ['none'] });
    assert.deepEqual(ids(scenarios), ['none/os.system', 'add/os.system']);
  });

  it('selects controls alone where they are what is asked for', () => {
    assert.deepEqual(ids(selection({ only: ['none'] }).scenarios), [
      'none/os.system',
      'none/os.popen',
    ]);
  });

  it('leaves out what a --skip fits, whatever --only says', () => {
    const { environments, scenarios } = selection({
      only: ['debian-13'],
      skip: ['pypy3', 'os.popen', 'delete'],
    });
    assert.deepEqual(ids(environments), ['debian-13/cpython-3.13-musl']);
    assert.deepEqual(ids(scenarios), ['none/os.system', 'add/os.system']);
  });

  it('names those exclusions only that were asked for', () => {
    assert.deepEqual(selection({ only: ['debian-12'] }).excluded, []);
    assert.deepEqual(ids(selection({ only: ['debian-13'] }).excluded), ['debian-13/cpython-3.11']);
    assert.deepEqual(selection({ skip: ['debian-13'] }).excluded, []);
  });

  it('takes the scenarios of a reproduction of the user’s own', () => {
    const scenarios = [{ id: 'fast', args: ['--fast'] }];
    assert.deepEqual(selection({ scenarios }).scenarios, scenarios);
    assert.deepEqual(selection({ scenarios, only: ['fast'] }).scenarios, scenarios);
  });

  it('refuses a pattern that fits nothing, and names what is near', () => {
    assert.deepEqual(refusal({ only: ['debain-12/*', 'add/os.sistem'] }), [
      '--only `debain-12/*` matches nothing in the group `default`; Did you mean `debian-12/*` or `debian-13/*`?',
      '--only `add/os.sistem` matches nothing in the group `default`; Did you mean `add/os.system`?',
    ]);
    assert.match(refusal({ only: ['debian-12/pypy'] }).join(), /Did you mean `debian-12\/pypy3`/);
  });

  it('lists what there is where nothing is near', () => {
    assert.match(refusal({ only: ['fedora'] }).join(), /There are: debian-12, cpython-3.11, pypy3/);
  });

  it('refuses a pattern for something excluded with the reason of the exclusion', () => {
    assert.deepEqual(refusal({ only: ['debian-13/cpython-3.11'] }), [
      '--only `debian-13/cpython-3.11` matches nothing in the group `default`; `matrix.yaml` excludes `debian-13/cpython-3.11`: not packaged there',
    ]);
  });

  it('refuses a pattern for something of another group, and names the group', () => {
    assert.deepEqual(refusal({ only: ['c-system'] }), [
      '--only `c-system` matches nothing in the group `default`; It matches in another group: --group wide',
    ]);
  });

  it('lets one list of --skip serve several groups, but refuses a typing error', () => {
    assert.equal(selection({ skip: ['c-system'] }).cells.length, 24);
    assert.equal(selection({ skip: ['debian-13/cpython-3.11'] }).cells.length, 24);
    assert.match(refusal({ skip: ['c-sistem'] }).join(), /^--skip `c-sistem` matches nothing/);
  });

  it('refuses what is no pattern', () => {
    assert.deepEqual(refusal({ only: ['a['], skip: [''] }), [
      '--only `a[` has a `[` without its `]`',
      '--skip `` is empty',
    ]);
  });

  it('refuses patterns that together leave nothing', () => {
    assert.match(
      refusal({ only: ['debian-12'], skip: ['debian-12'] }).join(),
      /^--only and --skip leave no environment of the group `default`/,
    );
    assert.match(refusal({ skip: ['os.*'] }).join(), /leave no scenario/);
  });

  it('refuses a group that is not there, and names the nearest', () => {
    assert.deepEqual(refusal({ group: 'defualt' }), [
      'unknown group `defualt`; Did you mean `default`? groups: default, wide',
    ]);
  });

  it('refuses a group without scenarios where the reproduction has none either', () => {
    const text = SMALL_MATRIX.replace(/ {4}scenarios:\n.*os\.popen.*\n/, '');
    const result = selectCells(loaded(text), { only: [], skip: [] });
    assert.ok(!result.ok);
    assert.match(result.error[0]?.message ?? '', /^the group `default` has no scenarios$/);
  });

  it('selects a part of the group, with the control of all that is in it, in the order of the group', () => {
    const words = fc.constantFrom(
      '*',
      '*/*',
      'debian-1*',
      'debian-12',
      '*-musl',
      'pypy3/x',
      '*/pypy3',
      'add',
      'os.*',
      'none',
      '*/os.popen',
      'c-system',
      'zzz',
      '[',
    );
    const several = fc.array(words, { maxLength: 3 });
    const whole = selection({});
    fc.assert(
      fc.property(several, several, (only, skip) => {
        const result = selectCells(MATRIX, { only, skip });
        if (!result.ok) {
          assert.ok(result.error.length > 0);
          return;
        }
        const { environments, scenarios, cells } = result.value;
        assert.deepEqual(
          environments,
          whole.environments.filter((one) => environments.includes(one)),
        );
        assert.deepEqual(
          scenarios,
          whole.scenarios.filter((one) => scenarios.includes(one)),
        );
        assert.equal(cells.length, environments.length * scenarios.length);
        assert.ok(cells.length > 0);
        for (const { control } of scenarios) {
          assert.ok(control === undefined || ids(scenarios).includes(control));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('selects the same whatever the order of the patterns', () => {
    const words = fc.constantFrom('debian-12', '*-musl', 'add', 'os.*', 'none', '*/os.popen');
    fc.assert(
      fc.property(fc.uniqueArray(words), fc.uniqueArray(words), (only, skip) => {
        assert.deepEqual(
          selectCells(MATRIX, { only, skip }),
          selectCells(MATRIX, { only: only.toReversed(), skip: skip.toReversed() }),
        );
      }),
    );
  });
});

describe('selectCells with rows that need a registry', () => {
  const matrix = loaded(
    `${SMALL_MATRIX.replace('  default:\n', '  default:\n    ifRegistryAnswers: images\n').replace(
      'pythons:',
      '  fedora: { sources: [{ pull: fedora:44 }] }\npythons:',
    )}  images:\n    environments: { include: [{ base: fedora, python: pypy3 }] }\n    extends: default\n`,
  );
  const select = (request: Partial<SelectionRequest>) => {
    const result = selectCells(matrix, { only: [], skip: [], ...request });
    assert.ok(result.ok, JSON.stringify(result));
    const { environments, registryRows } = result.value;
    return [ids(environments).length, ids(registryRows)];
  };

  it('selects them apart from the others', () => {
    assert.deepEqual(select({}), [4, ['fedora/pypy3']]);
    assert.deepEqual(select({ only: ['pypy3'] }), [2, ['fedora/pypy3']]);
    assert.deepEqual(select({ only: ['debian-*'] }), [4, []]);
    assert.deepEqual(select({ skip: ['fedora'] }), [4, []]);
  });

  it('takes them like any other where the patterns select nothing else', () => {
    assert.deepEqual(select({ only: ['fedora'] }), [1, []]);
  });
});
