import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareEnvironments, orderEnvironments } from './order.ts';
import { sampleEnvironment } from '../../test/support/sample-report.ts';

describe('the order of rows', () => {
  it('is glibc before musl, old before new, CPython before PyPy, and what is unknown last', () => {
    const expected = [
      sampleEnvironment('z/old', 'glibc 2.4-1', 'CPython 3.13.0'),
      sampleEnvironment('a/pypy3', 'glibc 2.31-13+deb11u13', 'CPython 2.7.18'),
      sampleEnvironment('b', 'glibc 2.31-13+deb11u13', 'CPython 3.9.2'),
      sampleEnvironment('c', 'glibc 2.31-13+deb11u13', 'PyPy 3.6.12'),
      sampleEnvironment('b2', 'glibc 2.31-13+deb11u14', 'CPython 2.7.18'),
      sampleEnvironment('b3', 'glibc 2.41-1', 'CPython 3.9.2'),
      sampleEnvironment('b3-t', 'glibc 2.41-1', 'CPython 3.9.2'),
      sampleEnvironment('a-musl', 'musl 1.2.2-1', 'CPython 3.9.2'),
      { id: 'broken/one' },
      { id: 'broken/two' },
    ];
    assert.deepEqual(orderEnvironments([...expected].reverse()), expected);
  });

  it('does not change the list that it is given', () => {
    const list = [{ id: 'b' }, { id: 'a' }];
    assert.deepEqual(
      orderEnvironments(list).map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(list[0]?.id, 'b');
  });

  it('has a place for environments of which only some facts are known', () => {
    const whole = sampleEnvironment('whole', 'glibc 2.41-1', 'CPython 3.9.2');
    const noPython = { id: 'no-python', ...(whole.libc ? { libc: whole.libc } : {}) };
    assert.ok(compareEnvironments(whole, noPython) < 0);
    assert.ok(compareEnvironments(noPython, { id: 'a' }) < 0);
  });
});
