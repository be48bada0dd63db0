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
