/** The tests of a real engine once more, on a newer Docker that keeps its images by containerd. */
import { after, before, describe, it } from 'node:test';
import { cannotMakeRoot } from '../versions/debian-root.ts';
import {
  dockerVersion,
  passIntegrationTest,
  programsOf,
  SID,
  type ReleasePrograms,
} from '../versions/releases.ts';

describe('a Docker with the containerd store', { skip: await cannotMakeRoot(SID) }, () => {
  let programs: ReleasePrograms;
  before(async () => {
    programs = await programsOf(SID);
  });
  after(() => programs.close());

  it('does everything that is asked of an engine', async (test) => {
    test.diagnostic(`Docker ${await dockerVersion(SID, programs)}`);
    await passIntegrationTest('engine', programs.env);
  });
});
