import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { repeatedKey } from './repeated-key.ts';

describe('a line that says something twice', () => {
  for (const [text, key] of [
    ['{"failures": {"spawn-error": 3}, "failures": {}}', 'failures'],
    ['{"failures": {"crash": 3, "crash" : 0}}', 'crash'],
    ['[{"a": {}, "b": [{"c": 1}], "a": 2}]', 'a'],
    ['{"calls": 3, "c\\u0061lls": 4}', 'calls'],
    ['{"": 1, "": 2}', ''],
  ] as const) {
    it(`${text} repeats ${JSON.stringify(key)}`, () => {
      assert.equal(repeatedKey(text), key);
    });
  }

  it('is not one in which two objects have the same key, or a value looks like one', () => {
    for (const text of [
      '{"a": {"a": {"a": 1}}, "b": [{"a": 1}, {"a": 2}]}',
      '{"a": "a", "b": "\\"a\\": 1, {", "c": "}"}',
      '"text"',
      '7',
    ]) {
      assert.equal(repeatedKey(text), undefined, text);
    }
  });

  it('is never what JSON.stringify writes, and always what has a key put in front again', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
        const text = JSON.stringify(value, null, 1);
        assert.equal(repeatedKey(text), undefined);
        const key = Object.keys(value)[0] ?? '';
        assert.equal(repeatedKey(`{${JSON.stringify(key)}: 0, ${text.slice(1)}`), key);
      }),
    );
  });
});
