/** Images from a registry: a real engine, and a real registry on loopback. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Engine } from '../../src/engine/engine.ts';
import { openEngine } from '../../src/engine/opening/open.ts';
import { buildRecipe } from '../../src/images/build-recipe.ts';
import { openImageCache } from '../../src/images/image-cache.ts';
import { LABELS } from '../../src/images/naming.ts';
import type { Prepared } from '../../src/images/outcome.ts';
import {
  cannotStartRegistry,
  startRegistry,
  USER,
  type Registry,
} from '../support/registry/registry.ts';
import { startSpoilingProxy } from '../support/registry/spoiling-proxy.ts';
import { cannotStartPrivateEngine, plainEnvironment } from './engine-under-test.ts';

const signal = new AbortController().signal;
const skip = (await cannotStartPrivateEngine()) || cannotStartRegistry();
const env = plainEnvironment();

let folder = '';
let engine: Engine;
let registry: Registry;

before(async () => {
  if (skip !== false) return;
  registry = await startRegistry();
  folder = mkdtempSync(join(tmpdir(), 'cache-test-'));
  env['HOME'] = folder;
  const opened = await openEngine(
    {
      explicit: 'private',
      env,
      cacheFolder: process.env['MATRIX_TEST_CACHE'] ?? folder,
      notify: () => undefined,
    },
    signal,
  );
  assert.ok(opened.type === 'ready', JSON.stringify(opened));
  engine = opened.engine;
});
after(async () => {
  if (skip !== false) return;
  await engine.close();
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Had {
  readonly prepared: Prepared;
  /** Whether it was built here. */
  readonly built: boolean;
  /** Everything that a person or a log got to see. */
  readonly printed: string;
}

/** Has an image that holds `content`, on a machine that has not made it yet unless `keep`. */
async function have(repository: string, content: string, keep = false): Promise<Had> {
  const printed: unknown[] = [];
  const cache = openImageCache({
    engine,
    repository,
    signal,
    notify: (text) => printed.push(text),
  });
  const prepared = await buildRecipe(
    engine,
    {
      name: 'cache-test',
      recipe: {
        files: [
          {
            path: 'Dockerfile',
            mode: 0o644,
            content: Buffer.from('ARG BASE\nFROM scratch\nCOPY content /content\n'),
          },
          { path: 'content', mode: 0o644, content: Buffer.from(content.repeat(1000)) },
        ],
      },
      args: {},
      parents: {
        BASE: {
          ...{ id: 'scratch', reference: 'scratch', fingerprint: '0', source: 'nowhere' },
          identity: 'a parent',
        },
      },
    },
    {
      emit: (event) => printed.push(event),
      slot: (work) => work(),
      ...{ signal, refresh: false, timeoutSeconds: 120, cache },
    },
  );
  assert.ok(prepared.type === 'ready', JSON.stringify(prepared));
  const stored = await engine.image(prepared.image.reference);
  assert.equal(stored?.labels[LABELS.fingerprint], prepared.image.fingerprint);
  assert.ok(!stored.tags.some((tag) => tag.startsWith(repository)), stored.tags.join());
  if (!keep) await engine.removeImage(stored.id);
  return { prepared, built: prepared.built, printed: JSON.stringify(printed) };
}

/** The tag under which the registry has an image. */
function tagOf({ prepared }: Had): string {
  assert.ok(prepared.type === 'ready');
  return `${engine.description.host.arch}-${prepared.image.fingerprint}`;
}

describe('images from a registry', { skip }, () => {
  it('are built once for all machines, whatever it is called there', async () => {
    for (const name of ['matrix', 'team/project/matrix']) {
      const repository = `${registry.address}/${name}`;
      const first = await have(repository, `one ${name}`);
      assert.equal(first.built, true, first.printed);
      const second = await have(repository, `one ${name}`);
      assert.equal(second.built, false, second.printed);
      assert.equal((await have(repository, `another ${name}`)).built, true);
    }
  });

  it('are built here where no one answers, which is reported once', async () => {
    const gone = await startRegistry();
    await gone.stop();
    const had = await have(`${gone.address}/matrix`, 'nobody');
    assert.equal(had.built, true);
    assert.match(had.printed, /The registry is unreachable; building images locally/);
    assert.equal(had.printed.match(/registry is unreachable/g)?.length, 1);
  });

  it('are built here where the registry does not know us, and taken where it does', async () => {
    const closed = await startRegistry({ authenticated: true });
    try {
      const repository = `${closed.address}/matrix`;
      const stranger = await have(repository, 'closed');
      assert.equal(stranger.built, true);
      assert.match(stranger.printed, /Log in with docker login/);
    } finally {
      await closed.stop();
    }
    // Credentials are looked up once for each registry, so it is another one that knows us.
    const open = await startRegistry({ authenticated: true });
    try {
      const auth = Buffer.from(`${USER.name}:${USER.password}`).toString('base64');
      env['DOCKER_AUTH_CONFIG'] = JSON.stringify({ auths: { [open.address]: { auth } } });
      const repository = `${open.address}/matrix`;
      const known = [await have(repository, 'closed'), await have(repository, 'closed')];
      assert.deepEqual(
        known.map(({ built }) => built),
        [true, false],
        JSON.stringify(known),
      );
      for (const { printed } of known) {
        assert.ok(!printed.includes(USER.password) && !printed.includes(auth), printed);
      }
    } finally {
      delete env['DOCKER_AUTH_CONFIG'];
      await open.stop();
    }
  });

  it('never show a password, not even a wrong one', async () => {
    const closed = await startRegistry({ authenticated: true });
    try {
      const auth = Buffer.from('tester:Falsch-9zzz').toString('base64');
      env['DOCKER_AUTH_CONFIG'] = JSON.stringify({ auths: { [closed.address]: { auth } } });
      const had = await have(`${closed.address}/matrix`, 'wrong password');
      assert.equal(had.built, true);
      assert.ok(!had.printed.includes('Falsch-9zzz') && !had.printed.includes(auth), had.printed);
    } finally {
      delete env['DOCKER_AUTH_CONFIG'];
      await closed.stop();
    }
  });

  it('are rejected where the registry serves another one under that name', async () => {
    const proxy = await startSpoilingProxy(registry.address);
    try {
      const repository = `${proxy.address}/spoilt`;
      const other = await have(repository, 'what is served');
      await have(repository, 'what is asked for');
      proxy.harm = { type: 'other-image', tag: tagOf(other) };
      const had = await have(repository, 'what is asked for');
      assert.equal(had.built, true);
      assert.match(
        had.printed,
        /is rejected; building it locally: its label has another fingerprint/,
      );
    } finally {
      await proxy.stop();
    }
  });

  it('are rejected where their content is not what its digest says', async () => {
    const proxy = await startSpoilingProxy(registry.address);
    try {
      const repository = `${proxy.address}/flipped`;
      await have(repository, 'whole');
      proxy.harm = { type: 'flipped-byte' };
      const had = await have(repository, 'whole');
      assert.equal(had.built, true);
      assert.match(
        had.printed,
        /The image could not be pulled; building it locally: .*(verification failed|digest|checksum)/,
      );
    } finally {
      await proxy.stop();
    }
  });

  it('are built here where the registry goes away in the middle of one', async () => {
    const proxy = await startSpoilingProxy(registry.address);
    const repository = `${proxy.address}/leaving`;
    await have(repository, 'half');
    proxy.harm = { type: 'gone-in-the-middle' };
    const had = await have(repository, 'half');
    assert.equal(had.built, true);
    assert.match(had.printed, /cache [\d.:]+\/leaving: /);
    await proxy.stop();
  });
});
