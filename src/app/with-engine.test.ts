import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { UserError } from '../cli/user-error.ts';
import { withEngine } from './with-engine.ts';

describe('a command that has no engine yet', () => {
  let folder = '';
  const silent = createServer();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'with-engine-'));
    await new Promise<void>((resolve) => silent.listen(join(folder, 'silent'), resolve));
  });
  after(async () => {
    silent.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function opened(socket: string, signal: AbortSignal): Promise<unknown> {
    const options = { engine: `unix://${join(folder, socket)}`, install: false };
    return withEngine(options, false, signal, () => Promise.resolve('used')).catch(
      (error: unknown) => error,
    );
  }

  it('ends with 130 when the user ends it while the engine is waited for', async () => {
    const error = await opened('silent', AbortSignal.timeout(200));
    assert.ok(error instanceof UserError);
    assert.equal(error.status, 130);
    assert.equal(error.message, 'Interrupted before a container engine was ready.');
  });

  it('ends with 4 and names the engine that does not answer, unless the run was interrupted', async () => {
    const error = await opened('missing', new AbortController().signal);
    assert.ok(error instanceof UserError);
    assert.equal(error.status, 4);
    assert.match(error.message, /missing/);
  });
});
