import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loaded, SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import { daysOf, rowOn } from './days.ts';

const NOW = new Date('2026-11-27T22:00:00Z');

describe('the days of a search', () => {
  it('are the year until today', () => {
    const days = daysOf({ from: undefined, to: undefined }, NOW);
    assert.ok(days.ok);
    assert.deepEqual(
      [days.value[0], days.value.at(-1), days.value.length],
      ['2025-11-27', '2026-11-27', 366],
    );
  });

  it('are those between the two that are named', () => {
    const days = daysOf({ from: '2024-02-28', to: '2024-03-01' }, NOW);
    assert.deepEqual(days, { ok: true, value: ['2024-02-28', '2024-02-29', '2024-03-01'] });
  });

  const wrong: readonly (readonly [string | undefined, string | undefined, RegExp])[] = [
    ['2026-02-30', undefined, /--from takes a day such as 2026-08-30, not 2026-02-30/],
    ['20260301', undefined, /--from takes a day/],
    [undefined, 'yesterday', /--to takes a day/],
    [undefined, '2026-11-28', /--to 2026-11-28 is in the future: today is 2026-11-27/],
    ['2026-03-01', '2026-03-01', /--from 2026-03-01 is not before --to 2026-03-01/],
  ];
  for (const [from, to, why] of wrong) {
    it(`are refused for ${from ?? 'no --from'} and ${to ?? 'no --to'}`, () => {
      const days = daysOf({ from, to }, NOW);
      assert.ok(!days.ok);
      assert.match(days.error, why);
    });
  }
});

describe('the row of a day', () => {
  const ARCHIVES = 'archives: { snapshots: http://snapshots.example, mirror: http://m.example }\n';
  const matrix = loaded(
    SMALL_MATRIX.replace('version: 1\n', `version: 1\ncompileOn: debian-13\n${ARCHIVES}`)
      .replace(
        '{ bootstrap: { debian: trixie } }]',
        '{ bootstrap: { debian: trixie } }], archives: [mirror, old-releases]',
      )
      .replace(
        'recipe: cpython-tree,',
        'recipe: cpython-tree, build: { base: debian-13, recipe: cpython-source },',
      ),
  );
  const row = (id: string) => {
    const found = matrix.groups.get('default')?.environments.find((one) => one.id === id);
    assert.ok(found, id);
    return found;
  };

  it('takes its packages from the snapshot of that day, and from nothing else', () => {
    for (const id of ['debian-12/cpython-3.11', 'debian-13/pypy3']) {
      const dated = rowOn('2026-08-30', row(id), matrix);
      assert.ok(dated.ok);
      const { environment } = dated.value;
      assert.equal(environment.id, id, 'expectations and limits are found by the id');
      assert.deepEqual(
        environment.base.sources.map(({ type, archive }) => [type, archive?.type, archive?.main]),
        [['bootstrap', 'snapshot', 'http://snapshots.example/debian/20260830T000000Z']],
      );
    }
  });

  it('is built on that day where it is built on its own base, as its programs are', () => {
    const own = rowOn('2026-08-30', row('debian-13/cpython-3.13-musl'), matrix);
    assert.ok(own.ok);
    assert.equal(own.value.environment.python.build?.base.sources[0]?.archive?.type, 'snapshot');
    assert.equal(own.value.compileOn?.sources[0]?.archive?.type, 'snapshot');
    const other = rowOn('2026-08-30', row('debian-12/pypy3'), matrix);
    assert.ok(other.ok);
    assert.equal(other.value.compileOn, matrix.compileOn);
  });

  it('cannot be one of an image that only a registry has', () => {
    const environment = row('debian-12/pypy3');
    const pulled = environment.base.sources.filter(({ type }) => type === 'pull');
    const refused = rowOn(
      '2026-08-30',
      { ...environment, base: { ...environment.base, sources: pulled } },
      matrix,
    );
    assert.ok(!refused.ok);
    assert.match(refused.error, /debian-12\/pypy3 .* has no `bootstrap` source/);
  });
});
