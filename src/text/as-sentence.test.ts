import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asSentence } from './as-sentence.ts';

describe('a message as a sentence', () => {
  it('has a capital and a full stop, and keeps those that it has', () => {
    assert.equal(asSentence('the file is empty'), 'The file is empty.');
    assert.equal(asSentence('The file is empty.'), 'The file is empty.');
  });

  it('leaves code, options and names as they are typed', () => {
    assert.equal(asSentence('`bases` is missing'), '`bases` is missing.');
    assert.equal(asSentence('--only `x` matches nothing'), '--only `x` matches nothing.');
    assert.equal(asSentence('libc6 is not installed'), 'libc6 is not installed.');
  });
});
