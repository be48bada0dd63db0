import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Environment } from '../model.ts';
import type { Lock } from '../pins/lock-file.ts';
import { environment, planOf } from '../../test/support/small-plan.ts';
import { joinRegistryRows } from './ask-registries.ts';

const GONE = 'Get "https://r.example/v2/": dial tcp: lookup r.example: no such host';
const { signal } = new AbortController();

function row(base: string, reference: string): Environment {
  const plain = environment(base, 'system');
  return { ...plain, base: { ...plain.base, sources: [{ type: 'pull', reference }] } };
}

const FEDORA = row('fedora', 'fedora:44');
const ARCH = row('arch', 'archlinux:latest');
const WHEELS = row('manylinux', 'quay.example/pypa/manylinux:latest');
const PLAN = { ...planOf([environment('debian', 'py')]), registryRows: [FEDORA, ARCH, WHEELS] };

/** Joins the rows on an engine whose registries refuse as given; the requested images are kept. */
async function joined(
  refusals: Readonly<Record<string, string>>,
  options: { readonly name?: string; readonly lock?: Lock; readonly isLost?: boolean } = {},
) {
  const asked: string[] = [];
  const printed: string[] = [];
  const { isLost = false } = options;
  const description = { name: options.name ?? 'docker' } as never;
  const plan = await joinRegistryRows(
    {
      description,
      registryRefusal: (reference) => {
        asked.push(`question ${reference}`);
        const reason = refusals[reference];
        return Promise.resolve(reason === undefined ? undefined : { reason, isLost });
      },
      pull: (reference) => {
        asked.push(`pull ${reference}`);
        const reason = refusals[reference];
        return Promise.resolve(
          reason === undefined
            ? { type: 'cancelled' }
            : isLost
              ? { type: 'failed', reason, log: [] }
              : { type: 'unavailable', reason },
        );
      },
    },
    PLAN,
    { lock: options.lock, print: (text) => printed.push(text), signal },
  );
  return { asked, printed, plan, ids: plan.environments.map(({ id }) => id) };
}

describe('rows that need a registry', () => {
  it('join the others if it answers, after one question for each registry', async () => {
    const { ids, asked, printed, plan } = await joined({});
    assert.deepEqual(ids, ['debian/py', 'fedora/system', 'arch/system', 'manylinux/system']);
    assert.deepEqual(asked, ['question fedora:44', 'question quay.example/pypa/manylinux:latest']);
    assert.deepEqual(printed, []);
    assert.equal(plan.leftOut, undefined);
  });

  it('are left out in one line if none answers', async () => {
    const { ids, printed, plan } = await joined({
      'fedora:44': GONE,
      'quay.example/pypa/manylinux:latest': GONE,
    });
    assert.deepEqual(ids, ['debian/py']);
    const cause = 'does not answer: dial tcp: lookup r.example: no such host';
    assert.deepEqual(printed, [
      `3 rows left out: the registry docker.io ${cause}; the registry quay.example ${cause}.`,
    ]);
    assert.deepEqual(
      plan.leftOut?.map(({ environments }) => environments),
      [['fedora/system', 'arch/system'], ['manylinux/system']],
    );
  });

  it('are left out only where their own registry does not answer', async () => {
    const { ids } = await joined({ 'quay.example/pypa/manylinux:latest': GONE });
    assert.deepEqual(ids, ['debian/py', 'fedora/system', 'arch/system']);
  });

  it('join the others if the registry answers that it lacks the image, or that it is busy', async () => {
    for (const refusal of ['manifest unknown', 'toomanyrequests: too many pulls']) {
      assert.equal((await joined({ 'fedora:44': refusal })).ids.length, 4, refusal);
    }
  });

  it('are asked for by a pull on Podman, which knows no other question', async () => {
    const { ids, asked } = await joined({ 'fedora:44': GONE }, { name: 'podman' });
    assert.deepEqual(asked, ['pull fedora:44', 'pull quay.example/pypa/manylinux:latest']);
    assert.deepEqual(ids, ['debian/py', 'manylinux/system']);
  });

  it('join the others if the engine was lost before it could tell', async () => {
    for (const name of ['docker', 'podman']) {
      const lost = { 'fedora:44': 'ssh: connect to host x: Connection refused' };
      const { ids } = await joined(lost, { name, isLost: true });
      assert.ok(ids.includes(FEDORA.id), name);
    }
  });

  it('are left out of a locked run if the lock does not have them', async () => {
    const locked = { reference: 'x', fingerprint: 'x', source: 'x', packages: {} };
    const lock: Lock = {
      ...{ kind: 'lock', schema: 1, reproduction: '0'.repeat(64) },
      environments: { 'debian/py': locked, 'arch/system': locked },
    };
    const { ids, printed, asked } = await joined({}, { lock });
    assert.deepEqual(ids, ['debian/py', 'arch/system']);
    assert.deepEqual(asked, ['question archlinux:latest']);
    assert.deepEqual(printed, ['2 rows left out: the lock does not have them.']);
  });
});
