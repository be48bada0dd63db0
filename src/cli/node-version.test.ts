/** bin/matrix on a Node that is too old for tsx and for the program. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'node-version-'));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

// All that bin/matrix calls, and no other folder that may have a Node.
for (const name of ['readlink', 'dirname']) symlinkSync(`/usr/bin/${name}`, join(folder, name));

/**
 * Runs bin/matrix with a `node` that prints this version and reports that it was started, or with
 * none.
 */
function withNode(version: string | undefined) {
  const node = join(folder, 'node');
  rmSync(node, { force: true });
  if (version !== undefined) {
    const script = `[ "$1" = --version ] && echo ${version} || echo "started: $*"`;
    writeFileSync(node, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const { status, stdout, stderr } = spawnSync('/bin/sh', [join(ROOT, 'bin/matrix'), '--help'], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('bin/matrix', () => {
  it('says in one sentence that Node is too old, and does not start it', () => {
    for (const version of ['v18.20.4', 'v20.18.3', 'v8.0.0', 'nonsense']) {
      assert.deepEqual(withNode(version), {
        status: 70,
        stdout: '',
        stderr: `matrix: Node 20.19 or later is needed, and ${version} is on PATH.\n`,
      });
    }
    assert.match(withNode(undefined).stderr, /^matrix: Node 20\.19 or later is needed, and none/);
  });

  it('starts one that is new enough', () => {
    for (const version of ['v20.19.0', 'v20.20.2', 'v22.0.0', 'v24.11.1']) {
      const { status, stdout } = withNode(version);
      assert.equal(status, 0, version);
      assert.match(stdout, /^started: --import .*cli\.ts --help$/m);
    }
  });

  it('asks for the version that package.json does', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    assert.match(withNode('v18.20.4').stderr, new RegExp(engines.node.replace('>=', 'Node ')));
  });
});
