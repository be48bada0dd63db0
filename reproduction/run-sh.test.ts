import assert from 'node:assert/strict';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { pathWith, run, temporaryFolder, unlessThere } from '../test/support/run-reproduction.ts';

/**
 * Runs run.sh with a strace that writes the given lines, and then does what it is asked to trace.
 *
 * @param program what takes the place of the interpreter, a shell script
 */
async function runTraced(test: TestContext, lines: readonly string[], program: string) {
  const folder = await temporaryFolder(test);
  await writeFile(join(folder, 'lines'), lines.map((line) => `${line}\n`).join(''));
  const commands = {
    strace: `
      while [ $# -gt 0 ]; do
        case $1 in
          -o) out=\${2#|}; shift ;;
          -e | -s) shift ;;
          -*) ;;
          *) break ;;
        esac
        shift
      done
      [ "$out" = /dev/null ] || sh -c "$out" < "${folder}/lines"
      "$@"`,
    python: program,
  };
  for (const [name, script] of Object.entries(commands)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script.replaceAll('\\$', '$')}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return run(['./run.sh', '--mutation', 'add'], {
    env: { PATH: pathWith(folder), PYTHON: 'python' },
  });
}

const ENDED = 'echo "9 calls, 9 of them exposed to 3 changes, 0 failed; 0.1 s"';

describe('run.sh', () => {
  it('shows the execve calls that failed, and then what the program says', async (test) => {
    const { lines } = await runTraced(
      test,
      [
        '17 execve("/usr/bin/python3", ["python3"], 0x7ffd /* 9 vars */) = 0',
        '21 execve("/bin/sh", ["sh", "-c", "a b"], 0x55d0 /* 82 vars */) = -1 EFAULT (Bad address)',
        '22 execve("/bin/sh", ["sh", "-c", "a b"], 0x55d0 /* 6 vars */) = 0',
        '23 execve("/usr/local/bin/sh", ["sh"], 0x55d0 /* 6 vars */) = -1 ENOENT (No such file or directory)',
      ],
      ENDED,
    );
    assert.deepEqual(lines, [
      '[pid 21] execve("/bin/sh", ["sh", "-c", "a b"], 0x55d0 /* 82 vars */) = -1 EFAULT (Bad address)',
      'strace: 4 execve, 1 failed (EFAULT 1), 1 not found along PATH',
      '9 calls, 9 of them exposed to 3 changes, 0 failed; 0.1 s',
    ]);
  });

  it('counts the calls where none failed', async (test) => {
    const { lines } = await runTraced(
      test,
      ['17 execve("/usr/bin/python3", ["python3"], 0x7ffd /* 9 vars */) = 0'],
      ENDED,
    );
    assert.equal(lines[0], 'strace: 1 execve, none failed');
  });

  it('cuts the arguments of a long line, so that its result is seen at a hundred columns', async (test) => {
    const { lines } = await runTraced(
      test,
      [
        `21 execve("/bin/sh", ["sh", "-c", "${'a'.repeat(64)}"...], 0x55d0 /* 82 vars */) = -1 EFAULT (Bad address)`,
      ],
      ENDED,
    );
    assert.match(
      lines[0] ?? '',
      /^\[pid 21\] execve\("\/bin\/sh", \["sh", "-c", "a+\.\.\.\], 0x55d0 /,
    );
    assert.equal(lines[0]?.length, 100);
  });

  it('puts a call together that strace shows in two pieces', async (test) => {
    const { lines } = await runTraced(
      test,
      [
        '21 execve("/bin/sh", ["sh"], 0x55d0 /* 6 vars */ <unfinished ...>',
        '22 execve("/bin/sh", ["sh"], 0x55e0 /* 7 vars */ <unfinished ...>',
        '22 <... execve resumed>)               = 0',
        '21 <... execve resumed>)               = -1 EFAULT (Bad address)',
      ],
      ENDED,
    );
    assert.equal(
      lines[0],
      '[pid 21] execve("/bin/sh", ["sh"], 0x55d0 /* 6 vars */) = -1 EFAULT (Bad address)',
    );
    assert.equal(lines[1], 'strace: 2 execve, 1 failed (EFAULT 1)');
    assert.equal(lines.length, 3);
  });

  it('shows twenty of them and counts the rest', async (test) => {
    const line = '5 execve("/bin/sh", ["sh"], 0x1 /* 2 vars */) = -1 EFAULT (Bad address)';
    const { lines } = await runTraced(test, Array<string>(50).fill(line), ENDED);
    assert.deepEqual(lines.slice(20), [
      '(and 30 more)',
      'strace: 50 execve, 50 failed (EFAULT 50)',
      '9 calls, 9 of them exposed to 3 changes, 0 failed; 0.1 s',
    ]);
  });

  it('hands its arguments on, and the status of a program that came to its end', async (test) => {
    const { status, lines } = await runTraced(test, [], `shift; echo "$*"; ${ENDED}; exit 1`);
    assert.equal(status, 1);
    assert.equal(lines.at(-2), '--mutation add');
  });

  it('says that a Python cannot be tested as git bisect understands it', async (test) => {
    const { status } = await runTraced(test, [], 'echo "unsupported: it has none"; exit 125');
    assert.equal(status, 125);
  });

  it('never takes a program that did not come to its end for one that failed or passed', async (test) => {
    for (const [program, expected] of [
      ['exit 0', 126],
      ['echo Traceback >&2; exit 1', 126],
      ['echo "[thread 5][os.system failure] ouch! return code = 32512"; exit 1', 126],
      ['kill -SEGV $$', 139],
    ] as const) {
      assert.equal((await runTraced(test, [], program)).status, expected, program);
    }
  });

  it('says what is missing', async (test) => {
    const folder = await temporaryFolder(test);
    for (const command of ['dirname', 'true', 'env', 'sh']) {
      const { stdout } = await run(['sh', '-c', `command -v ${command}`]);
      await symlink(
        stdout.trim().startsWith('/') ? stdout.trim() : `/bin/${command}`,
        join(folder, command),
      );
    }
    const noStrace = await run(['./run.sh'], { env: { PATH: folder, PYTHON: 'true' } });
    assert.equal(noStrace.status, 127);
    assert.match(noStrace.stderr, /^strace is missing: apt-get install strace$/m);
    const noPython = await run(['./run.sh'], { env: { PYTHON: 'python-of-tomorrow' } });
    assert.equal(noPython.status, 127);
    assert.match(noPython.stderr, /^python-of-tomorrow is missing/m);
  });

  it(
    'shows the race with the real strace',
    { skip: unlessThere('strace') || unlessThere('python3') },
    async () => {
      const args = ['--mutation', 'delete', '--seconds', '20', '--until-failure'];
      const { status, stdout, stderr } = await run(['./run.sh', ...args]);
      assert.equal(status, 1, stderr);
      assert.match(
        stdout,
        /^\[pid \d+\] execve\("\/bin\/sh", \["sh", .*\], 0x[0-9a-f]+ \/\* \d+ vars \*\/\) = -1 EFAULT \(Bad address\)$/m,
      );
      assert.match(stdout, /^\[thread \d\]\[os\.system failure\] ouch! return code = -?\d+/m);
    },
  );
});
