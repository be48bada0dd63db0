import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import Docker from 'dockerode';
import { runStreamedCall } from './streamed-call.ts';

it('a call that never falls silent names the limit that ended it', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const stream = new PassThrough();
  const docker = new Docker();
  mock.method(docker, 'ping', () => Promise.resolve('OK'));
  const call = runStreamedCall(
    { docker, notify: () => undefined, retries: { count: 0 }, timeScale: 1 },
    {
      what: 'The pull of debian',
      // Longer than the whole call may take, so that the stream need not be kept alive.
      limit: { seconds: 4000, of: 'silence' },
      signal: new AbortController().signal,
      onLine: () => undefined,
      begin: () => Promise.resolve(stream),
    },
    () => Promise.resolve('it must not reach its end.'),
  );
  stream.write('{"status":"Pulling"}\n');
  await new Promise(setImmediate);
  mock.timers.tick(3601 * 1000);
  assert.deepEqual(await call, {
    type: 'failed',
    reason: 'The pull of debian failed: The pull of debian took longer than 3600 s',
    log: ['Pulling'],
    isLost: false,
  });
});
