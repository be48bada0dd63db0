import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FORMAT_NAMES, FORMATS } from '../formats/registry.ts';
import { defaultGroupReport } from '../../test/support/sample-report.ts';
import { render } from './render.ts';
import { writeParts, writeResults } from './write-results.ts';

describe("writing a run's files", () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'write-results-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('writes every format, and leaves nothing else behind', async () => {
    const own = await mkdtemp(join(folder, 'all-'));
    const report = defaultGroupReport();
    await writeResults(own, report);
    const files = FORMAT_NAMES.map((name) => FORMATS[name].file);
    assert.deepEqual((await readdir(own)).sort(), files.sort());
    for (const name of FORMAT_NAMES) {
      const text = await readFile(join(own, FORMATS[name].file), 'utf8');
      assert.ok(text === render(name, report), name);
    }
  });

  it('never shows a partial file', async () => {
    const own = await mkdtemp(join(folder, 'part-'));
    const path = join(own, 'report.json');
    await writeFile(path, 'what was there');
    let meanwhile: Promise<string> | undefined;
    const parts = function* () {
      yield 'x'.repeat(1_000_000);
      meanwhile = readFile(path, 'utf8');
      yield 'y';
      throw new Error('the report cannot be written');
    };
    await assert.rejects(writeParts(path, parts()), /cannot be written/);
    assert.equal(await meanwhile, 'what was there');
    assert.equal(await readFile(path, 'utf8'), 'what was there');
    assert.deepEqual(await readdir(own), ['report.json']);
  });

  it('says what the system says where a file cannot be written', async () => {
    const path = join(folder, 'no such folder', 'report.json');
    await assert.rejects(writeParts(path, ['text']), { code: 'ENOENT' });
  });

  it('writes long texts of any characters as they are', async () => {
    // Pieces are cut by their length; a character of two units may lie on the cut.
    const part = `${'a'.repeat(1001)}😀`;
    await writeParts(
      join(folder, 'long'),
      Array.from({ length: 500 }, () => part),
    );
    assert.ok((await readFile(join(folder, 'long'), 'utf8')) === part.repeat(500));
  });
});
