/** Reproductions of the user's own, from the command line against a real engine. */
import assert from 'node:assert/strict';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Cell } from '../../src/report/schema.ts';
import { parseReport } from '../../src/report/json.ts';
import { runProgram, type Ended } from '../support/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reproduction-test-'));
  await cp(join(root, 'test/integration/matrices'), folder, { recursive: true });
  await cp(join(root, 'reproduction'), join(folder, 'reproduction'), { recursive: true });
});
after(() => rm(folder, { recursive: true, force: true }));

/** Few runs are enough to see that a run is read rightly: 4 clean ones exclude one in two. */
const QUICK = 'verdict: { confidence: 0.9, maxRate: 0.5 }\n';

/** Writes a folder with a run.sh, and a manifest where there is one. */
async function reproduction(name: string, script: string, manifest?: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, 'run.sh'), `#!/bin/sh\n${script}`);
  await chmod(join(path, 'run.sh'), 0o755);
  if (manifest !== undefined) await writeFile(join(path, 'reproduction.yaml'), manifest);
  return path;
}

function matrix(command: string, path: string, ...more: readonly string[]): Promise<Ended> {
  return runProgram(folder, [
    ...[command, ...more, '--matrix', 'small.yaml', '--reproduction', path],
    ...(command === 'run' ? ['--only', 'debian-12/cpython-3.11', '--json'] : []),
  ]);
}

async function measured(path: string): Promise<{ cells: readonly Cell[]; ended: Ended }> {
  const ended = await matrix('run', path);
  const parsed = parseReport(ended.stdout);
  assert.ok(parsed.ok, `${ended.stderr}\n${ended.stdout.slice(0, 500)}`);
  return { cells: parsed.value.cells, ended };
}

async function theCell(path: string): Promise<Cell> {
  const { cells } = await measured(path);
  const [cell] = cells;
  assert.ok(cells.length === 1 && cell);
  return cell;
}

describe('a folder with nothing but a run.sh', () => {
  it('that always ends with 0 passes after 29 runs, and nothing is expected of it', async () => {
    const cell = await theCell(await reproduction('good', 'exit 0\n'));
    assert.equal(cell.verdict, 'pass');
    assert.equal(cell.scenario, 'default');
    assert.equal(cell.exposed, 29);
    assert.equal(cell.expected, null);
  });

  it('that ends with 1 fails, with what it said, and its rerun says the same', async () => {
    const path = await reproduction('bad', 'echo "$PYTHON is broken"\nexit 1\n');
    const cell = await theCell(path);
    assert.equal(cell.verdict, 'fail');
    assert.deepEqual(cell.symptoms, { reproduced: 1 });
    assert.deepEqual(cell.evidence, ['python3.11 is broken']);
    assert.equal(
      cell.rerun,
      `bin/matrix rerun debian-12/cpython-3.11 default --matrix small.yaml --reproduction ${path}`,
    );
    const again = await matrix('rerun', path, 'debian-12/cpython-3.11', 'default');
    assert.equal(again.status, 1, again.stderr);
    assert.match(again.stdout, /python3\.11 is broken/);
    assert.match(again.stderr, /reproduced/);
  });

  it('that ends with 125 is skipped, with its reason', async () => {
    const cell = await theCell(
      await reproduction('untestable', 'echo "no such feature here"\nexit 125\n'),
    );
    assert.equal(cell.verdict, 'skipped');
    assert.match(cell.reason ?? '', /no such feature here/);
  });

  it('that could not do its work is an error, never a pass', async () => {
    for (const [name, script, reason] of [
      ['missing', 'nosuchprogram\n', /127.*not found/],
      ['killed', 'kill -9 $$\n', /SIGKILL/],
      ['lacks', 'echo "sh: 1: gcc: not found"\nexit 1\n', /--bad 'sh: 1: gcc: not found'/],
    ] as const) {
      const cell = await theCell(await reproduction(name, script));
      assert.equal(cell.verdict, 'error', name);
      assert.match(cell.reason ?? '', reason);
    }
  });
});

describe('a run.sh that crashes', () => {
  it('shows the bug, with the signal', async () => {
    const cell = await theCell(await reproduction('crashed', 'kill -SEGV $$\n'));
    assert.equal(cell.verdict, 'fail');
    assert.match(cell.evidence[0] ?? '', /^SIGSEGV \(status 139\)/);
  });
});

describe('a folder with a manifest', () => {
  it('is judged by its lines and not by its status, each scenario with its control', async () => {
    const path = await reproduction(
      'patterns',
      [
        'printf "\\033[31m"',
        'test "$1" = bad && echo "FAIL: it happened" >&2',
        'test "$1" = silent || echo "3 rounds"',
        'exit 124',
      ].join('\n'),
      [
        QUICK,
        "reproduced: '^FAIL'",
        "completed: '^\\d rounds$'",
        'scenarios:',
        '  - { id: quiet, control: true }',
        '  - { id: bad, arguments: [bad] }',
        '  - { id: silent, arguments: [silent] }',
        '  - { id: after-bad, control: other }',
        '  - { id: other, arguments: [bad] }',
      ].join('\n'),
    );
    const { cells, ended } = await measured(path);
    const of = (id: string) => cells.find(({ scenario }) => scenario === id);
    assert.equal(of('quiet')?.verdict, 'pass');
    assert.equal(of('bad')?.verdict, 'fail');
    assert.deepEqual(of('bad')?.evidence, ['FAIL: it happened']);
    assert.equal(of('silent')?.verdict, 'error');
    assert.match(of('silent')?.reason ?? '', /neither `reproduced` nor `completed`/);
    assert.equal(of('other')?.verdict, 'fail');
    assert.equal(of('after-bad')?.verdict, 'error');
    assert.match(of('after-bad')?.reason ?? '', /control did not pass/);
    assert.equal(ended.status, 3);
  });

  it('meets the limits of a run as errors, whatever it had said before', async () => {
    const patterns = `${QUICK}reproduced: FAIL\ncompleted: done\n`;
    for (const [name, script, limits, reason] of [
      [
        'flood',
        'echo done\nwhile :; do head -c 1000000 /dev/zero; done\n',
        'output: 1MiB',
        /output limit/,
      ],
      ['endless', 'echo done\nsleep 1000\n', 'timeout: 2s', /time limit of 2 s/],
      [
        'hungry',
        'echo done\nexec "$PYTHON" -c "x = bytearray(10 ** 9)"\n',
        'memory: 64MiB',
        /memory limit/,
      ],
    ] as const) {
      const cell = await theCell(
        await reproduction(name, script, `${patterns}trial: { ${limits} }\n`),
      );
      assert.equal(cell.verdict, 'error', name);
      assert.match(cell.reason ?? '', reason);
    }
  });

  it('has the packages that it asks for', async () => {
    const path = await reproduction(
      'packages',
      'strace --version | head -1\n',
      `${QUICK}packages: [strace]\nreproduced: missing\ncompleted: '^strace -- version'\n`,
    );
    assert.equal((await theCell(path)).verdict, 'pass');
  });
});

describe('a folder that is no reproduction', () => {
  it('is refused before anything starts, with what is missing', async () => {
    const unmarked = await reproduction('unmarked', 'exit 0\n');
    await chmod(join(unmarked, 'run.sh'), 0o644);
    const typing = await reproduction('typing', 'exit 0\n', 'reproducd: x\n');
    await mkdir(join(folder, 'empty'));
    for (const [path, message] of [
      ['nowhere', /There is no file or folder `nowhere`/],
      ['empty', /There is no `run\.sh` in `empty`/],
      [unmarked, /run\.sh` is not executable\.\n +chmod \+x/],
      [
        typing,
        /reproduction\.yaml:1:1: Unknown key `reproducd`\.\n.*\n.*\n.*Did you mean `reproduced`/,
      ],
    ] as const) {
      const ended = await matrix('run', path);
      assert.equal(ended.status, 2, ended.stderr);
      assert.match(ended.stderr, message);
    }
  });
});
