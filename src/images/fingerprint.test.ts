import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { baseFingerprint, recipeFingerprint } from './fingerprint.ts';
import { imageReference } from './naming.ts';
import { readFolder, FolderError } from '../host/folder-content.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recipe-'));
  await writeFile(join(folder, 'Dockerfile'), 'ARG BASE\nFROM ${BASE}\n');
  await mkdir(join(folder, 'files'));
  await writeFile(join(folder, 'files', 'install'), '#!/bin/sh\n', { mode: 0o700 });
});
after(() => rm(folder, { recursive: true }));

const fingerprint = async (args: Record<string, string> = { PACKAGE: 'pypy3' }, parent = 'p') =>
  recipeFingerprint(await readFolder(folder, 'test'), args, [parent]);

describe('a recipe', () => {
  it('is its files in order, with the modes that a checkout gives them', async () => {
    const { files } = await readFolder(folder, 'test', 'below/');
    assert.deepEqual(
      files.map(({ path, mode }) => [path, mode]),
      [
        ['below/Dockerfile', 0o644],
        ['below/files/install', 0o755],
      ],
    );
  });

  it('that is not there, or leads out of its folder, is refused by name', async () => {
    await assert.rejects(
      readFolder(join(folder, 'none'), 'images/none'),
      /images\/none: the folder/,
    );
    const link = join(folder, 'link');
    await symlink('/etc/passwd', link);
    await assert.rejects(readFolder(folder, 'test'), FolderError);
    await rm(link);
  });
});

describe('a fingerprint', () => {
  it('stays the same for a file that was only touched, and for what tests and editors leave', async () => {
    const before = await fingerprint();
    await utimes(join(folder, 'Dockerfile'), 0, 0);
    await mkdir(join(folder, '__pycache__'));
    await writeFile(join(folder, '__pycache__', 'x.pyc'), '');
    assert.equal(await fingerprint(), before);
  });

  it('changes with the content, the mode, the arguments and the parent', async () => {
    const seen = new Set([await fingerprint()]);
    const differs = async (args?: Record<string, string>, parent?: string) => {
      const next = await fingerprint(args, parent);
      assert.ok(!seen.has(next));
      seen.add(next);
    };
    await differs({ PACKAGE: 'python3.11' });
    await differs({ PACKAGE: 'pypy3', MORE: '' });
    await differs({ PACKAGE: 'pypy3' }, 'another parent');
    await chmod(join(folder, 'files', 'install'), 0o600);
    await differs();
    await writeFile(join(folder, 'Dockerfile'), 'ARG BASE\nFROM ${BASE}\nRUN true\n');
    await differs();
  });

  it('does not depend on the order in which arguments are given', async () => {
    assert.equal(await fingerprint({ A: '1', B: '2' }), await fingerprint({ B: '2', A: '1' }));
  });

  it('is not the same for parts that only look alike when they are put together', () => {
    const arg = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 3 });
    const recipe = { files: [] };
    fc.assert(
      fc.property(arg, arg, (a, b) => {
        const sorted = (args: Record<string, string>) =>
          JSON.stringify(Object.entries(args).sort());
        fc.pre(sorted(a) !== sorted(b));
        assert.notEqual(recipeFingerprint(recipe, a, ['p']), recipeFingerprint(recipe, b, ['p']));
      }),
    );
  });

  it('of a base follows its sources and their order', () => {
    const pull = { type: 'pull', reference: 'debian:trixie-slim' } as const;
    const bootstrap = { type: 'bootstrap', release: 'trixie' } as const;
    const all = [[pull], [bootstrap], [pull, bootstrap], [bootstrap, pull]].map((sources) =>
      baseFingerprint(sources),
    );
    assert.equal(new Set(all).size, 4);
  });

  it('gives a name that an engine takes', () => {
    assert.equal(
      imageReference('debian-12/libc6-2.44+exp', 'f'.repeat(64)),
      `race-matrix/debian-12/libc6-2.44-plus-exp:${'f'.repeat(16)}`,
    );
  });
});
