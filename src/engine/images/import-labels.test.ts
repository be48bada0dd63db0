import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { labelInstructions } from './import-labels.ts';

describe('the labels of an imported image', () => {
  it('are instructions of a Dockerfile', () => {
    assert.deepEqual(labelInstructions({ 'a.b': 'one two', c: '' }), [
      'LABEL "a.b"="one two"',
      'LABEL "c"=""',
    ]);
  });

  it('leave no quote, backslash or variable to be interpreted', () => {
    const plain = fc.string().filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(plain, (value) => {
        const [instruction = ''] = labelInstructions({ key: value });
        const quoted = /^LABEL "key"="(?<quoted>(?:[^"\\$]|\\["\\$])*)"$/.exec(instruction);
        assert.equal(quoted?.groups?.['quoted']?.replace(/\\(.)/g, '$1'), value);
      }),
    );
  });

  it('refuse a line break, which would begin another instruction', () => {
    assert.throws(() => labelInstructions({ key: 'x\nRUN rm -rf /' }), RangeError);
  });
});
