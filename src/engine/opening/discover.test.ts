import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type Search, type Surroundings, searchPlan } from './discover.ts';
import { describeEndpoint } from '../endpoint.ts';

/** A machine on which exactly these files and sockets exist. */
function world(
  more: Partial<Surroundings> & {
    readonly files?: Readonly<Record<string, string>>;
    readonly sockets?: readonly string[];
  } = {},
): Surroundings {
  return {
    platform: 'linux',
    env: {},
    uid: 1000,
    home: '/home/me',
    readFile: (path) => more.files?.[path],
    exists: (path) => more.sockets?.includes(path) ?? false,
    ...more,
  };
}

function addresses(search: Search): string[] {
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
    assert.equal(searchPlan('ssh://x', world({ sockets: EVERYWHERE })).type, 'invalid');
    assert.equal(
      searchPlan(undefined, world({ env: { DOCKER_HOST: 'ssh://x' }, sockets: EVERYWHERE })).type,
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

  it('knows the default context for none', () => {
    const files = { '/home/me/.docker/config.json': '{"currentContext":"default"}' };
    assert.deepEqual(addresses(searchPlan(undefined, world({ files }))), []);
  });

  it('goes on past a broken configuration, and says so', () => {
    for (const config of ['{', '[]', '{"currentContext":"gone"}']) {
      const files = { '/home/me/.docker/config.json': config };
      const search = searchPlan(undefined, world({ files, sockets: EVERYWHERE }));
      assert.equal(addresses(search).length, EVERYWHERE.length);
      if (config !== '[]') assert.equal(search.type === 'candidates' && search.notes.length, 1);
    }
  });

  it('goes straight to the private engine when asked to', () => {
    assert.deepEqual(searchPlan('private', world({ sockets: EVERYWHERE })), { type: 'private' });
  });
});
