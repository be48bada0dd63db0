import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rerunOptions } from './rerun-options.ts';

describe('rerunOptions', () => {
  it('is empty where the ids alone lead to the cell', () => {
    assert.equal(rerunOptions({ matrix: 'matrix.yaml', group: undefined }), '');
  });

  it('names whatever else was asked for, as a shell reads it', () => {
    assert.equal(
      rerunOptions({ matrix: 'a/b.yaml', group: 'full', reproduction: "it's here" }),
      " --matrix a/b.yaml --group full --reproduction 'it'\\''s here'",
    );
  });
});
