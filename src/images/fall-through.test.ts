import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Base, BaseSource } from '../model.ts';
import { fallingThrough } from './fall-through.ts';
import type { ImageEvent, Prepared, UsableImage } from './outcome.ts';

const snapshot = (moment: string): BaseSource => ({
  type: 'bootstrap',
  release: 'bullseye',
  archive: { type: 'snapshot', main: 'http://s', security: 'http://s', moment },
});
const base: Base = {
  id: 'debian-11',
  sources: [
    { type: 'pull', reference: 'debian:bullseye-slim' },
    { type: 'bootstrap', release: 'bullseye' },
    snapshot('20260830T000000Z'),
  ],
};
const image = (served: BaseSource | undefined): UsableImage => ({
  ...{ id: 'i', reference: 'r', fingerprint: 'f', source: 's', identity: 'd', served },
});
const ready = (served: BaseSource | undefined): Prepared => ({
  type: 'ready',
  image: image(served),
  built: true,
});
const gone: Prepared = {
  type: 'failed',
  reason: 'The build failed: code 100\nE: apt says more',
  problem: { type: 'no-suite', text: 'http://m/debian bullseye does not exist' },
};

/** Builds on the base. `outcomes` has one outcome for each of its sources, by their number. */
async function built(outcomes: readonly Prepared[], wanted = base, times = 1) {
  const events: ImageEvent[] = [];
  const asked: number[] = [];
  const onSources = fallingThrough(
    // The registry does not answer, so that the first source never serves where there is another one.
    ({ sources }) =>
      Promise.resolve(ready(sources.find(({ type }) => type !== 'pull') ?? sources[0])),
    (event) => events.push(event),
  );
  const results = await Promise.all(
    Array.from({ length: times }, () =>
      onSources(wanted, ({ sources }) => {
        const at = wanted.sources.length - sources.length;
        asked.push(at);
        return Promise.resolve(outcomes[at] ?? assert.fail(`nothing is said of source ${at}`));
      }),
    ),
  );
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
  return { result: results[0] ?? assert.fail(), notices, asked };
}

describe('a layer whose archive fails', () => {
  it('is built on the source after the one that served, which is said once', async () => {
    const { result, notices, asked } = await built([gone, gone, ready(undefined)], base, 3);
    assert.equal(result.type, 'ready');
    assert.deepEqual(new Set(asked), new Set([0, 2]));
    assert.deepEqual(notices, [
      'debian-11: the bootstrap from the Debian archive: http://m/debian bullseye does not exist. ' +
        'Trying the bootstrap from the snapshot of 20260830T000000Z next.',
    ]);
  });

  it('names each archive in its first line where all of them fail, and what helps', async () => {
    const { result } = await built([gone, gone, gone]);
    assert.ok(result.type === 'failed' && result.problem === undefined);
    assert.equal(
      result.reason.split('\n')[0],
      'no archive of debian-11 has what this row needs: the bootstrap from the Debian archive: ' +
        'http://m/debian bullseye does not exist; the bootstrap from the snapshot of 20260830T000000Z: ' +
        'http://m/debian bullseye does not exist; name another one under `archives` in the entry of debian-11',
    );
    assert.match(result.reason, /apt says more/);
  });

  it('says of the base that the next source did not give what the base says', async () => {
    const none: Prepared = {
      type: 'unavailable',
      reason: 'no source serves the base debian-11: x',
    };
    const { result } = await built([gone, gone, none]);
    assert.ok(result.type === 'failed');
    assert.match(result.reason, /bullseye does not exist; no source serves the base debian-11: x/);
  });

  it('is an error at once where something else is wrong with it, or nothing', async () => {
    const other: Prepared = { type: 'failed', reason: 'cc: error' };
    for (const outcome of [
      other,
      ready(undefined),
      { type: 'unavailable', reason: 'no' } as const,
      { type: 'cancelled' } as const,
    ]) {
      const { result, notices, asked } = await built([outcome]);
      assert.deepEqual([result, notices, asked], [outcome, [], [0]]);
    }
    assert.deepEqual((await built([gone, gone, other])).result, other);
  });
});
