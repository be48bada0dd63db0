import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loaded, SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import { sampleEnvironment } from '../../test/support/sample-report.ts';
import { orderProblem, rowsAlong } from './rows.ts';

const environments = loaded(SMALL_MATRIX).groups.get('default')?.environments ?? [];
const only = (part: string) => environments.filter(({ id }) => id.includes(part));

describe('the rows of a bisection', () => {
  it('are those of one Python along the C library, and of one base along Python', () => {
    const libc = rowsAlong(only('pypy3'), 'libc');
    assert.ok(libc.ok && libc.value.length === 2);
    const python = rowsAlong(only('debian-12'), 'python');
    assert.ok(python.ok && python.value.length === 2);
  });

  it('are refused with what would pin them where the other axis varies', () => {
    const refused = rowsAlong(environments, 'libc');
    assert.ok(!refused.ok);
    assert.match(refused.error, /cpython-3.11, pypy3.*--only '\*\/cpython-3.11'/s);
  });

  it('are refused where there is only one', () => {
    assert.ok(!rowsAlong(only('debian-12/pypy3'), 'libc').ok);
  });
});

describe('what was measured of them', () => {
  const row = (id: string, libc: string, python: string) => sampleEnvironment(id, libc, python);

  it('is in order from old to new, whatever was not measured', () => {
    const rows = [row('a', 'glibc 2.36-9', 'CPython 3.11.2'), undefined];
    assert.equal(orderProblem([...rows, row('c', 'glibc 2.41-1', 'CPython 3.11.2')], 'libc'), null);
  });

  it('proves nothing where the other axis differs', () => {
    const rows = [
      row('a', 'glibc 2.36-9', 'CPython 3.11.2'),
      row('b', 'glibc 2.41-1', 'CPython 3.13.5'),
    ];
    assert.match(orderProblem(rows, 'libc') ?? '', /would prove nothing/);
    assert.match(orderProblem(rows, 'python') ?? '', /would prove nothing/);
  });

  it('is refused where versions fall or cannot be compared', () => {
    const a = row('a', 'glibc 2.41-1', 'CPython 3.11.2');
    assert.match(
      orderProblem([a, row('b', 'glibc 2.36-9', 'CPython 3.11.2')], 'libc') ?? '',
      /old to new/,
    );
    assert.match(
      orderProblem([a, row('b', 'musl 1.2.5-3', 'CPython 3.11.2')], 'libc') ?? '',
      /compared/,
    );
  });
});
