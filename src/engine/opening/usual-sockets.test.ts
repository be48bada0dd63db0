import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { connect, disconnect, ping } from '../endpoint.ts';
import { type EngineSearchInput, searchPlan } from './discover.ts';

// Short, since a socket's path may have 107 characters.
const root = mkdtempSync(join(tmpdir(), 's-'));
after(() => rm(root, { recursive: true, force: true }));
let count = 0;

/** A machine whose files are below a folder of the test's; `/etc/passwd` has one line. */
function machine(folder: string, more: Partial<EngineSearchInput>): EngineSearchInput {
  return {
    platform: 'linux',
    env: { XDG_RUNTIME_DIR: join(folder, 'run') },
    uid: 1000,
    home: join(folder, 'home'),
    readFile: (path) =>
      path === '/etc/passwd'
        ? `root:x:0:0::/root:/bin/sh\nme:x:1000:1000::${join(folder, 'me')}:/bin/sh\n`
        : undefined,
    exists: (path) => path.startsWith(folder) && existsSync(path),
    list: (path) => (existsSync(path) ? readdirSync(path).sort() : []),
    ...more,
  };
}

/** Starts an engine on this socket, and asserts that it is the one which is found and answers. */
async function findsEngine(
  socket: string,
  source: string,
  more: (folder: string) => Partial<EngineSearchInput> = () => ({}),
): Promise<void> {
  count += 1;
  const folder = join(root, String(count));
  const path = join(folder, socket);
  mkdirSync(dirname(path), { recursive: true });
  const server = createServer((_, response) => response.end('OK')).listen(path);
  await once(server, 'listening');
  try {
    const search = searchPlan(undefined, machine(folder, more(folder)));
    assert.equal(search.type, 'candidates');
    assert.deepEqual(search.candidates, [{ endpoint: { type: 'unix', path }, source }]);
    const docker = connect({ type: 'unix', path });
    await ping(docker, new AbortController().signal);
    disconnect(docker);
  } finally {
    server.close();
  }
}

describe('an engine on one of the usual sockets is found', () => {
  it("of Docker, root's aside", async () => {
    await findsEngine('run/docker.sock', "Docker's socket");
    await findsEngine('home/.docker/run/docker.sock', "Docker's socket");
    await findsEngine('home/.docker/desktop/docker.sock', "Docker's socket");
  });

  it('of OrbStack and Rancher Desktop', async () => {
    await findsEngine('home/.orbstack/run/docker.sock', "OrbStack's socket");
    await findsEngine('home/.rd/docker.sock', "Rancher Desktop's socket");
  });

  it('of Colima, in its older and newer folders, of any profile', async () => {
    await findsEngine('home/.colima/default/docker.sock', "Colima's socket");
    await findsEngine('home/.colima/work/docker.sock', "Colima's socket");
    await findsEngine('home/.config/colima/default/docker.sock', "Colima's socket");
    await findsEngine('settings/colima/work/docker.sock', "Colima's socket", (folder) => ({
      env: { XDG_CONFIG_HOME: join(folder, 'settings') },
    }));
    await findsEngine('elsewhere/work/docker.sock', "Colima's socket", (folder) => ({
      env: { COLIMA_HOME: join(folder, 'elsewhere') },
    }));
  });

  it('of Lima, of any instance', async () => {
    await findsEngine('home/.lima/docker/sock/docker.sock', "Lima's socket");
    await findsEngine('home/.lima/podman/sock/podman.sock', "Lima's socket");
    await findsEngine('lima/mine/sock/docker.sock', "Lima's socket", (folder) => ({
      env: { LIMA_HOME: join(folder, 'lima') },
    }));
  });

  it('of Podman and its machines', async () => {
    const machines = 'home/.local/share/containers/podman/machine';
    const source = "Podman machine's socket";
    await findsEngine('run/podman/podman.sock', "Podman's socket");
    await findsEngine(`${machines}/podman.sock`, source);
    await findsEngine(`${machines}/mine/podman.sock`, source);
    await findsEngine('run/podman/mine-api.sock', source);
    await findsEngine('T/podman/podman-machine-default-api.sock', source, (folder) => ({
      platform: 'darwin',
      env: { TMPDIR: join(folder, 'T') },
    }));
  });

  it('and none in the current folder where a variable is empty', () => {
    const env = { XDG_RUNTIME_DIR: '', COLIMA_HOME: '', LIMA_HOME: '', TMPDIR: '' };
    const more = { env, exists: () => true, list: () => ['x-api.sock'] };
    const search = searchPlan(undefined, machine('/m', more));
    assert.equal(search.type, 'candidates');
    const paths = search.candidates.map(({ endpoint }) =>
      endpoint.type === 'unix' ? endpoint.path : '',
    );
    assert.ok(paths.includes('/run/user/1000/docker.sock'));
    assert.deepEqual(
      paths.filter((path) => !path.startsWith('/')),
      [],
    );
  });

  it('of the user who called sudo, in the home folder', async () => {
    const env = { SUDO_USER: 'me', SUDO_UID: '1000' };
    const sudo = () => ({ env, uid: 0 });
    await findsEngine('me/.docker/desktop/docker.sock', "Docker's socket of me", sudo);
    await findsEngine('me/.colima/default/docker.sock', "Colima's socket of me", sudo);
  });
});

describe('the sockets of the user who called sudo', () => {
  const paths = (more: Partial<EngineSearchInput>) => {
    const search = searchPlan(undefined, machine('/m', { exists: () => true, ...more }));
    assert.equal(search.type, 'candidates');
    return search.candidates.map(({ endpoint }) => (endpoint.type === 'unix' ? endpoint.path : ''));
  };
  const env = { SUDO_USER: 'me', SUDO_UID: '1000' };

  it("come after root's own", () => {
    const found = paths({ env, uid: 0 });
    assert.equal(found[0], '/var/run/docker.sock');
    for (const socket of ['/run/user/1000/docker.sock', '/run/user/1000/podman/podman.sock']) {
      assert.ok(found.indexOf(socket) > found.indexOf('/run/podman/podman.sock'), socket);
    }
    assert.ok(paths({ env, uid: 0, platform: 'darwin' }).includes('/Users/me/.rd/docker.sock'));
  });

  it('are not looked at without sudo', () => {
    const none = [
      { env, uid: 1001 },
      { env: { SUDO_USER: 'root', SUDO_UID: '0' }, uid: 0 },
      { env: {}, uid: 0 },
    ];
    for (const more of none) {
      assert.ok(!paths(more).some((path) => path.includes('1000') || path.startsWith('/m/me')));
    }
  });
});
