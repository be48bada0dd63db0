import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePackages } from './list-packages.ts';
import { findLockedRow, movedText, parseLock, renderLock, type Lock } from './lock-file.ts';

const LOCK: Lock = {
  kind: 'lock',
  schema: 1,
  reproduction: 'ab'.repeat(32),
  environments: {
    'b/py': {
      reference: 'race-matrix/b/py:0123',
      fingerprint: '0c'.repeat(32),
      source: 'pulled debian@sha256:00',
      packages: { libc6: '2.36-9', bash: '5' },
    },
  },
};

describe('matrix.lock.json', () => {
  it('is read as it was written, with its packages in order', () => {
    const text = renderLock(LOCK);
    assert.deepEqual(parseLock(text), { ok: true, value: LOCK });
    assert.ok(text.indexOf('bash') < text.indexOf('libc6'));
  });

  it('that is none is refused in one line', () => {
    for (const text of ['', '{}', '{"kind": "lock"}', renderLock(LOCK).replace('0c0c', 'zz')]) {
      const read = parseLock(text);
      assert.ok(!read.ok && !read.error[0].includes('\n'));
    }
  });

  it('of any other text is refused or read, and never ends the program', () => {
    const text = renderLock(LOCK);
    const torn = fc.tuple(fc.nat(text.length), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          torn.map(([at, put]) => text.slice(0, at) + put + text.slice(at + put.length)),
        ),
        (any) => {
          const read = parseLock(any);
          if (!read.ok) assert.doesNotMatch(read.error[0], /\p{Cc}/u);
          else assert.deepEqual(parseLock(renderLock(read.value)), read);
        },
      ),
    );
  });

  it('has a row of another platform for an id that is alike only on the host that it states', () => {
    const row = { ...LOCK.environments['b/py'], packages: { 'libc6:arm64': '2.36-9' } };
    const arm = { ...LOCK, environments: { 'b/py': row } } as Lock;
    assert.ok(findLockedRow(arm, 'b/py', 'linux/arm64'));
    assert.equal(findLockedRow(arm, 'b/py', 'linux/amd64'), undefined);
    assert.ok(findLockedRow(arm, 'b@linux-arm64/py', 'linux/amd64'));
    assert.equal(
      findLockedRow({ ...LOCK, platform: 'linux/386' }, 'b/py', 'linux/amd64'),
      undefined,
    );
    assert.ok(findLockedRow(LOCK, 'b/py', 'linux/amd64'));
    assert.equal(findLockedRow(LOCK, 'constructor', undefined), undefined);
  });

  it('says what moved, and is short where everything did', () => {
    assert.equal(movedText({ a: '1' }, { a: '1' }), '');
    assert.equal(
      movedText({ a: '1', b: '2' }, { a: '1.1', c: '3' }),
      'a 1 → 1.1, b 2 → (none), c (none) → 3',
    );
    const many = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`p${index}`, '1']));
    assert.match(movedText(many, {}), / and 91 more$/);
  });
});

describe('a list of packages', () => {
  it('is read line by line, and not guessed at', () => {
    assert.deepEqual(parsePackages('libc6:amd64 2.36-9\nbash 5\n'), {
      type: 'packages',
      packages: { 'libc6:amd64': '2.36-9', bash: '5' },
    });
    for (const bad of ['', '\n', 'bash\n', 'bash 5 6\n']) {
      assert.equal(parsePackages(bad).type, 'failed', bad);
    }
  });
});
