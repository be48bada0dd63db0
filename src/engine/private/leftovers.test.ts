import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { endProcesses, processesWithArgument } from '../../host/processes.ts';
import { mountsBelow } from '../../host/mounts.ts';

function mountinfo(...paths: readonly string[]): string {
  return paths.map((path, i) => `${i} 1 0:1 / ${path} rw - ext4 /dev/x rw\n`).join('');
}

describe('what a dead engine has left', () => {
  it('is found among the mounts, innermost first, and nothing else is', () => {
    const text = mountinfo('/', '/a/run', '/a/runner', '/a/run/netns', '/a/run/x\\040y', '/b');
    assert.deepEqual(mountsBelow('/a/run', text), ['/a/run/x y', '/a/run/netns', '/a/run']);
    assert.deepEqual(mountsBelow('/c', text), []);
  });

  it(
    'is ended, although it ignores signals, and nobody with a similar name is',
    { skip: process.platform === 'linux' ? false : 'needs /proc' },
    async () => {
      const name = `--data-root=/${randomUUID()}`;
      const start = (argument: string) =>
        spawn('sh', ['-c', "trap '' TERM; echo; sleep 60 & wait", 'sh', argument], {
          stdio: ['ignore', 'pipe', 'ignore'],
        });
      const ours = start(name);
      const other = start(`${name}-other`);
      await Promise.all([once(ours.stdout, 'data'), once(other.stdout, 'data')]);
      assert.deepEqual(processesWithArgument(name), [ours.pid]);
      const ended = once(ours, 'exit');
      assert.equal(await endProcesses(name, 0), true);
      await ended;
      assert.deepEqual(processesWithArgument(`${name}-other`), [other.pid]);
      other.kill('SIGKILL');
    },
  );

  it('is nothing where nobody has that name', async () => {
    assert.equal(await endProcesses(`--data-root=/${randomUUID()}`, 0), true);
  });
});
