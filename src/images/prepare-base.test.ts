/** A base that a registry serves, and what becomes of it where its pull fails. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Engine, ImageOutcome } from '../engine/engine.ts';
import { prepareBase } from './prepare-base.ts';

const REFERENCES = ['debian:trixie', 'debian:13'] as const;

/** Prepares a base of one image, which is pulled with this outcome. */
async function prepared(outcome: ImageOutcome, next?: ImageOutcome) {
  const recipe = { files: [] };
  return prepareBase(
    {
      id: 'debian-13',
      sources: REFERENCES.slice(0, next ? 2 : 1).map((reference) => ({ type: 'pull', reference })),
    },
    {
      engine: {
        description: { host: { arch: 'x86_64' } },
        image: () => Promise.resolve(undefined),
        pull: (reference: string) =>
          Promise.resolve(reference === REFERENCES[0] || !next ? outcome : next),
      } as unknown as Engine,
      work: {
        emit: () => undefined,
        slot: (work) => work(),
        signal: new AbortController().signal,
        refresh: false,
        timeoutSeconds: 10,
      },
      overlayRecipe: recipe,
      archiveRecipe: recipe,
      registries: new Map(),
      pulls: new Map(),
    },
  );
}

describe('a base whose pull fails', () => {
  it('is not available where the registry does not serve it', async () => {
    const made = await prepared({ type: 'unavailable', reason: 'manifest unknown' });
    assert.deepEqual(made, {
      type: 'unavailable',
      reason: 'no source serves the base debian-13: pull debian:trixie: manifest unknown',
    });
  });

  it('is tried from its next source, whatever the cause', async () => {
    const made = await prepared(
      { type: 'failed', reason: 'no space left on device', log: [] },
      { type: 'unavailable', reason: 'manifest unknown' },
    );
    assert.deepEqual(made, {
      type: 'failed',
      reason:
        'no source serves the base debian-13: pull debian:trixie: no space left on device; pull debian:13: manifest unknown',
    });
  });

  it('is an error where this machine is the cause, so that no row is left out for it', async () => {
    const made = await prepared({ type: 'failed', reason: 'no space left on device', log: [] });
    assert.deepEqual(made, {
      type: 'failed',
      reason: 'no source serves the base debian-13: pull debian:trixie: no space left on device',
    });
  });
});
