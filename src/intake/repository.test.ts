import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import type { IntakeProblem } from './problem.ts';
import { openRemote } from './repository.ts';
import { takeIn, type TakenIn } from './take-in.ts';

let scratch = '';
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'repository-'));
});
after(() => rm(scratch, { recursive: true, force: true }));

/** While a suite runs, and not before: other test files share this process. */
function useOwnHome(): void {
  const mine = ['HOME', 'XDG_CONFIG_HOME', 'TMPDIR'];
  const previous = new Map(mine.map((name) => [name, process.env[name]]));
  before(async () => {
    for (const name of mine) {
      const folder = join(scratch, name);
      await mkdir(folder, { recursive: true });
      process.env[name] = folder;
    }
  });
  after(() => {
    for (const [name, value] of previous) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });
}

const IDENTITY = ['-c', 'user.name=A', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main'];

function git(folder: string, ...args: string[]): string {
  const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const;
  return execFileSync('git', [...IDENTITY, ...args], options).trim();
}

const SH = '#!/bin/sh\ncat version\n';

let count = 0;
async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    await chmod(path, name.endsWith('.sh') ? 0o755 : 0o644);
  }
}

/** A repository with two commits; the first is tagged `v1`. */
async function repository(files: Readonly<Record<string, string>> = {}): Promise<string> {
  count += 1;
  const folder = join(scratch, `repository ${count}`);
  await mkdir(folder);
  git(folder, 'init', '-q');
  await write(folder, {
    'run.sh': SH,
    version: '1\n',
    'sub/run.sh': SH,
    'sub/version': 's\n',
    'bug.py': 'print(1)\n',
  });
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'one');
  git(folder, 'tag', '-a', '-m', 'v1', 'v1');
  await write(folder, { version: '2\n', ...files });
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'two');
  return folder;
}

async function* nothing(): AsyncGenerator<string> {
  yield await Promise.resolve('');
}
const live = new AbortController().signal;

async function taken(what: string, run?: string): Promise<TakenIn> {
  const result = await takeIn({ what, run, args: [], input: nothing() }, live);
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.error));
  return result.value;
}

/** The problem; nothing is left of what was made on the way. */
async function problem(what: string): Promise<IntakeProblem> {
  const before = readdirSync(tmpdir());
  const result = await takeIn({ what, args: [], input: nothing() }, live);
  assert.ok(!result.ok, 'it was taken in');
  assert.deepEqual(readdirSync(tmpdir()), before);
  return result.error;
}

function run({ folder }: TakenIn): string {
  const env = { PATH: process.env['PATH'], PYTHON: 'python3' };
  return spawnSync('./run.sh', { cwd: folder, env, encoding: 'utf8' }).stdout.trim();
}

describe('a local repository', () => {
  useOwnHome();

  it('is taken at the commit that is named, with the commit in the description', async () => {
    const folder = await repository();
    const first = git(folder, 'rev-parse', 'v1^{commit}');
    const head = git(folder, 'rev-parse', 'HEAD');
    for (const ref of ['v1', 'HEAD~1', first, first.slice(0, 8), 'main~1', 'main^']) {
      const value = await taken(`${folder}#${ref}`);
      assert.equal(value.commit, first);
      assert.equal(run(value), '1');
      assert.equal(value.description, `${folder} at commit ${first}`);
      assert.ok(!existsSync(join(value.folder, '.git')));
      value.remove();
      assert.ok(!existsSync(value.folder));
    }
    const sub = await taken(`${folder}#main:sub`);
    assert.deepEqual([run(sub), sub.commit], ['s', head]);
    assert.equal(sub.description, `${folder} at commit ${head}, folder sub`);
    const file = await taken(`${folder}#v1:bug.py`);
    assert.deepEqual(
      [run(file), file.description],
      ['1', `${folder} at commit ${first}, file bug.py`],
    );
    assert.equal(run(await taken(`${folder}#v1`, 'sh ./run.sh; cat sub/version')), '1\ns');
  });

  it('may be bare, a linked work tree, packed, an address, or of SHA-256', async () => {
    const folder = await repository();
    const bare = join(scratch, 'bare.git');
    git(scratch, 'clone', '-q', '--bare', folder, bare);
    assert.equal(run(await taken(bare)), '2');
    assert.equal(run(await taken(`${bare}:sub`)), 's');
    assert.equal(run(await taken(`${bare}#v1`)), '1');
    assert.equal(run(await taken(`file://${encodeURI(folder)}#v1`)), '1');
    assert.equal(run(await taken(`file://${bare}:sub`)), 's');
    const linked = join(scratch, 'linked');
    git(folder, 'worktree', 'add', '-q', '-b', 'side', linked, 'v1');
    assert.equal(run(await taken(`${linked}#HEAD`)), '1');
    assert.equal((await taken(linked)).commit, git(folder, 'rev-parse', 'v1^{commit}'));
    git(folder, 'pack-refs', '--all');
    git(folder, 'gc', '-q');
    assert.equal(run(await taken(`${folder}#v1`)), '1');
    const sha256 = join(scratch, 'sha256');
    git(scratch, 'init', '-q', '--object-format=sha256', sha256);
    await write(sha256, { 'run.sh': SH, version: '256\n' });
    git(sha256, 'add', '.');
    git(sha256, 'commit', '-qm', 'one');
    assert.equal(run(await taken(`${sha256}#main`)), '256');
  });

  it('without a ref is the folder as it stands, and tells of changes', async () => {
    const folder = await repository();
    const head = git(folder, 'rev-parse', 'HEAD');
    const clean = await taken(folder);
    assert.deepEqual([run(clean), clean.commit], ['2', head]);
    assert.equal(clean.description, `${folder} at commit ${head}`);
    assert.ok(!existsSync(join(clean.folder, '.git')));
    await write(folder, { version: '3\n' });
    const changed = await taken(folder);
    assert.equal(run(changed), '3');
    assert.match(changed.description, /, with changes that are not committed$/);
    const fresh = join(scratch, 'fresh');
    git(scratch, 'init', '-q', fresh);
    await write(fresh, { 'run.sh': SH, version: 'none\n' });
    const none = await taken(fresh);
    assert.deepEqual([run(none), none.commit, none.description], ['none', undefined, fresh]);
  });

  it('tells of a change in the second of the commit', async () => {
    const folder = await repository();
    await sleep(1000 - (Date.now() % 1000));
    await write(folder, { version: '4\n' });
    git(folder, 'commit', '-qam', 'four');
    await write(folder, { version: '5\n' });
    await sleep(1000 - (Date.now() % 1000));
    assert.match((await taken(folder)).description, /, with changes that are not committed$/);
  });

  it('is found by a path that exists, whatever signs are in it', async () => {
    const folder = await repository();
    const strange = join(scratch, 'a#v1:b');
    git(scratch, 'clone', '-q', folder, strange);
    assert.equal(run(await taken(strange)), '2');
    assert.equal(run(await taken(`${strange}#v1`)), '1');
    assert.equal(run(await taken(`${strange}#v1:sub`)), 's');
  });

  it('runs nothing of what its configuration names', async () => {
    const folder = await repository({ '.gitattributes': '* filter=evil diff=evil\n', data: 'x\n' });
    const trace = join(scratch, 'ran');
    const evil = join(scratch, 'evil');
    await writeFile(evil, `#!/bin/sh\necho "$0" >>'${trace}'\ncat\n`, { mode: 0o755 });
    for (const name of [
      'post-checkout',
      'post-index-change',
      'reference-transaction',
      'pre-auto-gc',
    ]) {
      await writeFile(join(folder, '.git/hooks', name), `#!/bin/sh\necho hook >>'${trace}'\n`, {
        mode: 0o755,
      });
    }
    for (const [key, value] of Object.entries({
      'core.fsmonitor': evil,
      'core.sshCommand': evil,
      'core.hooksPath': join(folder, '.git/hooks'),
      'core.pager': evil,
      'uploadpack.packObjectsHook': evil,
      'filter.evil.clean': evil,
      'filter.evil.smudge': evil,
      'filter.evil.required': 'true',
      'diff.evil.textconv': evil,
      'credential.helper': evil,
      'protocol.ext.allow': 'always',
      'remote.origin.url': `ext::${evil}`,
      'remote.origin.uploadpack': evil,
      'remote.origin.promisor': 'true',
      'extensions.partialClone': 'origin',
    })) {
      git(folder, 'config', key, value);
    }
    // So that the state of the work tree has to be found from the content.
    await write(folder, { data: 'y\n' });
    const blob = execFileSync('git', ['ls-tree', 'v1', 'version'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const object = /[0-9a-f]{40}/.exec(blob)?.[0] ?? '';
    await rm(trace, { force: true });
    assert.match((await taken(folder)).description, /not committed/);
    assert.equal(run(await taken(`${folder}#main`)), '2');
    assert.equal(run(await taken(`file://${encodeURI(folder)}#main`)), '2');
    // A missing object would be fetched from the promisor.
    await rm(join(folder, '.git/objects', object.slice(0, 2), object.slice(2)));
    assert.match((await problem(`${folder}#v1`)).message, /missing|git failed/);
    assert.ok(!existsSync(trace), existsSync(trace) ? await readFile(trace, 'utf8') : '');
  });

  it(
    'is read although it belongs to someone else',
    { skip: process.getuid?.() !== 0 },
    async () => {
      const folder = await repository();
      execFileSync('chown', ['-R', '65534', folder]);
      assert.equal(run(await taken(`${folder}#v1`)), '1');
      assert.ok((await taken(folder)).commit);
    },
  );

  it('may have links inside, and none that lead out', async () => {
    const folder = await repository();
    await symlink('version', join(folder, 'link'));
    await symlink('../version', join(folder, 'sub/up'));
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'links');
    const value = await taken(`${folder}#main`);
    assert.equal(readFileSync(join(value.folder, 'link'), 'utf8'), '2\n');
    assert.match((await problem(`${folder}#main:sub`)).message, /up` is a link/);
    assert.match((await problem(`${folder}#main:link`)).message, /is a symbolic link/);
    await symlink('/etc/passwd', join(folder, 'out'));
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'out');
    assert.match((await problem(`${folder}#main`)).message, /out` is a link that leads out/);
  });

  it('may have crafted trees, which are refused', async () => {
    const folder = await repository();
    const blob = git(folder, 'rev-parse', 'HEAD:version');
    const commitOf = (entries: string): string => {
      const options = { cwd: folder, input: entries, encoding: 'utf8' } as const;
      const script = execFileSync('git', ['hash-object', '-w', '--stdin'], {
        cwd: folder,
        input: SH,
        encoding: 'utf8',
      });
      const raw = `${entries}100755 blob ${script.trim()}\trun.sh\n`;
      const tree = execFileSync('git', ['mktree'], { ...options, input: raw }).trim();
      return git(folder, 'commit-tree', '-m', 'x', tree);
    };
    const link = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: folder,
      input: scratch,
      encoding: 'utf8',
    }).trim();
    const inner = git(folder, 'rev-parse', 'HEAD:sub');
    const links = execFileSync('git', ['mktree'], {
      cwd: folder,
      input: `120000 blob ${link}\tplanted\n`,
      encoding: 'utf8',
    }).trim();
    for (const entries of [
      `100644 blob ${blob}\t..\n`,
      `100644 blob ${blob}\t.git\n`,
      `040000 tree ${inner}\t..\n`,
      `120000 blob ${link}\ta\n040000 tree ${inner}\ta\n`,
      `120000 blob ${link}\ta\n040000 tree ${links}\ta\n`,
    ]) {
      const commit = commitOf(entries);
      assert.ok((await problem(`${folder}#${commit}`)).message.length > 0);
    }
    assert.ok(!existsSync(join(scratch, 'version')));
    assert.ok(!readdirSync(scratch).includes('planted'));
  });

  it('is refused for what is not there, and for refs that are none', async () => {
    const folder = await repository();
    const messageOf = async (what: string) => (await problem(what)).message;
    assert.match(await messageOf(`${folder}#nope`), /has no branch, tag or commit `nope`/);
    assert.match(await messageOf(`${folder}#v1:nope`), /no folder `nope` in commit/);
    assert.match(await messageOf(`${folder}#v1:../x`), /leads out of the repository/);
    assert.match(await messageOf(`${folder}#--output=x`), /is not a ref: it begins with `-`/);
    assert.match(await messageOf(`${scratch}/HOME#v1`), /is not a git repository/);
    assert.match(await messageOf('file://host/x'), /does not name a local folder/);
    assert.match(await messageOf('ext::sh -c id'), /not an address|no file or folder/i);
    const whole = await repository({
      'run.sh': '#!/bin/sh\necho 1\n',
      'sub/run.sh': '#!/bin/sh\necho 2\n',
    });
    const commit = git(whole, 'rev-parse', 'HEAD');
    git(whole, 'update-index', '--add', '--cacheinfo', `160000,${commit},vendor/x`);
    git(whole, 'commit', '-qm', 'submodule');
    assert.match(await messageOf(`${whole}#HEAD`), /submodule `vendor\/x`, which is not cloned/);
    assert.equal(run(await taken(`${whole}#HEAD:sub`)), '2');
    const big = await repository({ big: 'x'.repeat(17 * 2 ** 20) });
    assert.match(await messageOf(`${big}#main`), /holds more than 16 MiB/);
    await rm(join(big, '.git/index'));
    await writeFile(join(folder, '.git/HEAD'), 'rubbish');
    assert.equal(run(await taken(folder)), '2');
  });
});

async function withServer(listener: RequestListener, body: (host: string) => Promise<void>) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await body(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a repository elsewhere', () => {
  useOwnHome();

  it('is fetched at a branch, a tag or a commit', async () => {
    const folder = await repository();
    const bare = join(scratch, 'served.git');
    git(scratch, 'clone', '-q', '--bare', folder, bare);
    git(bare, 'update-server-info');
    const first = git(bare, 'rev-parse', 'v1^{commit}');
    const serve: RequestListener = (request, response) => {
      const path = join(scratch, new URL(request.url ?? '/', 'http://x').pathname);
      if (existsSync(path)) response.end(readFileSync(path));
      else response.writeHead(404).end();
    };
    await withServer(serve, async (host) => {
      const url = `http://me:secret@${host}/served.git`;
      const value = await taken(`${url}#v1`);
      assert.deepEqual([run(value), value.commit], ['1', first]);
      assert.equal(value.description, `http://***@${host}/served.git at commit ${first}`);
      assert.equal(run(await taken(url)), '2');
      assert.equal(run(await taken(`${url}:sub`)), 's');
      assert.equal(run(await taken(`${url}#HEAD~1`)), '1');
      assert.equal(run(await taken(`${url}#${first.slice(0, 9)}`)), '1');
      assert.match((await problem(`${url}#nope`)).message, /no branch, tag or commit `nope`/);
      assert.match((await problem(`${url}/nope`)).message, /\*\*\*@.* cannot be fetched/);
    });
  });

  it('is fetched by ssh, which is told to ask nothing', async () => {
    const folder = await repository();
    const log = join(scratch, 'ssh.log');
    const ssh = join(scratch, 'ssh');
    const text = `#!/bin/sh\necho "$@" >>'${log}'\nfor last; do :; done\neval "exec $last"\n`;
    await writeFile(ssh, text, { mode: 0o755 });
    process.env['GIT_SSH_COMMAND'] = `'${ssh}'`;
    try {
      const bare = join(scratch, 'by ssh.git');
      git(scratch, 'clone', '-q', '--bare', folder, bare);
      const value = await taken(`git@example.test:${bare}#v1`);
      assert.equal(run(value), '1');
      assert.match(value.description, /^git@example\.test:/);
      assert.equal(run(await taken(`ssh://git@example.test${encodeURI(bare)}:sub`)), 's');
      assert.match(readFileSync(log, 'utf8'), /BatchMode=yes/);
      const first = git(bare, 'rev-parse', 'v1^{commit}');
      assert.equal(run(await taken(`git@example.test:${bare}#${first}`)), '1');
    } finally {
      delete process.env['GIT_SSH_COMMAND'];
    }
  });

  it('that wants a login gets none, and no one is asked', async () => {
    const deny: RequestListener = (_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    };
    await withServer(deny, async (host) => {
      const { message, hint } = await problem(`http://${host}/x.git`);
      assert.match(message, /cannot be fetched: fatal: /);
      assert.match(hint ?? '', /No credential is asked for/);
      const reported = await problem(`http://me:secret@${host}/x.git#main`);
      assert.doesNotMatch(JSON.stringify(reported), /secret/);
      const cut = await problem(`http://me:sec#ret@${host}/x.git`);
      assert.doesNotMatch(JSON.stringify(cut), /sec|ret/);
      assert.match(cut.hint ?? '', /%23/);
    });
  });

  it('that never answers, or has too much, is given up', async () => {
    await withServer(
      () => undefined,
      async (host) => {
        const address = { repository: `http://${host}/x.git` };
        const own = await mkdtemp(join(scratch, 'own-'));
        const slow = { seconds: 1, bytes: 2 ** 30 };
        await assert.rejects(openRemote(address, own, live, slow), /took longer than 1 s/);
        const controller = new AbortController();
        const what = address.repository;
        const result = takeIn({ what, args: [], input: nothing() }, controller.signal);
        setTimeout(() => {
          controller.abort();
        }, 300);
        assert.equal((await result).ok, false);
      },
    );
    const bare = join(scratch, 'served.git');
    const own = await mkdtemp(join(scratch, 'own-'));
    const limits = { seconds: 60, bytes: 1000 };
    const address = { repository: `file://${bare}` };
    await assert.rejects(openRemote(address, own, live, limits), /takes more than/);
  });

  it('needs git, and reports it', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = join(scratch, 'HOME');
    try {
      const { message, hint } = await problem('https://example.test/x.git');
      assert.match(message, /git is not installed/);
      assert.match(hint ?? '', /install git/);
    } finally {
      process.env['PATH'] = path;
    }
  });
});
