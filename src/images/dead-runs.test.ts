import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withFakeEngine } from '../../test/support/fake-engine/engine-over-fake.ts';
import { processName, ownProcess, ownViewpoint } from '../host/process-identity.ts';
import { findDead, removeDead } from './dead-runs.ts';
import { LABELS } from './naming.ts';

const dead = processName({ ...ownViewpoint(), pid: 1, start: '123456789' });
const elsewhere = processName({ ...ownViewpoint(), machine: 'another', pid: 1, start: '1' });

describe('what dead runs have left in an engine', () => {
  it('is removed, and nothing of a live run, of another machine or of another user', () =>
    withFakeEngine({ script: () => ({ runsOn: true }) }, async ({ engine, fake }) => {
      fake.images.add('there:1');
      const labels = (process: string) => ({
        [LABELS.ours]: 'container',
        [LABELS.process]: process,
      });
      const stop = new AbortController();
      const request = {
        image: 'there:1',
        command: ['sleep'],
        memoryBytes: 1 << 20,
        pids: 1,
        timeoutSeconds: 100,
        outputBytes: 100,
        onStdout: () => undefined,
        onStderr: () => undefined,
      };
      const all = [labels(dead), labels(ownProcess()), labels(elsewhere), { else: '1' }];
      const running = all.map((one) => engine.run({ ...request, labels: one }, stop.signal));
      while (fake.containers.created.filter(({ state }) => state === 'running').length < 4) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      fake.images.add('unfinished:dead', {
        [LABELS.ours]: 'unfinished',
        [LABELS.process]: dead,
      });
      fake.images.add('unfinished:live', {
        [LABELS.ours]: 'unfinished',
        [LABELS.process]: ownProcess(),
      });
      const found = await findDead(engine);
      assert.deepEqual(
        [found.containers.length, found.images.map(({ tags }) => tags), found.elsewhere],
        [1, [['unfinished:dead']], 1],
      );
      assert.deepEqual(await removeDead(engine, found), []);
      assert.equal(fake.containers.all.size, 3);
      assert.ok(fake.images.has('unfinished:live') && !fake.images.has('unfinished:dead'));
      stop.abort();
      await Promise.all(running);
    }));
});
