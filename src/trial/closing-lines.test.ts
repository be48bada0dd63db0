import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClosingLines } from './closing-lines.ts';

function closing(...lines: readonly string[]): ClosingLines {
  const read = new ClosingLines();
  for (const line of lines) read.take(line);
  return read;
}

function nothingRan(...lines: readonly string[]): string | undefined {
  return closing(...lines).nothingRan;
}

describe('closing lines', () => {
  it('of unittest', () => {
    const ran = 'Ran 3 tests in 0.001s';
    assert.equal(nothingRan('sss', ran, 'OK (skipped=3)'), 'OK (skipped=3)');
    assert.equal(nothingRan('Ran 0 tests in 0.000s', 'OK'), 'Ran 0 tests in 0.000s');
    assert.equal(nothingRan('Ran 0 tests in 0.000s', 'NO TESTS RAN'), 'NO TESTS RAN');
    assert.equal(nothingRan('Ran 0 tests in 0.000s', 'OK (skipped=1)'), 'OK (skipped=1)');
    assert.equal(nothingRan(ran, 'OK'), undefined);
    assert.equal(nothingRan(ran, 'OK (skipped=2)'), undefined);
    assert.equal(nothingRan(ran, 'OK (skipped=2, expected failures=1)'), undefined);
    assert.equal(nothingRan(ran, 'FAILED (failures=1, skipped=2)'), undefined);
    assert.equal(nothingRan('Ran 0 tests in 0.0s', 'OK', 'Ran 1 test in 0.0s', 'OK'), undefined);
    // Two skipped subtests of one test, and another test that ran.
    const verbose = 'test_a (t.T) ... ok';
    assert.equal(nothingRan(verbose, 'Ran 2 tests in 0.0s', 'OK (skipped=2)'), undefined);
    assert.equal(nothingRan('OK (skipped=3)'), undefined);
  });

  it('of pytest', () => {
    for (const line of [
      '=== no tests ran in 0.01s ===',
      'no tests ran in 0.12 seconds',
      '=========== 3 skipped in 0.10s ===========',
      '3 skipped, 1 warning in 0.10s',
      '=== 2 skipped in 61.02s (0:01:01) ===',
      '=== 1 deselected in 0.02s ===',
    ]) {
      assert.notEqual(nothingRan(line), undefined, line);
    }
    for (const line of [
      '=== 1 passed, 3 skipped in 0.10s ===',
      '=== 3 skipped, 1 xfailed in 0.10s ===',
      '=== 1 failed, 3 skipped in 0.10s ===',
      '=== 3 skipped, 1 error in 0.10s ===',
      '3 warnings in 0.10s',
      'we saw 3 skipped in 0.10s',
    ]) {
      assert.equal(nothingRan(line), undefined, line);
    }
  });

  it('of TAP that ended early', () => {
    const cutShort = (...lines: readonly string[]) => closing(...lines).cutShort;
    assert.equal(cutShort('1..3', 'ok 1 - a'), '1..3');
    assert.equal(cutShort('1..3 # tests', 'ok 1', 'Bail out! no memory'), 'Bail out! no memory');
    assert.equal(cutShort('1..2', 'ok 1', 'ok 2', '1..1'), '1..1');
    assert.equal(cutShort('1..2', 'ok a', 'not ok b # TODO'), undefined);
    assert.equal(cutShort('ok 1', 'ok 2', '1..2'), undefined);
    assert.equal(cutShort('1..2', 'ok 1', `ok 2 - ${'long '.repeat(200)}`), undefined);
    assert.equal(cutShort('1..0 # SKIP'), undefined);
    assert.equal(cutShort('ok 1 - a'), undefined);
  });

  it('of TAP with a plan, whose results need no number', () => {
    assert.equal(closing('1..1', 'not ok the child starts').failed, 'not ok the child starts');
    assert.equal(closing('not ok the child starts', '1..1').failed, 'not ok the child starts');
    assert.equal(closing('not ok yet').failed, undefined);
    assert.equal(closing('1..1', 'ok it starts').anyRan, true);
    assert.equal(nothingRan('1..1', 'ok it starts # SKIP'), 'ok it starts # SKIP');
    assert.equal(nothingRan('1..2', 'ok it starts # SKIP', 'ok it ends'), undefined);
    assert.equal(closing('1..1', 'not ok a # TODO').failed, undefined);
  });

  it('of TAP', () => {
    assert.equal(nothingRan('1..0 # SKIP no such call'), '1..0 # SKIP no such call');
    assert.equal(nothingRan('TAP version 13', '1..0'), '1..0');
    assert.equal(nothingRan('1..2', 'ok 1 # SKIP a', 'ok 2 - b # skip'), 'ok 1 # SKIP a');
    assert.equal(nothingRan('1..2', 'ok 1 # SKIP a', 'ok 2 - b'), undefined);
    assert.equal(nothingRan('1..2', 'ok 1 # SKIP a', 'not ok 2 - b # TODO'), undefined);
    assert.equal(nothingRan('1..1', 'ok 1 - skips the rest'), undefined);
    assert.equal(nothingRan('1..2', 'ok - a'), undefined);
  });
});
