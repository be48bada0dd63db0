import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupBy } from './group-by.ts';

describe('items by a key', () => {
  it('stay in their order, and so do the keys by their first items', () => {
    const groups = groupBy(['beta', 'a', 'bit', 'ab'], (word) => word.charAt(0));
    assert.deepEqual(
      [...groups],
      [
        ['b', ['beta', 'bit']],
        ['a', ['a', 'ab']],
      ],
    );
    assert.equal(groupBy([], String).size, 0);
  });
});
