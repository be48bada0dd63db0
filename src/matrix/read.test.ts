import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { renderRefusal } from '../yaml-file/render-diagnostic.ts';
import { readMatrixFile } from './read.ts';
import { changed, SMALL_MATRIX } from '../../test/support/small-matrix.ts';

describe('readMatrixFile', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matrix-read-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function refusal(name: string, content: string | Buffer | null): Promise<string> {
    const path = join(folder, name);
    if (content !== null) await writeFile(path, content);
    const result = await readMatrixFile(path);
    assert.ok(!result.ok);
    return renderRefusal(result.error).replaceAll(`${folder}/`, '');
  }

  it('reads a matrix', async () => {
    const path = join(folder, 'good.yaml');
    await writeFile(path, SMALL_MATRIX);
    const result = await readMatrixFile(path);
    assert.ok(result.ok);
    assert.equal(result.value.path, path);
  });

  it('shows each mistake with its line', async () => {
    const text = changed('[add, delete]', '[ad, delete]').replace('version: 1', 'version: 2');
    assert.equal(
      await refusal('bad.yaml', text),
      `bad.yaml:1:10: \`2\` is not allowed here.
    1 | version: 2
      |          ~
    Allowed here: 1

bad.yaml:16:26: \`ad\` is not allowed here.
   16 |       axes: { mutation: [ad, delete], launcher: [os.system, os.popen] }
      |                          ~~
    Did you mean \`add\`? Allowed here: none, add, delete, overwrite, churn`,
    );
  });

  it('says so where there is no file, or none that can be read', async () => {
    assert.equal(await refusal('none.yaml', null), 'none.yaml: The file does not exist.');
    await mkdir(join(folder, 'folder.yaml'));
    assert.equal(await refusal('folder.yaml', null), 'folder.yaml: This is not a file.');
    const device = await readMatrixFile('/dev/zero');
    assert.ok(!device.ok);
    assert.equal(renderRefusal(device.error), '/dev/zero: This is not a file.');
    const name = await readMatrixFile('a\u0000b');
    assert.ok(!name.ok);
    assert.match(renderRefusal(name.error), /^a␀b: The file cannot be read/);
  });

  it('says so where the file is no text', async () => {
    const bytes = Buffer.concat([Buffer.from(SMALL_MATRIX), Buffer.from([0xff, 0xfe])]);
    assert.equal(await refusal('binary.yaml', bytes), 'binary.yaml: The file is not UTF-8 text.');
  });

  it('does not read a file that is too large', async () => {
    const text = `${SMALL_MATRIX}#${'x'.repeat(2 ** 20)}`;
    assert.match(
      await refusal('large.yaml', text),
      /^large.yaml: The file has \d+ bytes, and at most 1048576/,
    );
  });

  it('follows no symbolic link of the reproduction that leads out', async () => {
    await symlink(tmpdir(), join(folder, 'stray'));
    assert.match(
      await refusal('stray.yaml', `${SMALL_MATRIX}reproduction: stray\n`),
      /^stray.yaml: The reproduction's folder `stray` is a symbolic link that leads out/,
    );
    await mkdir(join(folder, 'inside'));
    await symlink('inside', join(folder, 'beside'));
    const path = join(folder, 'beside.yaml');
    await writeFile(path, `${SMALL_MATRIX}reproduction: beside\n`);
    assert.ok((await readMatrixFile(path)).ok);
  });
});
