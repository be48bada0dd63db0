/** Opening the engine of this program's own. */
import { installCommand } from '../../host/debian-packages.ts';
import { listContainers, removeContainer } from '../containers/containers.ts';
import { describeEndpoint } from '../endpoint.ts';
import { engineMessage } from '../failure.ts';
import { missingEnginePackages, startPrivateEngine } from '../private/private-engine.ts';
import { describeEngine } from './describe.ts';
import type { EngineSearchInput } from './discover.ts';
import type { OpenOptions, OpenOutcome } from './open.ts';
import { explain, newCalls, ready } from './try-candidate.ts';

/** @param none the outcome with why no engine is running, and with this reason */
export async function openPrivate(
  none: (reason: string, advice: string) => OpenOutcome,
  options: OpenOptions,
  world: EngineSearchInput,
  signal: AbortSignal,
): Promise<OpenOutcome> {
  const missing = await missingEnginePackages(options.env);
  if (missing.length > 0) {
    return none(
      'No container engine is running, and a private one needs packages that are not installed.',
      `Run: ${installCommand(missing)}`,
    );
  }
  options.notify(`Starting a private container engine in ${options.cacheFolder}.`);
  const started = await startPrivateEngine(options.cacheFolder, options.env, signal);
  if (started.type === 'failed') return none(started.reason, started.advice);
  const calls = newCalls(started.endpoint, options);
  const where = `the private engine (${describeEndpoint(started.endpoint)})`;
  const unusable = async (reason: string, advice: string): Promise<OpenOutcome> => {
    await started.stop();
    return none(`The private engine cannot be used: ${reason}`, advice);
  };
  const described = await describeEngine(calls, where, true, signal);
  if (described.type === 'unusable')
    return await unusable(described.reason, `Run: ${installCommand(['docker.io'])}`);
  // No other process uses this engine, so all of its objects are leftovers of a killed run.
  try {
    for (const container of await listContainers(calls)) {
      await removeContainer(calls, container.id).catch((error: unknown) => {
        options.notify(engineMessage(error));
      });
    }
  } catch (error) {
    return await unusable(explain(error), 'Start again.');
  }
  return ready(calls, described, options, world, { mode: 'host' }, started.stop);
}
