import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleEnvironment } from '../../test/support/sample-report.ts';
import { pythonLine } from './facts-text.ts';
import { placeOf } from './row-place.ts';

describe('the place of an environment', () => {
  it('is its C library and the first two numbers of its Python', () => {
    assert.deepEqual(placeOf(sampleEnvironment('e', 'musl 1.2.5-3', 'CPython 3.13.5')), {
      libc: { line: 'musl', version: '1.2.5' },
      python: { line: 'CPython', version: '3.13' },
    });
  });

  it('is not known where the image could not be asked', () => {
    assert.equal(placeOf({ id: 'e' }), undefined);
  });

  it('keeps builds apart that lock differently', () => {
    const build = (text: string) =>
      pythonLine({ implementation: 'CPython', version: '3.14.0', build: text });
    assert.equal(build('3.14.0 (main) [GCC 15.2.0]'), 'CPython');
    assert.equal(build('3.13.5 experimental free-threading build (main)'), 'CPython free-threaded');
    assert.equal(
      build('3.14.0 (main) [GCC 15.2.0], free-threaded, debug'),
      'CPython free-threaded debug',
    );
  });
});
