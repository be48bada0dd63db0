import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shellWord } from './shell-word.ts';

describe('shellWord', () => {
  it('is read back by sh as it was, whatever it holds', () => {
    const words = fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')));
    fc.assert(
      fc.property(words, (list) => {
        const valid = list.map((word) => Buffer.from(word).toString('utf8'));
        const script = `printf '%s\\0' ${valid.map(shellWord).join(' ')}`;
        const out = execFileSync('sh', ['-c', script]).toString('utf8');
        assert.equal(out, valid.length === 0 ? '\0' : valid.map((word) => `${word}\0`).join(''));
      }),
      { numRuns: 50 },
    );
  });
});
