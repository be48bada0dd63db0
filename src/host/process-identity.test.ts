import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  processName,
  ownProcess,
  processState,
  startTime,
  ownViewpoint,
  type Viewpoint,
} from './process-identity.ts';

const here: Viewpoint = {
  machine: 'm1',
  boot: 'b1',
  space: 'pid4026531836',
  startOf: (pid) => (pid === 7 ? '100' : ''),
};
const mine = { machine: 'm1', boot: 'b1', space: 'pid4026531836', pid: 7, start: '100' };

describe('the start of a process', () => {
  for (const platform of ['darwin', 'win32'] as const) {
    it(`is the same each time as ${platform} reports it, until the process has ended`, async () => {
      const child = spawn('sleep', ['60']);
      const { pid } = child;
      assert.ok(pid !== undefined);
      const start = startTime(pid, platform);
      assert.match(start, /^\d+$/);
      assert.equal(startTime(pid, platform), start);
      child.kill();
      await once(child, 'close');
      assert.equal(startTime(pid, platform), '');
    });
  }

  it('does not depend on the time zone', (t) => {
    const before = process.env['TZ'];
    t.after(() => {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    });
    const start = startTime(process.pid, 'darwin');
    process.env['TZ'] = 'Asia/Tokyo';
    assert.equal(startTime(process.pid, 'darwin'), start);
    assert.ok(Math.abs(Number(start) - (Date.now() / 1000 - process.uptime())) < 10);
  });
});

describe('the name of a process', () => {
  it('tells a live one from one that is gone, and from one whose number another one has', () => {
    assert.equal(processState(processName(mine), here), 'alive');
    assert.equal(processState(processName({ ...mine, pid: 8 }), here), 'dead');
    assert.equal(processState(processName({ ...mine, start: '99' }), here), 'dead');
    assert.equal(processState(processName({ ...mine, boot: 'b0' }), here), 'dead');
  });

  it('does not say of anybody elsewhere that he is dead', () => {
    for (const other of [{ machine: 'm2' }, { space: 'pid2' }, { machine: 'm2', boot: 'b2' }]) {
      assert.equal(processState(processName({ ...mine, ...other }), here), 'elsewhere');
    }
  });

  it('is nothing that anybody could make up to have something removed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(processState(text, here), 'unnamed');
      }),
    );
    for (const text of ['', 'm1/b1/pid4026531836/x/1', 'm1/b1/pid4026531836/7/', '////']) {
      assert.equal(processState(text, here), 'unnamed');
    }
  });

  it(
    'is that of this process, and of a real one until it ends',
    { skip: ownViewpoint().boot === 'unknown' },
    async () => {
      assert.equal(processState(ownProcess()), 'alive');
      const child = spawn('sleep', ['100']);
      await once(child, 'spawn');
      const name = processName({
        ...ownViewpoint(),
        pid: child.pid ?? 0,
        start: startTime(child.pid ?? 0),
      });
      assert.equal(processState(name), 'alive');
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      assert.equal(processState(name), 'dead');
    },
  );
});
