/** The rows of two days, bootstrapped from snapshots of an archive on loopback. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  cannotMakeArchive,
  startDebianArchive,
  type DebianArchive,
} from '../../test/support/debian-archive/debian-archive.ts';
import { loaded, SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import { onPath } from '../host/debian-packages.ts';
import { startBootstrap } from '../images/bootstrap.ts';
import { momentOf, rowOn } from './days.ts';

const skip =
  (await cannotMakeArchive()) ||
  (!(await onPath('mmdebstrap', process.env)) && 'needs mmdebstrap') ||
  (process.getuid?.() !== 0 && 'needs root');
let archive: DebianArchive;
before(async () => {
  if (skip !== false) return;
  archive = await startDebianArchive();
  for (const [day, version] of [
    ['2026-03-10', '1'],
    ['2026-03-11', '2'],
  ] as const) {
    const packages = [{ name: 'tiny', version, essential: true }];
    await archive.put(`debian/${momentOf(day)}/dists/forky`, { packages });
  }
});
after(async () => {
  if (skip === false) await archive.stop();
});

async function bootstrapOf(day: string) {
  const addresses = `{ snapshots: '${archive.address}', keyring: ${archive.keyring} }`;
  const matrix = loaded(
    SMALL_MATRIX.replace('version: 1\n', `version: 1\narchives: ${addresses}\n`).replace(
      'debian: trixie',
      'debian: forky',
    ),
  );
  const row = matrix.groups.get('default')?.environments.find(({ id }) => id === 'debian-13/pypy3');
  assert.ok(row);
  const dated = rowOn(day, row, matrix);
  assert.ok(dated.ok);
  const [source] = dated.value.environment.base.sources;
  assert.ok(source?.type === 'bootstrap');
  const { signal } = new AbortController();
  const { archive: tar, outcome } = await startBootstrap(source, () => undefined, signal);
  tar.resume();
  return outcome;
}

describe('a base of a day', { skip }, () => {
  it('gets the packages of that day, from its snapshot alone', async () => {
    // Without dpkg among its packages, the base itself cannot be finished.
    await bootstrapOf('2026-03-10');
    await bootstrapOf('2026-03-11');
    const fetched = archive.requests.filter((path) => path.endsWith('.deb'));
    assert.deepEqual(fetched, [
      'debian/20260310T000000Z/pool/tiny_1_all.deb',
      'debian/20260311T000000Z/pool/tiny_2_all.deb',
    ]);
    const moments = archive.requests.map((path) => path.split('/')[1]);
    assert.deepEqual(new Set(moments), new Set(['20260310T000000Z', '20260311T000000Z']));
  });

  it('is not available on a day without a snapshot, which is named', async () => {
    const outcome = await bootstrapOf('2026-03-12');
    assert.ok(outcome.type === 'unavailable', JSON.stringify(outcome));
    assert.match(outcome.reason, /the snapshot of 20260312T000000Z does not serve forky/);
  });
});
