import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withWitness } from './witness.ts';

const pass = { type: 'stop', verdict: 'pass' } as const;
const saw = (failed: Record<string, number>) => ({ execves: 412, notFound: 9, failed });

describe('the second witness', () => {
  it('leaves a pass in which strace saw no failed execve', () => {
    assert.equal(withWitness(pass, saw({}), false), pass);
    assert.equal(withWitness(pass, saw({}), true), pass);
    assert.equal(withWitness(pass, undefined, false), pass);
  });

  it('takes back a pass in which strace saw EFAULT, and reports it', () => {
    const { verdict, reason } = withWitness(pass, saw({ EFAULT: 3 }), false);
    assert.equal(verdict, 'inconclusive');
    assert.match(reason ?? '', /strace saw 412 execve, 3 failed \(EFAULT 3\)/);
  });

  it('makes an error of a control in which anything failed', () => {
    assert.equal(withWitness(pass, saw({ E2BIG: 1 }), true).verdict, 'error');
    assert.equal(withWitness(pass, saw({ E2BIG: 1 }), false), pass);
  });

  it('never makes a verdict of another one', () => {
    const fail = { type: 'stop', verdict: 'fail' } as const;
    assert.equal(withWitness(fail, saw({}), false), fail);
    assert.equal(withWitness(fail, saw({ EFAULT: 3 }), false), fail);
  });
});
