import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { callsForBound } from '../verdict/bounds.ts';
import { PLAIN_MANIFEST } from './plain-manifest.ts';
import { withScriptOptions, type ScriptOptions } from './script-options.ts';

function changed(options: ScriptOptions) {
  const result = withScriptOptions(PLAIN_MANIFEST, options);
  assert.ok(result.ok, result.ok ? '' : result.error);
  const { protocol } = result.value;
  assert.ok(protocol.type === 'script');
  return { ...result.value, protocol };
}

describe('withScriptOptions', () => {
  it('leaves a manifest alone where nothing is said', () => {
    const result = withScriptOptions(PLAIN_MANIFEST, {});
    assert.deepEqual(result.ok && result.value, PLAIN_MANIFEST);
  });

  it('reads statuses, patterns, a time and standard input', () => {
    const { protocol, trial } = changed({
      bad: ['EFAULT', 'crash'],
      badStatus: ['1,3', '10-12'],
      goodStatus: ['0'],
      hang: '10s',
      stdin: 'tty',
    });
    assert.deepEqual(protocol.badStatus, [1, 3, 10, 11, 12]);
    assert.deepEqual(protocol.goodStatus, [0]);
    assert.equal(protocol.reproduced.length, 2);
    assert.equal(protocol.hang, 'reproduced');
    assert.equal(protocol.stdin, 'tty');
    assert.equal(trial.timeout, 10);
  });

  it('asks for exactly as many runs as --runs says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom('80%', '95%', '0.99', '99.9%'),
        (runs, sure) => {
          const { verdict } = changed({ runs: `${runs}`, sure });
          assert.equal(callsForBound(verdict.confidence ?? 0, verdict.maxRate ?? 0), runs);
        },
      ),
    );
  });

  it('reads --sure and --rate as shares', () => {
    const { verdict } = changed({ sure: '95%', rate: '0.01' });
    assert.equal(verdict.confidence, 0.95);
    assert.equal(verdict.maxRate, 0.01);
  });

  it('names the option that cannot be read, and quotes it', () => {
    for (const [options, message] of [
      [{ bad: ['('] }, /^--bad '\(': the pattern /],
      [{ badStatus: ['256'] }, /^--bad-status '256' is not an exit status/],
      [{ badStatus: ['3-1'] }, /^--bad-status '3-1'/],
      [{ badStatus: ['1'], goodStatus: ['0,1'] }, /cannot both have 1/],
      [{ hang: 'long' }, /^--hang 'long' is not a time/],
      [{ stdin: 'closed' }, /^--stdin 'closed' is none of empty, open, tty/],
      [{ sure: '100%' }, /^--sure '100%'/],
      [{ rate: '0' }, /^--rate '0'/],
      [{ runs: '0' }, /^--runs '0'/],
      [{ runs: '9', rate: '1%' }, /Give one/],
    ] as const) {
      const result = withScriptOptions(PLAIN_MANIFEST, options);
      assert.ok(!result.ok);
      assert.match(result.error, message);
    }
  });

  it('is for scripts only', () => {
    const contract = { ...PLAIN_MANIFEST, protocol: { type: 'contract' } } as const;
    assert.ok(withScriptOptions(contract, {}).ok);
    const result = withScriptOptions(contract, { bad: ['x'] });
    assert.match(result.ok ? '' : result.error, /^--bad is for scripts/);
  });
});
