import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { systemErrorText } from './system-error.ts';

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('an error of the machine', () => {
  it('is reported in words, with what was tried', () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, mkdir '/a'"), {
      code: 'ENOSPC',
      syscall: 'mkdir',
    });
    assert.equal(systemErrorText(full), `The disk is full: ${full.message}`);
  });

  it('is not what a program asked wrongly', () => {
    assert.equal(systemErrorText(thrownBy(() => readFileSync('/no/such/file'))), undefined);
    assert.equal(
      systemErrorText(
        thrownBy(() => {
          mkdirSync('/tmp');
        }),
      ),
      undefined,
    );
  });

  it('is no error of this program that only mentions it', () => {
    assert.equal(systemErrorText(new Error('ENOSPC')), undefined);
    assert.equal(systemErrorText(Object.assign(new Error('x'), { code: 'ENOSPC' })), undefined);
    assert.equal(systemErrorText('ENOSPC'), undefined);
  });
});
