import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listInWords, shortList } from './list-text.ts';

describe('listInWords', () => {
  it('puts an `and` before the last of several', () => {
    assert.equal(listInWords([]), '');
    assert.equal(listInWords(['a']), 'a');
    assert.equal(listInWords(['a', 'b']), 'a and b');
    assert.equal(listInWords(['a', 'b', 'c']), 'a, b and c');
  });
});

describe('shortList', () => {
  it('counts what is left out', () => {
    assert.equal(shortList(['a', 'b', 'c'], 3), 'a, b, c');
    assert.equal(shortList(['a', 'b', 'c'], 2), 'a, b and 1 more');
  });
});
