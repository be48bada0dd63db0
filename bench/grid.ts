/**
 * Every launcher against every mutation on one environment (GRID=environment for another one): how long
 * it takes from cached images, and which launchers take most of that.
 */
import { cacheFolder } from '../src/app/with-engine.ts';
import { describeRun, measuredRun } from './measured-run.ts';
import { inSeconds } from './statistics.ts';

const ENVIRONMENT = 'debian-13/cpython-3.13';
const GROUP = 'full-scenarios';

export async function grid(): Promise<void> {
  const environment = process.env['GRID'] ?? ENVIRONMENT;
  const cache = cacheFolder(process.env);
  // First the control alone, to build the images.
  await measuredRun(cache, { group: GROUP, only: [environment, 'none/c-system'] });
  const run = await measuredRun(cache, { group: GROUP, only: [environment] });
  process.stdout.write(describeRun(`${environment}, ${GROUP}`, run));
  const byLauncher = new Map<string, number>();
  for (const { scenario, seconds } of run.report.cells) {
    const launcher = scenario.slice(scenario.indexOf('/') + 1);
    byLauncher.set(launcher, (byLauncher.get(launcher) ?? 0) + seconds);
  }
  for (const [launcher, seconds] of [...byLauncher].sort(([, a], [, b]) => b - a)) {
    process.stdout.write(`  ${launcher}: ${inSeconds(seconds)} of trials\n`);
  }
}
