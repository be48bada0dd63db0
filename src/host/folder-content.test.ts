import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readFolder } from './folder-content.ts';

const folder = mkdtempSync(join(tmpdir(), 'folder-'));
after(() => rm(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'sub'));
writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\n');
writeFileSync(join(folder, 'sub/text'), 'text\n');
chmodSync(join(folder, 'sub/text'), 0o755);

describe('the files of a folder', () => {
  const modes = async (platform: NodeJS.Platform) => {
    const { files } = await readFolder(folder, 'it', '', platform);
    return files.map(({ path, mode }) => `${path} ${mode.toString(8)}`);
  };

  it('are executable by their permissions', async () => {
    assert.deepEqual(await modes('linux'), ['run.sh 644', 'sub/text 755']);
  });

  it('are executable on Windows if they are scripts, since it has no such permission', async () => {
    assert.deepEqual(await modes('win32'), ['run.sh 755', 'sub/text 644']);
  });
});
