import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { takeIn, type Intake, type TakenIn } from './take-in.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intake-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

function write(name: string, content: string, mode = 0o644): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
}

function take(intake: Partial<Intake>) {
  const whole = { args: [], input: Readable.from([]), ...intake };
  return takeIn(whole, new AbortController().signal);
}

async function taken(intake: Partial<Intake>): Promise<TakenIn> {
  const result = await take(intake);
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

async function refused(intake: Partial<Intake>): Promise<string> {
  const result = await take(intake);
  assert.ok(!result.ok, 'it was taken');
  return `${result.error.message}\n${result.error.hint ?? ''}`;
}

/** What a folder's run.sh prints here, with `python3` as the row's interpreter. */
function printed(
  { folder: cwd }: TakenIn,
  args: readonly string[] = [],
  python = 'python3',
): string {
  const env = { ...process.env, PYTHON: python };
  return execFileSync('./run.sh', args, { cwd, env, encoding: 'utf8' });
}

describe('a single file', () => {
  it('is run by its own kind, whatever its name is', async () => {
    const names = ["it's.sh", '-dash.sh', 'two words.sh', 'line\nend.sh', 'run.sh', 'plain'];
    for (const name of names) {
      const given = await taken({ what: write(name, 'echo "$1 here"\n') });
      assert.equal(printed(given, ['a b']), 'a b here\n', name);
      await given.remove();
      await assert.rejects(stat(given.folder));
    }
  });

  it('with a first line is run by it, without the permission as well', async () => {
    const given = await taken({ what: write('first.sh', '#!/bin/sh -e\nfalse\necho no\n') });
    assert.throws(() => printed(given));
    await given.remove();
  });

  it('in Python is run by the row, and says where there is none', async () => {
    const given = await taken({ what: write('bug.py', '#!/nowhere/python3\nprint("it runs")\n') });
    const script = await readFile(join(given.folder, 'run.sh'), 'utf8');
    assert.match(script, /exec "\$PYTHON" '\.\/bug\.py'/);
    assert.throws(
      () => printed(given, [], ''),
      (error: Error & { status?: number; stdout?: string }) =>
        error.status === 77 && error.stdout === 'this image has no Python\n',
    );
    await given.remove();
  });

  it('in C is a program of the folder', async () => {
    const given = await taken({ what: write('my bug.c', 'int main() { return 0; }\n') });
    const manifest = await readFile(join(given.folder, 'reproduction.yaml'), 'utf8');
    assert.match(manifest, /source: my-bug\.c/);
    assert.match(await readFile(join(given.folder, 'run.sh'), 'utf8'), /MY_BUG/);
    await given.remove();
  });

  it('with CR LF is refused, with the line', async () => {
    const what = write('windows.sh', '#!/bin/sh\r\necho\r\n');
    assert.match(await refused({ what }), /windows\.sh: line 1 ends with CR LF.*"\/bin\/sh\\r"/);
  });

  it('that is none is refused', async () => {
    const huge = write('huge', '');
    truncateSync(huge, 10 * 2 ** 30);
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    assert.match(await refused({ what: huge }), /larger than 16 MiB/);
    assert.match(await refused({ what: join(folder, 'fifo') }), /neither a file nor a folder/);
    assert.match(await refused({ what: join(folder, 'nothing') }), /no file or folder/);
    assert.match(await refused({}), /nothing to try/);
  });
});

describe('text', () => {
  it('on stdin is a script', async () => {
    const input = Readable.from([Buffer.from('echo from '), Buffer.from('stdin\n')]);
    const given = await taken({ what: '-', input });
    assert.equal(printed(given), 'from stdin\n');
    await given.remove();
  });

  it('of --run is a line of shell, in a copy of a folder where there is one', async () => {
    const place = join(folder, 'place');
    mkdirSync(place);
    writeFileSync(join(place, 'data'), 'here\n');
    const given = await taken({ what: place, run: 'cat data; echo more' });
    assert.equal(printed(given), 'here\nmore\n');
    await given.remove();
    assert.match(await refused({ run: ' ' }), /no command/);
    assert.match(await refused({ what: write('file', ''), run: 'true' }), /needs a folder/);
  });
});

describe('a folder', () => {
  it('is taken as it is where it has a run.sh', async () => {
    const place = join(folder, 'whole');
    mkdirSync(place);
    writeFileSync(join(place, 'run.sh'), '#!/bin/sh\necho whole\n', { mode: 0o755 });
    const given = await taken({ what: place });
    assert.equal(given.folder, place);
    await given.remove();
    assert.equal(printed(given), 'whole\n');
  });

  it('without one is refused, with what could be meant', async () => {
    const place = join(folder, 'without');
    mkdirSync(place);
    writeFileSync(join(place, 'bug.py'), '');
    assert.match(await refused({ what: place }), /has no run\.sh[^]*without\/bug\.py/);
  });

  it('with links or scripts with CR LF is refused', async () => {
    const place = join(folder, 'bad');
    mkdirSync(place);
    writeFileSync(join(place, 'run.sh'), '#!/usr/bin/env bash\r\n', { mode: 0o755 });
    assert.match(await refused({ what: place }), /run\.sh: line 1 ends with CR LF/);
    writeFileSync(join(place, 'run.sh'), '#!/bin/sh\n');
    symlinkSync('/etc/passwd', join(place, 'secret'));
    assert.match(await refused({ what: place }), /secret/);
  });
});

describe('a repository', () => {
  let repository = '';
  let first = '';
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e', ...args], {
      cwd: repository,
      encoding: 'utf8',
    }).trim();

  before(() => {
    repository = join(folder, 'repository');
    mkdirSync(join(repository, 'inner'), { recursive: true });
    git('init', '--quiet', '--initial-branch=main');
    const script = join(repository, 'inner', 'run.sh');
    writeFileSync(script, '#!/bin/sh\necho one\n');
    chmodSync(script, 0o755);
    git('add', '.');
    git('commit', '--quiet', '--message=one');
    first = git('rev-parse', 'HEAD');
    git('tag', 'v1');
    writeFileSync(script, '#!/bin/sh\necho two\n');
    git('commit', '--quiet', '--all', '--message=two');
  });

  it('is read at a branch, a tag or a commit, and names the commit', async () => {
    for (const [what, output] of [
      [`${repository}#v1:inner`, 'one\n'],
      [`${repository}#${first}:inner`, 'one\n'],
      [`${repository}#${first.slice(0, 10)}:inner`, 'one\n'],
      [`${repository}#main:inner`, 'two\n'],
      [`file://${repository}#v1:inner`, 'one\n'],
    ] as const) {
      const given = await taken({ what });
      assert.equal(printed(given), output, what);
      assert.match(given.description, / at [0-9a-f]{40}$/);
      await given.remove();
    }
  });

  it('runs nothing of its own here', async () => {
    const proof = join(folder, 'hooked');
    mkdirSync(join(repository, '.git', 'hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'post-upload-pack', 'reference-transaction']) {
      const path = join(repository, '.git', 'hooks', hook);
      writeFileSync(path, `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    }
    git('config', 'filter.evil.smudge', `touch ${proof}; cat`);
    git('config', 'core.fsmonitor', `touch ${proof}`);
    writeFileSync(join(repository, '.gitattributes'), '* filter=evil\n');
    git('-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', 'add', '.gitattributes');
    git('-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', 'commit', '-qm', 'x');
    await rm(proof, { force: true });
    const given = await taken({ what: `${repository}#main:inner` });
    await given.remove();
    await assert.rejects(stat(proof));
  });

  it('is refused with its reason, and never with a password', async () => {
    assert.match(await refused({ what: `${repository}#nothing:inner` }), /cannot be fetched/);
    assert.match(await refused({ what: `${repository}#v1:../..` }), /leads out/);
    assert.match(await refused({ what: `${repository}#v1:absent` }), /no folder 'absent'/);
    assert.match(await refused({ what: `${repository}#--upload-pack=x` }), /not the name/);
    assert.match(await refused({ what: `${repository}#v1` }), /no run\.sh/);
    const message = await refused({ what: 'https://me:secret@localhost:1/repo.git' });
    assert.match(message, /localhost:1\/repo\.git cannot be fetched/);
    assert.doesNotMatch(message, /secret/);
    assert.match(await refused({ what: 'ext::sh -c touch% /tmp/x' }), /no file or folder/);
  });
});
