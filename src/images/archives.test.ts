import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changed, loaded, mistakes, SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import type { BaseSource } from '../model.ts';
import { acceptsExpired, aptSources, isPastSupport, sourceText } from './archives.ts';
import { bootstrapCommand } from './bootstrap.ts';
import { baseFingerprint } from './fingerprint.ts';

const SOURCES = '{ pull: debian:bookworm-slim }, { bootstrap: { debian: bookworm } }]';
const ARCHIVES = 'archives: [mirror, old-releases, { snapshot: 20260830T000000Z }]';
const base = (text: string) => loaded(text).bases.get('debian-12') ?? assert.fail();
const plain = base(SMALL_MATRIX);
const named = base(changed(SOURCES, `${SOURCES}, ${ARCHIVES}`));
const day = (text: string) => new Date(`${text}T12:00:00Z`);
const bullseye: BaseSource = { type: 'bootstrap', release: 'bullseye' };

describe('the archives of a base', () => {
  it('are tried with each source in their order', () => {
    assert.deepEqual(named.sources.map(sourceText), [
      'the image debian:bookworm-slim',
      'the image debian:bookworm-slim with packages from the archive of old releases',
      'the image debian:bookworm-slim with packages from the snapshot of 20260830T000000Z',
      'the bootstrap from the Debian archive',
      'the bootstrap from the archive of old releases',
      'the bootstrap from the snapshot of 20260830T000000Z',
    ]);
  });

  it('are where the file says, and otherwise where Debian has them', () => {
    const addresses =
      'archives: { mirror: http://m, snapshots: http://s/archive, keyring: /k.gpg }';
    const ours = base(
      changed(SOURCES, `${SOURCES}, ${ARCHIVES}`).replace('bases:', `${addresses}\nbases:`),
    );
    assert.deepEqual(
      ours.sources.slice(0, 3).map(({ archive }) => [archive?.main, archive?.keyring]),
      [
        ['http://m/debian', '/k.gpg'],
        ['http://archive.debian.org/debian', '/k.gpg'],
        ['http://s/archive/debian/20260830T000000Z', '/k.gpg'],
      ],
    );
    // A mirror is for every base of Debian's, whether or not it names archives.
    const mirrored = base(SMALL_MATRIX.replace('bases:', `${addresses}\nbases:`));
    assert.ok(mirrored.sources.every(({ archive }) => archive?.main === 'http://m/debian'));
  });

  it('leave the fingerprint of a base as it is where they are only to fall back to', () => {
    const fingerprint = (sources: readonly BaseSource[]) => baseFingerprint(sources);
    assert.equal(fingerprint(named.sources), fingerprint(plain.sources));
    assert.equal(
      fingerprint(plain.sources),
      '89b25156d7bcc8c0b015392d3bddc7053f3f4f0ee4997db21a787e96c265e5a7',
    );
    const rests = named.sources.map((_, index) => fingerprint(named.sources.slice(index)));
    assert.equal(new Set(rests).size, rests.length);
  });

  it('that are no archives are mistakes with their line', () => {
    const wrong = (archives: string) =>
      mistakes(changed(SOURCES, `${SOURCES}, archives: ${archives}`)).join('\n');
    assert.match(wrong('[mirrors]'), /^3:\d+ `mirrors` is not allowed here/);
    assert.match(wrong('{ snapshot: 2026-08-30 }'), /3:\d+ .*20260830T000000Z/);
    assert.match(wrong('[]'), /is empty|none of/);
    assert.match(
      mistakes(changed(SOURCES, `${SOURCES}, expired: maybe`)).join(),
      /3:\d+ `maybe` is not allowed here/,
    );
    for (const address of [
      "'http://m/'",
      'm',
      "'http://m/#x'",
      "'http://u:p@m'",
      "'http://m/ x'",
    ]) {
      const text = SMALL_MATRIX.replace('bases:', `archives: { mirror: ${address} }\nbases:`);
      assert.match(mistakes(text).join(), /is not an address/, address);
    }
  });
});

describe('an expired Release file', () => {
  it('is accepted where the entry says so, in a snapshot, and of a release that has ended', () => {
    const accepts = (source: BaseSource, now: string, meaning = false) =>
      acceptsExpired({ sources: [source], acceptsExpired: meaning }, source, day(now));
    assert.ok(!accepts(bullseye, '2026-08-31'));
    assert.ok(accepts(bullseye, '2026-09-01'));
    assert.ok(accepts({ type: 'pull', reference: 'debian:bullseye-slim' }, '2026-09-01'));
    assert.ok(
      accepts({ type: 'pull', reference: 'r.io:5000/python:3.9-slim-bullseye' }, '2026-09-01'),
    );
    assert.ok(!accepts({ type: 'pull', reference: 'debian:trixie-slim' }, '2026-09-01'));
    assert.ok(!accepts({ type: 'bootstrap', release: 'testing' }, '2026-11-27'));
    assert.ok(accepts({ type: 'bootstrap', release: 'testing' }, '2026-11-27', true));
    const [, old, snapshot] = named.sources;
    for (const source of [old, snapshot]) assert.ok(source && accepts(source, '2026-11-27'));
  });

  it('is refused by a bootstrap otherwise, and a signature is always asked for', () => {
    const command = (source: Parameters<typeof bootstrapCommand>[0]) =>
      bootstrapCommand(source, '/facts').join('\n');
    const strict = command({ type: 'bootstrap', release: 'trixie' });
    assert.doesNotMatch(strict, /Valid-Until/);
    const lenient = command({ type: 'bootstrap', release: 'testing', acceptsExpired: true });
    assert.match(lenient, /Acquire::Check-Valid-Until "false"/);
    for (const text of [strict, lenient])
      assert.doesNotMatch(text, /trusted=|AllowUnauth|Insecure/i);
  });

  it('is of no release whose end is not known', () => {
    assert.ok(!isPastSupport('constructor', day('2099-01-01')));
    assert.ok(!isPastSupport('forky', day('2099-01-01')));
  });
});

describe("apt's sources", () => {
  const lines = (release: string, index: number, releaseOnly = false) => {
    const archive = named.sources[index]?.archive ?? assert.fail();
    return aptSources(release, archive, releaseOnly).map((line) =>
      line.replace(/^deb \[signed-by=\S+debian-archive-keyring\.gpg\] http:\/\//, ''),
    );
  };

  it('are the release with its updates in a snapshot', () => {
    assert.deepEqual(lines('bookworm', 2), [
      'snapshot.debian.org/archive/debian/20260830T000000Z bookworm main',
      'snapshot.debian.org/archive/debian/20260830T000000Z bookworm-updates main',
      'snapshot.debian.org/archive/debian-security/20260830T000000Z bookworm-security main',
    ]);
    assert.equal(lines('bookworm', 2, true).length, 1);
    assert.equal(lines('testing', 2).length, 1);
  });

  it('are the release and its security updates where old releases are', () => {
    assert.deepEqual(lines('buster', 1), [
      'archive.debian.org/debian buster main',
      'archive.debian.org/debian-security buster/updates main',
    ]);
    assert.match(lines('bullseye', 1)[1] ?? '', /bullseye-security/);
  });
});
