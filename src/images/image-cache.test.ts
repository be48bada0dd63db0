import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCacheRepository } from './image-cache.ts';

describe('the name of a cache', () => {
  it('has a registry and a name there', () => {
    for (const good of [
      'ghcr.io/me/race-matrix',
      'localhost:5000/m',
      'localhost/m',
      'host:80/a/b',
    ]) {
      assert.ok(isCacheRepository(good), good);
    }
  });

  it('is rejected if images would go to an unnamed registry, or if it holds more than a name', () => {
    for (const bad of [
      ...['me/race-matrix', 'ghcr.io', 'ghcr.io/', 'ghcr.io/m:tag', 'ghcr.io/m@sha256:00'],
      ...['https://ghcr.io/m', 'me:pw@ghcr.io/m', 'ghcr.io/M', 'ghcr.io//m', 'ghcr.io/../m', ''],
      `${'a.'.repeat(200)}/m`,
    ]) {
      assert.ok(!isCacheRepository(bad), bad);
    }
  });
});
