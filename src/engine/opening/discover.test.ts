import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type EngineSearch, type EngineSearchInput, searchPlan } from './discover.ts';
import { describeEndpoint } from '../endpoint.ts';

/** A machine on which exactly these files and sockets exist. */
function world(
  more: Partial<EngineSearchInput> & {
    readonly files?: Readonly<Record<string, string>>;
    readonly sockets?: readonly string[];
  } = {},
): EngineSearchInput {
  return {
    platform: 'linux',
    env: {},
    uid: 1000,
    home: '/home/me',
    readFile: (path) => more.files?.[path],
    exists: (path) => more.sockets?.includes(path) ?? false,
    list: () => [],
    ...more,
  };
}

function addresses(search: EngineSearch): string[] {
  assert.equal(search.type, 'candidates', JSON.stringify(search));
  return search.candidates.map(({ endpoint }) => describeEndpoint(endpoint));
}

function contextFiles(name: string, host: string): Record<string, string> {
  const digest = createHash('sha256').update(name).digest('hex');
  return {
    '/home/me/.docker/config.json': JSON.stringify({ currentContext: name }),
    [`/home/me/.docker/contexts/meta/${digest}/meta.json`]: JSON.stringify({
      Name: name,
      Endpoints: { docker: { Host: host } },
    }),
  };
}

const EVERYWHERE = [
  '/var/run/docker.sock',
  '/run/podman/podman.sock',
  '/run/user/1000/podman/podman.sock',
  '/run/user/1000/docker.sock',
];

describe('looking for an engine', () => {
  it('looks nowhere else when the user named one', () => {
    const env = { DOCKER_HOST: 'tcp://b:2' };
    const files = contextFiles('mine', 'unix:///c.sock');
    const named = searchPlan('unix:///a.sock', world({ env, files, sockets: EVERYWHERE }));
    assert.equal(named.type, 'named');
    assert.equal(describeEndpoint(named.candidate.endpoint), 'unix:///a.sock');
    const host = searchPlan(undefined, world({ env, files, sockets: EVERYWHERE }));
    assert.equal(host.type, 'named');
    assert.equal(host.candidate.source, 'DOCKER_HOST');
  });

  it('takes an unusable name for an error, not for a reason to look further', () => {
    assert.equal(searchPlan('ftp://x', world({ sockets: EVERYWHERE })).type, 'invalid');
    assert.equal(
      searchPlan(undefined, world({ env: { DOCKER_HOST: 'ftp://x' }, sockets: EVERYWHERE })).type,
      'invalid',
    );
    assert.equal(
      searchPlan(undefined, world({ env: { DOCKER_CONTEXT: 'unknown' }, sockets: EVERYWHERE }))
        .type,
      'invalid',
    );
  });

  it("tries the docker command's context first, then root's sockets and the user's", () => {
    const files = contextFiles('mine', 'unix:///c.sock');
    assert.deepEqual(addresses(searchPlan(undefined, world({ files, sockets: EVERYWHERE }))), [
      'unix:///c.sock',
      'unix:///var/run/docker.sock',
      'unix:///run/user/1000/docker.sock',
      'unix:///run/podman/podman.sock',
      'unix:///run/user/1000/podman/podman.sock',
    ]);
  });

  it("looks where the user's environment keeps its sockets", () => {
    const sockets = ['/elsewhere/podman/podman.sock'];
    const env = { XDG_RUNTIME_DIR: '/elsewhere' };
    assert.deepEqual(addresses(searchPlan(undefined, world({ env, sockets }))), [
      'unix:///elsewhere/podman/podman.sock',
    ]);
  });

  it("speaks to a context with the context's own TLS files, and never the environment's", () => {
    const digest = createHash('sha256').update('mine').digest('hex');
    const own = `/home/me/.docker/contexts/tls/${digest}/docker`;
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' };
    const strangers = { '/c/ca.pem': 'x', '/c/cert.pem': 'x', '/c/key.pem': 'x' };
    const endpoint = (files: Record<string, string>, address: string) => {
      const all = { ...strangers, ...contextFiles('mine', address), ...files };
      const search = searchPlan(undefined, world({ env, files: all }));
      assert.equal(search.type, 'candidates', JSON.stringify(search));
      return search.candidates[0]?.endpoint;
    };
    const at = { type: 'tcp', host: 'h' };
    assert.deepEqual(
      endpoint(
        { [`${own}/ca.pem`]: 'a', [`${own}/cert.pem`]: 'b', [`${own}/key.pem`]: 'c' },
        'tcp://h',
      ),
      { ...at, port: 2376, tls: { ca: 'a', cert: 'b', key: 'c', insecure: false } },
    );
    assert.deepEqual(endpoint({}, 'tcp://h'), { ...at, port: 2375 });
    assert.deepEqual(endpoint({}, 'tcp://h:2376'), { ...at, port: 2376, tls: {} });
  });

  it('checks no certificate where a context says so', () => {
    const [, [path, text] = ['', '']] = Object.entries(contextFiles('mine', 'tcp://h'));
    const files = {
      ...contextFiles('mine', 'tcp://h'),
      [path]: text.replace('"Host"', '"SkipTLSVerify":true,"Host"'),
    };
    const search = searchPlan(undefined, world({ files }));
    assert.equal(search.type, 'candidates');
    assert.deepEqual(search.candidates[0]?.endpoint, {
      ...{ type: 'tcp', host: 'h', port: 2376 },
      tls: { insecure: true },
    });
  });

  it("takes the engine that Podman's CONTAINER_HOST names, after Docker's variables", () => {
    const env = { CONTAINER_HOST: 'unix:///podman.sock', DOCKER_TLS_VERIFY: '1' };
    const files = contextFiles('mine', 'unix:///c.sock');
    const source = (more: NodeJS.ProcessEnv) => {
      const search = searchPlan(undefined, world({ env: { ...env, ...more }, files }));
      assert.equal(search.type, 'named', JSON.stringify(search));
      return `${search.candidate.source}: ${describeEndpoint(search.candidate.endpoint)}`;
    };
    assert.equal(source({}), 'CONTAINER_HOST: unix:///podman.sock');
    assert.equal(source({ CONTAINER_HOST: 'tcp://h:1' }), 'CONTAINER_HOST: tcp://h:1');
    assert.equal(source({ DOCKER_HOST: 'unix:///d.sock' }), 'DOCKER_HOST: unix:///d.sock');
    assert.equal(source({ DOCKER_CONTEXT: 'mine' }), 'docker context "mine": unix:///c.sock');
  });

  it("connects by Podman's own command and key where CONTAINER_HOST is behind ssh", () => {
    const env = { CONTAINER_HOST: 'ssh://core@localhost:1/run/p.sock', CONTAINER_SSHKEY: '/k' };
    const search = searchPlan(undefined, world({ env }));
    assert.equal(search.type, 'named', JSON.stringify(search));
    assert.deepEqual(search.candidate.endpoint, {
      type: 'ssh',
      host: 'localhost',
      user: 'core',
      port: 1,
      socket: '/run/p.sock',
      program: 'podman',
      identity: '/k',
    });
  });

  it('looks further where CONTAINER_HOST is an address that only Podman can use, and reports it', () => {
    const env = { CONTAINER_HOST: 'vsock://2:1024' };
    const search = searchPlan(undefined, world({ env, sockets: EVERYWHERE }));
    assert.equal(addresses(search).length, EVERYWHERE.length);
    assert.match(
      search.type === 'candidates' ? search.notes.join() : '',
      /^CONTAINER_HOST: "vsock:\/\/" is not supported/,
    );
  });

  it('knows the default context for none', () => {
    const files = { '/home/me/.docker/config.json': '{"currentContext":"default"}' };
    assert.deepEqual(addresses(searchPlan(undefined, world({ files }))), []);
  });

  it('continues past a broken configuration, and reports it', () => {
    for (const config of ['{', '[]', '{"currentContext":"gone"}']) {
      const files = { '/home/me/.docker/config.json': config };
      const search = searchPlan(undefined, world({ files, sockets: EVERYWHERE }));
      assert.equal(addresses(search).length, EVERYWHERE.length);
      if (config !== '[]') assert.equal(search.type === 'candidates' && search.notes.length, 1);
    }
  });

  it('tries the pipes of Docker Desktop and Podman on Windows', () => {
    const found = addresses(searchPlan(undefined, world({ platform: 'win32', uid: undefined })));
    assert.deepEqual(found, [
      'npipe:////./pipe/docker_engine',
      'npipe:////./pipe/dockerDesktopLinuxEngine',
      'npipe:////./pipe/podman-machine-default',
    ]);
  });

  it('tries the context of Docker Desktop on Windows first', () => {
    const files = contextFiles('desktop-linux', 'npipe:////./pipe/dockerDesktopLinuxEngine');
    const search = searchPlan(undefined, world({ platform: 'win32', files }));
    assert.equal(addresses(search)[0], 'npipe:////./pipe/dockerDesktopLinuxEngine');
  });

  it('goes straight to the private engine when asked to', () => {
    assert.deepEqual(searchPlan('private', world({ sockets: EVERYWHERE })), { type: 'private' });
  });
});
