import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { endProcesses, killGroup, processesWithArgument, startsGroup } from './processes.ts';

describe('a process with an argument', () => {
  it(
    'is ended, although it ignores signals, and none with a similar argument is',
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

  it('is nothing to wait for where there is none', async () => {
    assert.equal(await endProcesses(`--data-root=/${randomUUID()}`, 0), true);
  });
});

describe('a child with children', () => {
  it('is killed with them, and alone on Windows, which has no groups', async () => {
    const start = (platform: NodeJS.Platform) =>
      spawn('sh', ['-c', 'sleep 60 & echo; wait'], {
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: startsGroup(platform),
      });
    const group = start('linux');
    await once(group.stdout, 'data');
    killGroup(group, 'linux');
    // The output only closes when its last writer has ended.
    await once(group, 'close');
    killGroup(group, 'linux');
    const alone = start('win32');
    await once(alone.stdout, 'data');
    killGroup(alone, 'win32');
    const [, signal] = (await once(alone, 'exit')) as [unknown, string];
    assert.equal(signal, 'SIGKILL');
    alone.stdout.destroy();
  });
});
