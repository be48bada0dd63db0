import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRemote, localAddresses, masked, refProblem, splitAddress } from './address.ts';

describe('an address', () => {
  it('has a repository, perhaps a ref and perhaps a folder', () => {
    const cases: readonly [string, string, string | undefined, string | undefined][] = [
      ['https://h/x', 'https://h/x', undefined, undefined],
      ['https://h:8080/x', 'https://h:8080/x', undefined, undefined],
      ['https://h/x#v1', 'https://h/x', 'v1', undefined],
      ['https://h/x#v1:a/b', 'https://h/x', 'v1', 'a/b'],
      ['https://h/x#:a/b', 'https://h/x', undefined, 'a/b'],
      ['https://h/x.git:a', 'https://h/x.git', undefined, 'a'],
      ['git@h:me/x.git', 'git@h:me/x.git', undefined, undefined],
      ['git@h:me/x.git:a', 'git@h:me/x.git', undefined, 'a'],
      ['git@h:me/x#main:a', 'git@h:me/x', 'main', 'a'],
    ];
    for (const [what, repository, ref, folder] of cases) {
      assert.ok(isRemote(what), what);
      const { repository: read, ref: readRef, folder: readFolder } = splitAddress(what);
      assert.deepEqual([read, readRef, readFolder], [repository, ref, folder], what);
    }
    for (const path of ['a/b', './x:y', 'C', 'ext::sh -c x', 'a:b'])
      assert.ok(!isRemote(path), path);
  });

  it('of a local path tries the longest path first', () => {
    const read = localAddresses('a#b#c:d').map(({ repository, ref, folder }) => [
      repository,
      ref,
      folder,
    ]);
    assert.deepEqual(read, [
      ['a#b', 'c', 'd'],
      ['a', 'b#c', 'd'],
    ]);
  });

  it('shows no credentials', () => {
    for (const text of [
      "fatal: unable to access 'https://me:secret@host/x/': 403",
      'https://secret@host/x',
      'https://me:sec@secret@host/x',
      'ssh://me:secret@host/x',
      'me:secret@host/x',
      'https://host/x?private_token=secret&a=b',
    ]) {
      assert.doesNotMatch(masked(text), /secret/, text);
      assert.match(masked(text), /host/);
    }
    for (const text of ['ssh://git@host/x', 'git@host:me/x.git', 'https://host/x#a@b']) {
      assert.equal(masked(text), text);
    }
  });

  it('is refused for a ref that is an option or a pattern', () => {
    for (const ref of ['--upload-pack=x', '-x', '+main', '^main', 'a b', 'a*', 'a..b', 'a\nb']) {
      assert.ok(refProblem(ref), ref);
    }
    for (const ref of ['main', 'v1.2', 'HEAD~3', 'feature/x', 'abc1234'])
      assert.ok(!refProblem(ref));
  });
});
