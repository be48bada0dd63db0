/** `matrix bisect --along date` over an archive of snapshots that a stand-in for mmdebstrap plays. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startFakeEngine } from '../../test/support/fake-engine/fake-engine.ts';
import { wholeRuns } from '../../test/support/fake-engine/whole-runs.ts';
import { runProgram, type Ended } from '../../test/support/program.ts';

/** The first day with the new C library, on which the bug is gone. */
const FIXED = '20260311';
/** A day whose snapshot is not served. */
const MISSING = '20260310';

const MATRIX = `\
version: 1
verdict: { confidence: 0.99, maxRate: 0.01, budget: 30s }
archives: { snapshots: http://snapshots.example }
bases:
  debian-testing: { sources: [{ pull: debian:testing-slim }, { bootstrap: { debian: testing } }] }
  python-slim: { sources: [{ pull: 'python:slim' }] }
pythons:
  system: { recipe: debian-package, args: { PACKAGE: python3 }, command: python3 }
groups:
  default:
    environments: { axes: { base: [debian-testing, python-slim], python: [system] } }
    scenarios: { axes: { mutation: [add], launcher: [os.system] } }
`;

/** Leaves the day that it was asked for in a file, for the containers. */
const MMDEBSTRAP = `#!/bin/sh
for argument; do
  case $argument in
    --customize-hook=*/packages) facts=\${argument##*> } ;;
    deb*/debian/*) moment=\${argument##*/debian/} ;;
  esac
done
day=\${moment%%T*}
if [ "$day" = ${MISSING} ]; then
  echo "E: The repository 'http://snapshots.example/debian/\${day}T000000Z testing Release' does not have a Release file." >&2
  exit 25
fi
printf %s "$day" > "$DAY_FILE"
echo "libc6 of $day" > "$facts"
tar -c --files-from /dev/null
`;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bisect-'));
  await writeFile(join(folder, 'matrix.yaml'), MATRIX);
  await writeFile(join(folder, 'mmdebstrap'), MMDEBSTRAP, { mode: 0o755 });
  const reproduction = fileURLToPath(new URL('../../reproduction', import.meta.url));
  await cp(reproduction, join(folder, 'reproduction'), { recursive: true });
});
after(() => rm(folder, { recursive: true, force: true }));

async function bisect(...args: readonly string[]): Promise<Ended> {
  const day = join(folder, 'day');
  const fake = await startFakeEngine({
    script: (body) => {
      const fixed = readFileSync(day, 'utf8') >= FIXED;
      const version = fixed ? '2.43' : '2.42';
      const libc = { name: 'glibc', version, package: `libc6 ${version}-1` };
      return wholeRuns(body, { facts: { libc }, reproduces: !fixed });
    },
  });
  fake.images.pulls = true;
  try {
    return await runProgram(
      folder,
      ['bisect', 'add/os.system', '--along', 'date', '--results', 'results', ...args],
      {
        DOCKER_HOST: fake.address,
        XDG_CACHE_HOME: folder,
        DAY_FILE: day,
        PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      },
    );
  } finally {
    await fake.close();
  }
}

describe('a search along date', () => {
  it('ends at the two days between which the verdict changes, and with what changed', async () => {
    const { status, stdout, stderr } = await bisect(
      ...['--only', 'debian-testing', '--from', '2026-03-01', '--to', '2026-03-20'],
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^2026-03-01 {2}fail$/m);
    assert.match(stdout, /^2026-03-20 {2}pass$/m);
    assert.match(stdout, /^2026-03-10 {2}skipped: .*the snapshot of 20260310T000000Z/m);
    assert.match(
      stdout,
      /does not reproduce from 2026-03-11 on\. Up to 2026-03-09 it reproduces\./,
    );
    assert.match(stdout, /libc changed from libc6 2\.42-1 to libc6 2\.43-1\./);
    assert.match(stdout, /these are inconclusive or not measured: 2026-03-10\./);
    const measured = /(\d+) of 20 days were measured/.exec(stdout)?.[1];
    assert.ok(Number(measured) <= 11, measured);
  });

  it('leaves a report of each day', async () => {
    const { status, stdout } = await bisect(
      ...['--only', 'debian-testing', '--from', '2026-03-11', '--to', '2026-03-12', '--json'],
    );
    assert.equal(status, 0);
    const { searches } = JSON.parse(stdout) as {
      searches: { environment: string; rows: { day: string; verdict: string }[] }[];
    };
    assert.deepEqual(
      searches.map(({ environment, rows }) => [environment, rows.map(({ day }) => day)]),
      [['debian-testing/system', ['2026-03-11', '2026-03-12']]],
    );
    const [run = ''] = (await readdir(join(folder, 'results/bisect'))).sort().reverse();
    const journal = await readFile(
      join(folder, 'results/bisect', run, 'debian-testing/system/2026-03-12/journal.jsonl'),
      'utf8',
    );
    assert.match(journal, /snapshot of 20260312T000000Z/);
  });

  it('refuses a row whose packages are of the day of its image', async () => {
    const { status, stderr } = await bisect('--only', 'python-slim');
    assert.equal(status, 2);
    assert.match(stderr, /python-slim\/system cannot be searched along date/);
  });
});
