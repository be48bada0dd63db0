import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readReproduction } from '../reproduction/read-reproduction.ts';
import type { IntakeProblem } from './problem.ts';
import { takeIn, type Intake, type TakenIn } from './take-in.ts';
import { cannotChangeUser } from '../../test/support/change-user.ts';

let scratch = '';
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'intake-'));
});
after(async () => {
  await rm(scratch, { recursive: true, force: true });
});

let count = 0;
/** A new folder with some files: text is 0644, and 0755 where the name ends in `*`. */
async function folderOf(files: Readonly<Record<string, string | Buffer>> = {}): Promise<string> {
  count += 1;
  const folder = join(scratch, `folder ${count}`);
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name.replace(/\*$/, ''));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    await chmod(path, name.endsWith('*') ? 0o755 : 0o644);
  }
  return folder;
}

async function* chunks(
  ...texts: readonly (string | Uint8Array)[]
): AsyncGenerator<string | Uint8Array> {
  for (const text of texts) yield await Promise.resolve(text);
}

const live = new AbortController().signal;

function taking(what: string | undefined, more: Partial<Intake> = {}, signal = live) {
  return takeIn({ what, args: [], input: chunks(), ...more }, signal);
}

async function taken(what: string | undefined, more: Partial<Intake> = {}): Promise<TakenIn> {
  const result = await taking(what, more);
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.error));
  return result.value;
}

/** The problem; nothing may be left of what was made on the way. */
async function problem(
  what: string | undefined,
  more: Partial<Intake> = {},
): Promise<IntakeProblem> {
  const result = await taking(what, more);
  assert.ok(!result.ok, 'it was taken in');
  assert.doesNotMatch(result.error.message, /\n/);
  return result.error;
}

const SH = '#!/bin/sh\necho "$0 $*"\n';

/** Runs what was taken in as a container would: in its folder, with its arguments. */
function run({ folder, args }: TakenIn, python = 'python3') {
  assert.equal(statSync(join(folder, 'run.sh')).mode & 0o777, 0o755);
  const env = { PATH: process.env['PATH'], PYTHON: python };
  const { status, stdout, stderr } = spawnSync('./run.sh', args, {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('a script', () => {
  it('in Python is run by the Python of the row, whatever its name is', async () => {
    const names = ['bug.py', 'a b.py', "it's.py", '-x.py', 'a\nb.py', '$(touch x).py', 'b.pyw'];
    for (const name of names) {
      const folder = await folderOf({ [name]: 'import sys\nprint(sys.argv[1:])\n' });
      const value = await taken(join(folder, name), { args: ['a b', '--c'] });
      assert.deepEqual(run(value), { status: 0, output: "['a b', '--c']\n" }, name);
      assert.ok(existsSync(join(value.folder, name)));
      assert.doesNotMatch(value.description, /\n/);
      value.remove();
      assert.ok(!existsSync(value.folder));
    }
  });

  it('in Python is skipped where there is none, and may have the line ends of Windows', async () => {
    const folder = await folderOf({ 'bug.py': '#!/usr/bin/env python3\r\nprint(1)\r\n' });
    const value = await taken(join(folder, 'bug.py'));
    assert.equal(value.description, 'bug.py');
    assert.equal(run(value).output, '1\n');
    assert.deepEqual(run(value, ''), { status: 77, output: 'this image has no Python\n' });
    value.remove();
  });

  it('without an ending is Python if its first line is', async () => {
    const folder = await folderOf({
      bug: '#!/usr/bin/python3 -E\nimport sys\nprint(sys.flags.ignore_environment)\n',
    });
    assert.equal(run(await taken(join(folder, 'bug'))).output, '1\n');
  });

  it('without an ending or a first line is what its text can only be', async () => {
    const folder = await folderOf({
      bug: 'import sys\nprint(sys.argv[1:])\n',
      program: '#include <stdio.h>\nint main(void) { return 7; }\n',
      'bug.sh': 'x=(a b)\n[[ ${x[1]} == b ]] && echo bash\n',
    });
    assert.equal(run(await taken(join(folder, 'bug'), { args: ['a'] })).output, "['a']\n");
    assert.equal(run(await taken(join(folder, 'bug.sh'))).output, 'bash\n');
    const program = await readReproduction((await taken(join(folder, 'program'))).folder);
    assert.ok(program.ok);
    assert.equal(program.value.programs[0]?.source, 'program.c');
  });

  it('in Python that only defines tests is run by unittest, or refused', async () => {
    const body = '  def test_a(self):\n    self.assertEqual(1, 2)\n';
    const folder = await folderOf({
      'test_a.py': `import unittest\nclass T(unittest.TestCase):\n${body}`,
      'test_b.py': 'def test_b():\n  assert 1 == 2\n',
    });
    const { status, output } = run(await taken(join(folder, 'test_a.py')));
    assert.equal(status, 1);
    assert.match(output, /FAILED \(failures=1\)/);
    const refused = await problem(join(folder, 'test_b.py'));
    assert.match(refused.message, /only defines tests for pytest/);
    assert.match(refused.hint ?? '', /-m pytest test_b\.py/);
  });

  it('that tests nothing is refused, since each row would pass', async () => {
    const folder = await folderOf({
      'bug.py': 'import os\ndef main():\n  os.abort()\n',
      'bug.sh': '#!/bin/sh\n# ./bug\n',
    });
    assert.match(
      (await problem(join(folder, 'bug.py'))).message,
      /calls nothing of what it defines/,
    );
    assert.match((await problem(join(folder, 'bug.sh'))).message, /has no command/);
    const empty = await folderOf({ 'run.sh': '#!/bin/sh\n# ./bug\n' });
    await chmod(join(empty, 'run.sh'), 0o755);
    assert.match((await problem(empty)).message, /has no command/);
    const doctest = '#!/usr/bin/env -S python3 -m doctest\n"""\n>>> 1\n2\n"""\n';
    const asked = await folderOf({ 'bug.py': doctest });
    assert.equal(run(await taken(join(asked, 'bug.py'))).status, 1);
  });

  it('in C is compiled by the row', async () => {
    const folder = await folderOf({ 'my program.c': 'int main(void) { return 7; }\n' });
    const value = await taken(join(folder, 'my program.c'));
    const manifest = await readReproduction(value.folder);
    assert.ok(manifest.ok);
    assert.deepEqual(
      manifest.value.programs.map(({ source }) => source),
      ['my-program.c'],
    );
    assert.match(readFileSync(join(value.folder, 'run.sh'), 'utf8'), /exec "\$MY_PROGRAM" "\$@"/);
  });

  it('of another kind is run by its first line, or by sh without one', async () => {
    const folder = await folderOf({ 'a b.sh': SH, plain: 'echo plain "$@"\n', 'run.sh': SH });
    const args = ['x y'];
    assert.equal(run(await taken(join(folder, 'a b.sh'), { args })).output, './a b.sh x y\n');
    assert.equal(run(await taken(join(folder, 'plain'), { args })).output, 'plain x y\n');
    assert.equal(run(await taken(join(folder, 'run.sh'), { args })).output, './run.sh x y\n');
    assert.equal(run(await taken('/bin/true')).status, 0);
  });

  it('is refused where nothing could run it', async () => {
    const folder = await folderOf({
      'empty.py': '',
      'bug.cpp': 'int main() {}\n',
      'bom.sh': '\ufeff#!/bin/sh\n',
      'utf16.py': Buffer.from('\ufeffprint(1)\n', 'utf16le'),
      'crlf.sh': '#!/bin/bash\r\necho\r\n',
      'crlf-plain': 'echo\r\n',
    });
    const messageOf = async (name: string) => (await problem(join(folder, name))).message;
    assert.match(await messageOf('empty.py'), /is empty/);
    assert.match(await messageOf('bug.cpp'), /has no #! line/);
    assert.match(await messageOf('bom.sh'), /byte order mark/);
    assert.match(await messageOf('utf16.py'), /UTF-16/);
    assert.match(await messageOf('crlf.sh'), /line 1 ends with CR LF.*"bash\\r"/);
    assert.match(await messageOf('crlf-plain'), /line 1 ends with CR LF/);
    assert.match((await problem(join(folder, 'crlf.sh'))).hint ?? '', /^dos2unix .*sed -i/);
    const { message, hint } = await problem(join(folder, 'crlf.ssh'));
    assert.match(message, /There is no file or folder/);
    assert.match(hint ?? '', /crlf\.sh/);
  });

  it('is refused by its size or kind before it is read', async () => {
    const folder = await folderOf({ 'big.py': '' });
    await truncate(join(folder, 'big.py'), 10 * 2 ** 30);
    assert.match((await problem(join(folder, 'big.py'))).message, /larger than 16 MiB/);
    execFileSync('mkfifo', [join(folder, 'fifo.py')]);
    assert.match((await problem(join(folder, 'fifo.py'))).message, /is a FIFO/);
    assert.match((await problem('/dev/zero')).message, /is a device/);
    await symlink('loop.py', join(folder, 'loop.py'));
    assert.match((await problem(join(folder, 'loop.py'))).message, /in a circle/);
    assert.match((await problem('x'.repeat(5000))).message, /too long/);
    assert.match((await problem('')).message, /empty/);
  });
});

describe('standard input', () => {
  it('is a script for its first line, for Python, or for sh', async () => {
    const from = async (...texts: string[]) =>
      run(await taken('-', { input: chunks(...texts), args: ['a b'] })).output;
    assert.equal(await from('#!/bin/', 'sh\necho "$1"\n'), 'a b\n');
    assert.equal(await from('echo "$1"\n'), 'a b\n');
    const python = '#!/usr/bin/env python3\r\nimport sys\r\nprint(sys.argv[1])\r\n';
    assert.equal(await from(python), 'a b\n');
  });

  it('is refused where it is empty, has too much, or has carriage returns', async () => {
    assert.match((await problem('-')).message, /no script/);
    async function* endless() {
      for (;;) yield await Promise.resolve(Buffer.alloc(2 ** 20, 'x'));
    }
    assert.match((await problem('-', { input: endless() })).message, /larger than 16 MiB/);
    assert.match((await problem('-', { input: chunks('#!/bin/sh\r\n') })).message, /CR LF/);
  });

  it('is waited for until the signal says otherwise', async () => {
    async function* silent() {
      await sleep(60_000, undefined, { ref: false });
      yield '';
    }
    const controller = new AbortController();
    const result = taking('-', { input: silent() }, controller.signal);
    controller.abort();
    assert.equal((await result).ok, false);
  });
});

describe('--run', () => {
  it('is a line of shell, alone or in a copy of a folder', async () => {
    const alone = await taken(undefined, { run: 'echo a | cat' });
    assert.deepEqual([run(alone).output, alone.description], ['a\n', 'echo a | cat']);
    const folder = await folderOf({ 'x.txt': 'here\n' });
    const value = await taken(folder, { run: 'cat x.txt' });
    assert.equal(run(value).output, 'here\n');
    assert.deepEqual(await readdir(folder), ['x.txt']);
  });

  it('can call the run.sh of its folder', async () => {
    const folder = await folderOf({
      'run.sh': SH,
      'reproduction.yaml': 'programs: [{ source: x.c }]\n',
      'x.c': '',
    });
    const value = await taken(folder, { run: 'sh ./run.sh', args: ['a'] });
    assert.equal(run(value).output, './run.sh a\n');
    assert.ok((await readReproduction(value.folder)).ok);
  });

  it('goes with nothing but a folder', async () => {
    const folder = await folderOf({ 'x.py': 'print()\n' });
    assert.match((await problem(join(folder, 'x.py'), { run: 'true' })).message, /is not a folder/);
    assert.match((await problem('-', { run: 'true' })).message, /is not a folder/);
    assert.match((await problem(undefined)).message, /nothing to try/);
    assert.match((await problem(undefined, { run: ' ' })).message, /no command/);
  });
});

describe('a folder', () => {
  it('with a run.sh is used as it is, and stays', async () => {
    const folder = await folderOf({ 'run.sh*': SH, 'a\nb': 'x', 'sub/c': 'x' });
    const value = await taken(relative('.', folder), { args: ['x'] });
    assert.equal(value.folder, folder);
    assert.equal(run(value).output, './run.sh x\n');
    value.remove();
    assert.ok(existsSync(join(folder, 'run.sh')));
  });

  it('without one names what it looked for, and what may have been meant', async () => {
    const folder = await folderOf({ 'bug.py': 'x', 'b.txt': 'x' });
    const { message, hint } = await problem(folder);
    assert.match(message, /There is no `run.sh` in `.*folder/);
    assert.equal(hint, `Did you mean ${join(folder, 'bug.py')}?`);
    assert.match((await problem(await folderOf())).hint ?? '', /--run/);
  });

  it('needs no run.sh if its manifest says so', async () => {
    const folder = await folderOf({ 'reproduction.yaml': 'contract: 1\n', 'reproduce.py': '\n' });
    assert.equal((await taken(folder)).folder, folder);
    assert.match(
      (await problem(await folderOf({ 'reproduction.yaml': '{}\n' }))).message,
      /no `run.sh`/,
    );
  });

  it('has a run.sh that a terminal would start', async () => {
    const plain = await folderOf({ 'run.sh*': 'echo plain\n' });
    assert.equal(run(await taken(plain)).output, 'plain\n');
    const { message, hint } = await problem(await folderOf({ 'run.sh': SH }));
    assert.match(message, /not executable/);
    assert.match(hint ?? '', /^chmod \+x '.*run\.sh'$/);
    assert.match((await problem(await folderOf({ 'run.sh*': '' }))).message, /is empty/);
  });

  it('is refused for scripts with the line ends of Windows', async () => {
    const crlf = '#!/usr/bin/env bash\r\nset -e\r\n';
    const { message, hint } = await problem(await folderOf({ 'run.sh*': crlf }));
    assert.match(
      message,
      /run\.sh`: line 1 ends with CR LF, so its first line names a program "bash\\r"/,
    );
    assert.match(hint ?? '', /dos2unix .*sed -i 's\/\\r\$\/\/' /);
    assert.match(
      (await problem(await folderOf({ 'run.sh*': SH, 'x*': crlf }))).message,
      /x`: line 1/,
    );
    await taken(await folderOf({ 'run.sh*': SH, x: crlf, 'data.txt*': 'a\r\n' }));
    assert.match((await problem(await folderOf({ 'run.sh*': 'echo\r\n' }))).message, /CR LF/);
  });

  it('may have links that stay inside, as copies of what they lead to', async () => {
    const folder = await folderOf({ 'real.sh*': SH, 'sub/x': 'x' });
    await symlink('real.sh', join(folder, 'run.sh'));
    await symlink('sub', join(folder, 'other'));
    const value = await taken(folder);
    assert.equal(run(value).output, './run.sh \n');
    assert.deepEqual(readdirSync(value.folder), ['other', 'real.sh', 'run.sh', 'sub']);
    assert.ok(statSync(join(value.folder, 'other/x')).isFile());
    assert.ok((await readReproduction(value.folder)).ok);
  });

  it('is refused for links that lead elsewhere or nowhere', async () => {
    for (const [to, message] of [
      ['/etc/passwd', /leads out of the folder/],
      ['..', /leads out of the folder/],
      ['/proc/self/root', /leads out of the folder/],
      ['missing', /not in the folder/],
      ['.', /in a circle/],
      ['link', /not in the folder/],
    ] as const) {
      const folder = await folderOf({ 'run.sh*': SH });
      await symlink(to, join(folder, 'link'));
      assert.match((await problem(folder)).message, message);
    }
    const folder = await folderOf();
    await symlink('/bin/sh', join(folder, 'run.sh'));
    assert.match((await problem(folder)).message, /leads out/);
  });

  it('is refused for what has no content, an undecodable name, or too much', async () => {
    const fifo = await folderOf({ 'run.sh*': SH });
    execFileSync('mkfifo', [join(fifo, 'x')]);
    assert.match((await problem(fifo)).message, /is a FIFO/);

    const socket = await folderOf({ 'run.sh*': SH });
    const server = createServer().listen(join(socket, 's'));
    await new Promise((resolved) => server.once('listening', resolved));
    assert.match((await problem(socket)).message, /is a socket/);
    server.close();

    const latin = await folderOf({ 'run.sh*': SH });
    await writeFile(Buffer.concat([Buffer.from(`${latin}/caf`), Buffer.from([0xe9])]), '');
    assert.match((await problem(latin)).message, /not UTF-8/);

    const sparse = await folderOf({ 'run.sh*': SH, big: '' });
    await truncate(join(sparse, 'big'), 10 * 2 ** 30);
    assert.match((await problem(sparse)).message, /more than 16 MiB/);
    assert.match((await problem(sparse, { run: 'true' })).message, /more than 16 MiB/);

    const fifoRun = await folderOf();
    execFileSync('mkfifo', [join(fifoRun, 'run.sh')]);
    assert.match((await problem(fifoRun)).message, /is not a file/);
  });

  it('is refused for files that cannot be read', { skip: cannotChangeUser() }, async () => {
    const folder = await folderOf({ 'run.sh*': SH, 'secret.py': 'x' });
    await chmod(join(folder, 'secret.py'), 0o600);
    await chmod(scratch, 0o755);
    process.seteuid?.(65534);
    try {
      assert.match(
        (await problem(folder)).message,
        /secret\.py` cannot be read: permission denied/,
      );
      assert.match((await problem(join(folder, 'secret.py'))).message, /permission denied/);
    } finally {
      process.seteuid?.(0);
    }
  });

  it('leaves nothing behind where it is refused', async () => {
    const own = join(scratch, 'own tmp');
    await mkdir(own);
    const previous = process.env['TMPDIR'];
    process.env['TMPDIR'] = own;
    try {
      await problem(await folderOf({ 'bug.cpp': 'x' }), { run: '' });
      const folder = await folderOf({ 'bug.cpp': 'x', 'run.sh*': SH });
      await symlink('..', join(folder, 'up'));
      await problem(join(folder, 'bug.cpp'));
      await problem(folder);
      await problem(`${resolve('.')}#no-such-ref`);
      assert.deepEqual(await readdir(own), []);
    } finally {
      if (previous === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = previous;
    }
  });
});
