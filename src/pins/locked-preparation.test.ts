import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Engine, StoredImage } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Prepared } from '../images/outcome.ts';
import type { Environment } from '../model.ts';
import { scriptedEngine } from '../../test/support/scripted-engine.ts';
import type { Lock } from './lock-file.ts';
import { lockedPreparation } from './locked-preparation.ts';

const fingerprint = '0c'.repeat(32);
const reference = 'race-matrix/a/py:0c0c';
const lock: Lock = {
  kind: 'lock',
  schema: 1,
  reproduction: '00'.repeat(32),
  environments: { 'a/py': { reference, fingerprint, source: 'then', packages: { libc6: '1' } } },
};
const environment = { id: 'a/py' } as Environment;

/**
 * Asks for the row's image where the engine has `stored`, and its package manager prints `list`.
 */
function had(parts: {
  readonly stored?: Partial<StoredImage>;
  readonly list?: string;
  readonly made?: Prepared;
  readonly row?: string;
}): Promise<Prepared> {
  const engine: Engine = {
    ...scriptedEngine({}),
    image: () =>
      Promise.resolve(
        parts.stored && { id: 'kept', tags: [], labels: {}, size: 1, digests: [], ...parts.stored },
      ),
    run: (request) => {
      request.onStdout(Buffer.from(parts.list ?? 'libc6 1\n'));
      return Promise.resolve({ type: 'exited', status: 0, seconds: 1 });
    },
  };
  const prepare = lockedPreparation({
    ...{ engine, lock, home: undefined },
    prepare: () => Promise.resolve(parts.made ?? { type: 'failed', reason: 'nobody makes one' }),
    limits: { labels: {}, memoryBytes: 1, pids: 1 },
    signal: new AbortController().signal,
  });
  return prepare({ ...environment, id: parts.row ?? environment.id });
}

const labels = { [LABELS.fingerprint]: fingerprint };
const made = (is: string): Prepared => ({
  type: 'ready',
  image: { id: 'made', reference, fingerprint: is, source: 'now', identity: is },
  built: true,
});

describe('a locked run', () => {
  it('uses the image that is kept, or one that is made and the same', async () => {
    for (const parts of [{ stored: { labels } }, { made: made(fingerprint) }]) {
      assert.equal((await had(parts)).type, 'ready');
    }
  });

  it('does not use another image under the name of the locked one', async () => {
    assert.equal((await had({ stored: { labels: {} } })).type, 'failed');
  });

  it('skips a row with what moved, be it in a kept image or in a new one', async () => {
    for (const parts of [{ stored: { labels } }, { made: made(fingerprint) }]) {
      const prepared = await had({ ...parts, list: 'libc6 2\n' });
      assert.ok(prepared.type === 'unavailable');
      assert.match(prepared.reason, /libc6 1 → 2/);
    }
  });

  it('skips a row whose recipe is another one although its packages are the same', async () => {
    const prepared = await had({ made: made('ff'.repeat(32)) });
    assert.ok(prepared.type === 'unavailable');
    assert.match(prepared.reason, /its recipe, arguments or base changed/);
  });

  it('skips a row that was not locked, and makes an error of packages that cannot be listed', async () => {
    assert.equal((await had({ row: 'constructor', stored: { labels } })).type, 'unavailable');
    assert.equal((await had({ stored: { labels }, list: '' })).type, 'failed');
  });
});
