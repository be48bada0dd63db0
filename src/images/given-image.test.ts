/** An image that a user names, looked into with its own shell. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ContainerOutcome, Engine } from '../engine/engine.ts';
import { lookIntoImage } from './given-image.ts';

/** Looks into an image whose container writes this and ends so. */
function look(outcome: ContainerOutcome, stdout = '', stderr = '') {
  const engine = {
    run: (request) => {
      request.onStdout(Buffer.from(stdout));
      request.onStderr(Buffer.from(stderr));
      return Promise.resolve(outcome);
    },
  } as Pick<Engine, 'run'> as Engine;
  const limits = { labels: {}, memoryBytes: 1, pids: 1 };
  return lookIntoImage(engine, 'image', limits, new AbortController().signal);
}

it('an image whose shell fails is an error that names its status', async () => {
  const found = await look({ type: 'exited', status: 2, seconds: 1 }, '', 'a\nsh: not found\n');
  assert.deepEqual(found, {
    type: 'failed',
    reason: 'the image has no usable /bin/sh: it ended with status 2 sh: not found',
  });
});

it('an image is read without what is no fact, or too long for one', async () => {
  const lines = ['python=', 'id=alpine', `version=${'3'.repeat(501)}`, 'arch=x86_64', 'libc=musl'];
  const found = await look({ type: 'exited', status: 0, seconds: 1 }, `noise\n${lines.join('\n')}`);
  assert.deepEqual(found, {
    type: 'no-python',
    facts: { distro: { id: 'alpine', version: '' }, arch: 'x86_64' },
  });
});
