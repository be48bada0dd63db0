/**
 * The tests of engines and of units once more, with Docker, Podman and Node of the Debian releases after
 * this machine's. Their programs are in roots that are made once.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cannotMakeRoot } from './debian-root.ts';
import {
  dockerVersion,
  inNamespace,
  passIntegrationTest,
  programsOf,
  runShell,
  SID,
  TRIXIE,
  type ReleasePrograms,
} from './releases.ts';

/** Tests of `test/integration` that use a private engine or Podman. */
const ENGINE_TESTS = [
  ...['engine', 'attempts', 'faults', 'image-cache', 'matrix', 'private-engine', 'podman'],
];

for (const release of [TRIXIE, SID]) {
  describe(`Debian ${release.suite}`, () => {
    let programs: ReleasePrograms;
    before(async () => {
      assert.equal(await cannotMakeRoot(release), false);
      programs = await programsOf(release);
    });
    after(() => programs.close());

    it('has the Docker that is meant', async (test) => {
      const version = await dockerVersion(release, programs);
      test.diagnostic(`Docker ${version}, images in ${release.store}`);
    });

    for (const name of ENGINE_TESTS) {
      it(`has engines that pass the tests of ${name}`, () =>
        passIntegrationTest(name, programs.env));
    }

    it('has a Node that passes the unit tests', async (test) => {
      const words = inNamespace(release).join(' ');
      const version = await runShell(`${words} /usr/bin/node --version`, {});
      test.diagnostic(`Node ${version.output.trim()}`);
      assert.match(version.output, release.node);
      const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
      const { status, output } = await runShell(`${words} make test-unit`, { PATH });
      assert.equal(status, 0, output.slice(-20_000));
    });
  });
}
