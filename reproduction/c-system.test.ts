import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { parseTrialLine } from '../src/trial/protocol.ts';
import { reproduce, run, unlessThere } from '../test/support/run-reproduction.ts';

const PROCESS_LIMIT = join(import.meta.dirname, '../test/support/with-process-limit.sh');

/** The lines of a run with --json, each as the matrix reads it. */
function read(lines: readonly string[]) {
  return lines.map((text) => {
    const parsed = parseTrialLine(text);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  });
}

describe('c-system', { skip: unlessThere('cc') || unlessThere('python3') }, () => {
  let folder = '';
  let env: Record<string, string> = {};

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'c-system-test-'));
    env = { C_SYSTEM: join(folder, 'c-system') };
    const { status, stderr } = await run([
      'cc',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-O2',
      '-pthread',
      '-o',
      env['C_SYSTEM'] ?? '',
      'c-system.c',
    ]);
    assert.equal(status, 0, stderr);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('is clean where the environment does not change', async () => {
    const args = ['--launcher', 'c-system', '--mutation', 'none', '--seconds', '0.4', '--json'];
    const { status, lines, stderr } = await reproduce(args, { env });
    assert.equal(status, 0, stderr);
    const all = read(lines);
    assert.equal(all[0]?.type, 'start');
    const summary = all.at(-1);
    assert.equal(summary?.type, 'summary');
    assert.deepEqual(summary.failures, {});
    assert.equal(summary.exposed, summary.calls);
    assert.ok(summary.calls > 0);
  });

  it('shows without Python what deleting does', async () => {
    const args = ['--launcher', 'c-system', '--mutation', 'delete', '--seconds', '10'];
    const forPeople = await reproduce([...args, '--until-failure'], { env });
    assert.equal(forPeople.status, 1, forPeople.stderr);
    assert.match(forPeople.stdout, /^\[thread \d\]\[c-system failure\] ouch! return code = /m);
    const { status, lines } = await reproduce([...args, '--until-failure', '--json'], { env });
    assert.equal(status, 0);
    const summary = read(lines).at(-1);
    assert.equal(summary?.type, 'summary');
    const failures = Object.values(summary.failures).reduce((sum, count) => sum + count, 0);
    assert.ok(failures > 0 && failures <= summary.exposed && summary.exposed <= summary.calls);
  });

  it('goes through every mutation without a line that the matrix would refuse', async () => {
    for (const mutation of ['add', 'overwrite', 'churn']) {
      const args = ['--launcher', 'c-system', '--mutation', mutation, '--seconds', '0.5', '--json'];
      const { status, lines, stderr } = await reproduce(args, { env });
      assert.equal(status, 0, stderr);
      const all = read(lines);
      const summary = all.at(-1);
      assert.equal(summary?.type, 'summary', mutation);
      assert.ok(summary.exposed > 0 && summary.mutations > 0, mutation);
    }
  });

  it('calls it a problem, not the race, when the shell itself is broken', async () => {
    const { status, stdout } = await run([
      env['C_SYSTEM'] ?? '',
      '--mutation=add',
      '--check=exit 3',
      '--pattern=p,10,20,100,20,1,0.00001,1,0,5',
    ]);
    assert.equal(status, 126);
    assert.match(stdout, /^problem: unexposed-failure: /);
  });

  const limited = (limit: number) => [PROCESS_LIMIT, String(limit)];
  const cannotLimit =
    spawnSync(PROCESS_LIMIT, ['99', 'true']).status === 0
      ? false
      : 'no control group can be made here';

  it('is not taken in by a limit of processes', { skip: cannotLimit }, async () => {
    const command = [
      env['C_SYSTEM'] ?? '',
      '--check=true',
      '--pattern=p,10,20,100,20,1,0.00001,1,0,5',
    ];
    for (const mutation of ['none', 'add', 'delete']) {
      // Enough for the threads and a few of their children.
      const { status, stdout } = await run([...command, `--mutation=${mutation}`], {
        under: limited(14),
      });
      assert.equal(status, 126, stdout);
      assert.match(
        stdout,
        /^problem: resource: the limit of processes was reached: \d+ could not/m,
      );
    }
    const { status, stdout } = await run([...command, '--mutation=none'], { under: limited(99) });
    assert.equal(status, 0, stdout);
  });

  it('refuses to be started by hand without what it needs', async () => {
    const { status, stderr } = await run([env['C_SYSTEM'] ?? '']);
    assert.equal(status, 126);
    assert.match(stderr, /reproduce\.py --launcher c-system starts this/);
  });
});
