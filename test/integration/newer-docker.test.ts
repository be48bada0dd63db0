/** The tests of a real engine once more, on a newer Docker that keeps its images by containerd. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cannotMakeRoot } from '../versions/debian-root.ts';
import { programsOf, runIntegrationTest, SID, type ReleasePrograms } from '../versions/releases.ts';

describe('Docker 28.5 with the containerd store', { skip: await cannotMakeRoot(SID) }, () => {
  let programs: ReleasePrograms;
  before(async () => {
    programs = await programsOf(SID);
  });
  after(() => programs.close());

  it('does everything that is asked of an engine', async () => {
    const { status, output } = await runIntegrationTest('engine', programs);
    assert.equal(status, 0, output);
    assert.match(output, /pass [1-9]/);
    assert.match(output, /skipped 0/);
  });
});
