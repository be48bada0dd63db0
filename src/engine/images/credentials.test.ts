import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  askHelper,
  findCredentials,
  withoutSecrets,
  type CredentialSources,
  type HelperAnswer,
} from './credentials.ts';

function sources(
  files: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
  helper: (name: string, registry: string) => HelperAnswer = () => assert.fail('nobody asked'),
): CredentialSources {
  return {
    env,
    home: '/home/me',
    readFile: (path) => files[path],
    ask: (name, registry) => Promise.resolve(helper(name, registry)),
  };
}

const basic = (pair: string) => Buffer.from(pair).toString('base64');
const inHome = (config: object) => ({ '/home/me/.docker/config.json': JSON.stringify(config) });
const me = { username: 'me', password: 's3cret:x' };

describe('the credentials of a registry', () => {
  it('are those of docker login', async () => {
    for (const key of ['ghcr.io', 'https://ghcr.io', 'https://ghcr.io/v1/']) {
      const config = inHome({ auths: { [key]: { auth: basic('me:s3cret:x') } } });
      assert.deepEqual(await findCredentials('ghcr.io', sources(config)), {
        type: 'found',
        credentials: { ...me, serveraddress: 'ghcr.io' },
      });
      assert.deepEqual(await findCredentials('quay.io', sources(config)), { type: 'none' });
    }
    const hub = inHome({
      auths: { 'https://index.docker.io/v1/': { auth: basic('me:s3cret:x') } },
    });
    assert.equal((await findCredentials('docker.io', sources(hub))).type, 'found');
  });

  it('are not taken for those of another port or of a longer name', async () => {
    const config = inHome({ auths: { 'localhost:5000': { auth: basic('me:x') } } });
    for (const registry of ['localhost', 'localhost:50001', 'localhost:5000.evil.org']) {
      assert.equal((await findCredentials(registry, sources(config))).type, 'none');
    }
  });

  it('are those of the variables that CI systems set', async () => {
    const auths = { auths: { 'r:5000': { auth: basic('me:s3cret:x') } } };
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify(auths) };
    assert.equal((await findCredentials('r:5000', sources({}, env))).type, 'found');
    const elsewhere = { '/etc/d/config.json': JSON.stringify(auths) };
    const folder = { DOCKER_CONFIG: '/etc/d' };
    assert.equal((await findCredentials('r:5000', sources(elsewhere, folder))).type, 'found');
    const unset = sources(inHome(auths), { DOCKER_CONFIG: '' });
    assert.equal((await findCredentials('r:5000', unset)).type, 'found');
  });

  it('are those of docker login where such a variable is empty', async () => {
    const config = inHome({ auths: { 'ghcr.io': { auth: basic('me:s3cret:x') } } });
    const env = { DOCKER_AUTH_CONFIG: '', DOCKER_CONFIG: '' };
    assert.equal((await findCredentials('ghcr.io', sources(config, env))).type, 'found');
    const empty = { '/home/me/.docker/config.json': '' };
    assert.equal((await findCredentials('ghcr.io', sources(empty))).type, 'none');
  });

  it('are asked of the helper of that registry, or of the store of all', async () => {
    const config = inHome({
      credHelpers: { 'gcr.io': 'gcloud' },
      credsStore: 'pass',
      auths: { 'ghcr.io': {} },
    });
    const asked: string[] = [];
    const helper = (name: string, registry: string): HelperAnswer => {
      asked.push(`${name} ${registry}`);
      return { type: 'answer', text: '{"Username":"<token>","Secret":"t0ken"}' };
    };
    assert.deepEqual(await findCredentials('gcr.io', sources(config, {}, helper)), {
      type: 'found',
      credentials: { identitytoken: 't0ken', serveraddress: 'gcr.io' },
    });
    await findCredentials('ghcr.io', sources(config, {}, helper));
    assert.deepEqual(asked, ['gcloud gcr.io', 'pass ghcr.io']);
    const none = sources(config, {}, () => ({ type: 'none' }));
    assert.equal((await findCredentials('ghcr.io', none)).type, 'none');
  });

  it('that are broken are said to be, without a word of what they hold', async () => {
    const secret = 'hunter2hunter2';
    const cases: readonly CredentialSources[] = [
      sources({ '/home/me/.docker/config.json': `{"auths": "${secret}` }),
      sources({}, { DOCKER_AUTH_CONFIG: secret }),
      sources(inHome({ auths: { 'r.io': { auth: basic(secret) } } })),
      sources(inHome({ credsStore: `../../${secret}` })),
      sources(inHome({ credsStore: 'x' }), {}, () => ({ type: 'answer', text: secret })),
      sources(inHome({ credsStore: 'x' }), {}, () => ({ type: 'failed', reason: 'is broken' })),
    ];
    for (const one of cases) {
      const found = await findCredentials('r.io', one);
      assert.ok(found.type === 'broken');
      assert.ok(!found.reason.includes(secret), found.reason);
    }
  });

  it('stand in no text that they are taken out of', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.stringMatching(/^[a-z0-9]{8,20}$/),
        fc.string(),
        (a, password, b) => {
          const credentials = { username: 'me', password, serveraddress: 'r.io' };
          const forms = `${a}${password}${b} ${basic(`me:${password}`)}`;
          assert.ok(!withoutSecrets(forms, credentials).includes(password));
        },
      ),
    );
  });
});

describe('a credential helper', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'helper-'));
    for (const [name, script] of [
      ['good', 'read -r r; printf \'{"Username":"me","Secret":"for %s"}\' "$r"'],
      ['empty', 'echo "credentials not found in native keychain"; exit 1'],
      ['bad', 'echo hunter2; echo hunter2 >&2; exit 3'],
    ] as const) {
      const path = join(folder, `docker-credential-${name}`);
      await writeFile(path, `#!/bin/sh\n${script}\n`);
      await chmod(path, 0o755);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is asked by its protocol', async () => {
    const ask = askHelper({ PATH: `${folder}:/usr/bin:/bin` });
    assert.deepEqual(await ask('good', 'r.io'), {
      type: 'answer',
      text: '{"Username":"me","Secret":"for r.io"}',
    });
    assert.deepEqual(await ask('empty', 'r.io'), { type: 'none' });
    assert.deepEqual(await ask('bad', 'r.io'), { type: 'failed', reason: 'ended with status 3' });
    assert.deepEqual(await ask('nosuch', 'r.io'), { type: 'failed', reason: 'is not installed' });
  });
});
