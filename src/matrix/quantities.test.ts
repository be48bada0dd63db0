import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesOf, secondsOf } from './quantities.ts';

describe('secondsOf', () => {
  it('reads milliseconds, seconds, minutes and hours', () => {
    assert.equal(secondsOf('700ms'), 0.7);
    assert.equal(secondsOf('0.7s'), 0.7);
    assert.equal(secondsOf('2m'), 120);
    assert.equal(secondsOf('1.5h'), 5400);
  });

  it('takes nothing else for a duration', () => {
    for (const text of ['', '60', 's', '-1s', '1 s', '1e3s', '1d', '.5s', '1s\n', '٣s', 'NaNs']) {
      assert.equal(secondsOf(text), null, text);
    }
  });

  it('reads the same time from milliseconds and from seconds', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (milliseconds) => {
        assert.equal(secondsOf(`${milliseconds}ms`), milliseconds / 1000);
        assert.equal(secondsOf(`${milliseconds}s`), milliseconds);
      }),
    );
  });
});

describe('bytesOf', () => {
  it('reads powers of 1024', () => {
    assert.equal(bytesOf('1KiB'), 1024);
    assert.equal(bytesOf('8MiB'), 8_388_608);
    assert.equal(bytesOf('1GiB'), 1_073_741_824);
  });

  it('takes nothing else for a size', () => {
    for (const text of ['', '1', '1GB', '1.5GiB', '-1MiB', '1 MiB', '1TiB', 'MiB', '1gib']) {
      assert.equal(bytesOf(text), null, text);
    }
  });
});
