/** An engine behind a program that stands in for `ssh`, and connects to a socket of the test's. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { startFakeEngine, type FakeEngine } from '../../../test/support/fake-engine/fake-engine.ts';
import type { Script } from '../../../test/support/fake-engine/fake-containers.ts';
import { openEngine, type OpenOutcome } from './open.ts';

const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'by-ssh-'));
after(() => rm(folder, { recursive: true, force: true }));

const PASSES_ON = `
const socket = require('node:net').connect(process.env.FAKE_SOCKET);
process.stdin.pipe(socket).pipe(process.stdout);`;

function installSsh(text: string): void {
  const path = join(folder, 'ssh');
  writeFileSync(path, `#!/bin/sh\necho "$*" >> ${folder}/log\n${text}\n`);
  chmodSync(path, 0o755);
}

describe('an engine behind ssh', () => {
  let fake: FakeEngine;
  let script: Script = {};
  beforeEach(async () => {
    fake = await startFakeEngine({ script: () => script });
    installSsh(`exec "${process.execPath}" -e "$PASSES_ON"`);
  });
  afterEach(() => fake.close());

  const open = (more: NodeJS.ProcessEnv, explicit?: string): Promise<OpenOutcome> =>
    openEngine(
      {
        explicit,
        env: {
          HOME: folder,
          PATH: `${folder}:${process.env['PATH'] ?? ''}`,
          FAKE_SOCKET: fake.socket,
          PASSES_ON,
          ...more,
        },
        cacheFolder: folder,
        notify: () => undefined,
      },
      never,
    );

  it('is used as one on this machine is', async () => {
    script = { output: [{ stream: 1, text: 'x'.repeat(300_000) }], status: 3 };
    const opened = await open({ DOCKER_HOST: 'ssh://me@there:2222' });
    assert.ok(opened.type === 'ready', JSON.stringify(opened));
    const { engine } = opened;
    assert.match(engine.description.endpoint, /DOCKER_HOST \(ssh:\/\/me@there:2222\)/);
    let bytes = 0;
    const ended = await engine.run(
      {
        image: fake.images.add('an-image').id,
        command: ['x'],
        labels: {},
        timeoutSeconds: 60,
        memoryBytes: 64 * 2 ** 20,
        pids: 32,
        outputBytes: 2 ** 20,
        onStdout: (chunk) => (bytes += chunk.length),
        onStderr: () => undefined,
      },
      never,
    );
    await engine.close();
    assert.ok(ended.type === 'exited' && ended.status === 3, JSON.stringify(ended));
    assert.equal(bytes, 300_000);
    assert.match(readFileSync(join(folder, 'log'), 'utf8'), /-l me -p 2222 -- there docker system/);
  });

  it("is also found by Podman's variable", async () => {
    const opened = await open({ CONTAINER_HOST: 'ssh://core@machine/run/podman/podman.sock' });
    assert.ok(opened.type === 'ready', JSON.stringify(opened));
    await opened.engine.close();
  });

  it('is not there for the reason that ssh prints, and the advice is the command to try', async () => {
    installSsh('echo "me@there: Permission denied (publickey)." >&2; exit 255');
    const opened = await open({}, 'ssh://me@there');
    assert.ok(opened.type === 'none');
    assert.match(
      opened.reason,
      /--engine \(ssh:\/\/me@there\): ssh to there: me@there: Permission/,
    );
    assert.match(opened.advice, /ssh -o .* -l me -- there docker version\nOr leave --engine out/);
  });

  it('is not there where this machine has no ssh', async () => {
    const opened = await open({ PATH: '/nowhere' }, 'ssh://me@there');
    assert.ok(opened.type === 'none');
    assert.match(opened.reason, /the program ssh is not installed/);
  });
});
