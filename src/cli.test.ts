import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../test/support/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs it with a script loaded before it. */
function withScript(script: string, args: readonly string[]) {
  const url = `data:text/javascript,${encodeURIComponent(script)}`;
  return runProgram(ROOT, args, { NODE_OPTIONS: `--import ${url}` });
}

/** Throws from a callback, where no one can catch it, as soon as the program would notice. */
function throwing(error: string): string {
  return `process.on('newListener', (name) => {
    if (name === 'uncaughtException') setImmediate(() => { throw ${error}; });
  });`;
}

describe('the program', () => {
  it('does not end as if it had found something after an uncaught error', async () => {
    const { status, stderr } = await withScript(throwing("new Error('planted')"), ['plan']);
    assert.equal(status, 70, stderr);
    assert.match(
      stderr,
      /^This is a bug in the program, or a fault of the machine:\nError: planted\n/m,
    );
  });

  it('nor after an uncaught error of the machine', async () => {
    const full = "Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' })";
    const { status, stderr } = await withScript(throwing(full), ['plan']);
    assert.equal(status, 3, stderr);
    assert.equal(stderr, 'The disk is full: no space\n');
  });

  it('in git bisect run skips a commit without the script, and ends the search after other errors', async () => {
    for (const [status, ...args] of [
      [125, 'try', 'no-such-script.py', '--bisect'],
      [2, 'try', 'no-such-script.py', '--', '--bisect'],
      [255, 'try', 'package.json', '--bisect', '--no-such-option'],
      [255, 'try', '--run', 'true', '--bisect', '--rate', '200%'],
      [255, 'try', '--run', 'true', '--bisect', '--matrix', 'no-such-matrix.yaml'],
      [255, 'try', '--bisect'],
      [255, 'try', '', '--bisect'],
      [255, 'try', '--run', ' ', '--bisect'],
      [255, 'try', '-', '--run', 'true', '--bisect'],
    ] as const) {
      const ended = await runProgram(ROOT, args);
      assert.equal(ended.status, status, `${args.join(' ')}\n${ended.stderr}`);
    }
  });

  it('continues where no one reads its progress', async () => {
    const gone =
      "process.stderr.write = () => { process.stderr.emit('error', new Error('EPIPE')); };";
    const { status, stdout } = await withScript(
      `${gone} process.on('newListener', (name) => {
        if (name === 'uncaughtException') setImmediate(() => process.stderr.write('x'));
      });`,
      ['plan'],
    );
    assert.equal(status, 0);
    assert.match(stdout, /debian-12/);
  });
});
