/**
 * How long `make matrix` takes: from nothing (no images, a private engine) to the first verdict and
 * to the end, then twice with everything cached, and the share that is neither containers nor their
 * content.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../src/report/schema.ts';
import { describeRun, measuredRun } from './measured-run.ts';

export async function defaultGroup(): Promise<void> {
  const cache = await mkdtemp(join(tmpdir(), 'bench-cache-'));
  try {
    const seen = new Set<string>();
    for (const title of ['from nothing', 'cached', 'cached, again']) {
      const run = await measuredRun(cache);
      process.stdout.write(describeRun(title, run));
      seen.add(verdicts(run.report));
    }
    process.stdout.write(
      `verdicts of the three runs: ${seen.size === 1 ? 'the same' : 'NOT the same'}\n`,
    );
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

function verdicts(report: Report): string {
  return report.cells
    .map(({ environment, scenario, verdict }) => `${environment} ${scenario} ${verdict}`)
    .sort()
    .join('\n');
}
