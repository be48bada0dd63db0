import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { callsForBound } from '../verdict/bounds.ts';
import type { Manifest } from './manifest.ts';
import { PLAIN_MANIFEST, SCRIPT_RULE } from './plain-manifest.ts';
import { withScriptOptions, type ScriptOptions } from './script-options.ts';

const CONTRACT: Manifest = { ...PLAIN_MANIFEST, protocol: { type: 'contract' } };

function applied(options: ScriptOptions, manifest: Manifest = PLAIN_MANIFEST): Manifest {
  const result = withScriptOptions(manifest, options);
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.value;
}

function script(options: ScriptOptions, manifest?: Manifest) {
  const { protocol } = applied(options, manifest);
  assert.ok(protocol.type === 'script');
  return protocol;
}

function mistake(options: ScriptOptions, manifest: Manifest = PLAIN_MANIFEST): string {
  const result = withScriptOptions(manifest, options);
  return result.ok ? '' : result.error;
}

describe('withScriptOptions', () => {
  it('changes nothing where nothing is given', () => {
    assert.deepEqual(applied({}), PLAIN_MANIFEST);
    assert.deepEqual(applied({ bad: undefined, runs: undefined }, CONTRACT), CONTRACT);
  });

  it('replaces what the manifest says, and leaves the rest of it', () => {
    const first = applied({ bad: ['one'], skipped: ['none'], goodStatus: ['1'] });
    const second = script({ bad: ['^two', 'three'], stdin: 'open' }, first);
    assert.deepEqual(
      second.reproduced.map(({ text }) => text),
      ['^two', 'three'],
    );
    assert.equal(second.skipped[0]?.text, 'none');
    assert.deepEqual(second.goodStatus, [1]);
    assert.equal(second.stdin, 'open');
    assert.equal(second.emulation, 'inconclusive');
    assert.equal(script({ emulation: 'fine' }, first).emulation, 'fine');
  });

  it('reads lists and ranges of statuses, once each', () => {
    assert.deepEqual(script({ badStatus: ['3,1', '2-4'] }).badStatus, [1, 2, 3, 4]);
    assert.equal(script({ badStatus: ['1-124'] }).badStatus.length, 124);
  });

  it('takes a hang for the bug after its time', () => {
    const manifest = applied({ hang: '10s' });
    assert.ok(manifest.protocol.type === 'script' && manifest.protocol.hang === 'reproduced');
    assert.equal(manifest.trial.timeout, 10);
  });

  it('reads how sure a pass is to be', () => {
    const { verdict } = applied({ sure: '99.9%', rate: '1%' });
    assert.deepEqual(verdict, { confidence: 0.999, maxRate: 0.01, budget: 3600 });
    assert.deepEqual(applied({ sure: '0.95' }, CONTRACT).verdict, { confidence: 0.95 });
  });

  it('asks for exactly as many clean runs as were named', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(undefined, '50%', '90%', '95%', '99%', '99.9999%'),
        (runs, sure) => {
          const { confidence = SCRIPT_RULE.confidence, maxRate = 0 } = applied({
            runs: String(runs),
            sure,
          }).verdict;
          assert.equal(callsForBound(confidence, maxRate), runs);
        },
      ),
    );
  });

  it('quotes what was given in each of its messages', () => {
    for (const [options, message] of [
      [{ bad: ['('] }, /^`--bad \(` is not a regular expression of RE2/],
      [{ good: [''] }, /^`--good` is empty/],
      [{ skipped: ['x*'] }, /^`--skipped x\*` matches an empty line/],
      [{ badStatus: ['one'] }, /^`--bad-status one` is not a list of exit statuses/],
      [{ badStatus: ['9-3'] }, /^`--bad-status 9-3` has a range that ends before/],
      [{ goodStatus: ['1,256'] }, /^`--good-status 1,256` has an exit status above 255/],
      [{ badStatus: ['1-5'], goodStatus: ['4'] }, /^`--bad-status 1-5`: status 4 cannot be both/],
      [{ badStatus: ['0'] }, /^`--bad-status 0`: status 0 is good unless/],
      [{ hang: '10' }, /^`--hang 10` is not a duration/],
      [{ hang: '10ms' }, /^`--hang 10ms` is not between 1s and 24h/],
      [{ stdin: 'closed' }, /^`--stdin closed` is none of empty, open, tty/],
      [{ emulation: 'bad' }, /^`--emulation bad` is none of fine, inconclusive/],
      [{ sure: 'very' }, /^`--sure very` is not a share such as `95%`/],
      [{ sure: '100%' }, /^`--sure 100%` is not between 50% and 99.9999%/],
      [{ rate: '60%' }, /^`--rate 60%` is not between 0.0001% and 50%/],
      [{ runs: '0' }, /^`--runs 0` is not a whole number from 1 to 1000000/],
      [{ runs: '1e3' }, /^`--runs 1e3` is not a whole number/],
      [{ runs: '5', rate: '10%' }, /^`--rate 10%` and `--runs 5` both set/],
    ] as const) {
      assert.match(mistake(options), message);
    }
    assert.match(
      mistake({ bad: ['x'] }, CONTRACT),
      /^`--bad` has no effect on a reproduction that uses the trial contract/,
    );
  });
});
