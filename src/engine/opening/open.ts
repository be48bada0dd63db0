/** Opening an engine: the one that the user named, one that is running, or a private one. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Calls, callOnce } from '../calls.ts';
import { listContainers, removeContainer } from '../containers/containers.ts';
import { describeEngine, type Described } from './describe.ts';
import { askHelper, findCredentials } from '../images/credentials.ts';
import { type EngineCandidate, type EngineSearchInput, searchPlan } from './discover.ts';
import { dockerEngine } from './docker-engine.ts';
import type { Endpoint } from '../endpoint.ts';
import { connect, describeEndpoint, disconnect, ping, readIfPresent } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { SSH_CONNECT_SECONDS, sshArguments } from '../ssh-connection.ts';
import { engineMessage } from '../failure.ts';
import { proxyArguments, type BuildNetwork } from '../images/make-image.ts';
import { startPrivateEngine, missingEnginePackages } from '../private/private-engine.ts';
import { installCommand } from '../../host/debian-packages.ts';
import { shellWord } from '../../text/shell-word.ts';

/** The time limit of the first answer. An engine on this machine answers within milliseconds. */
const PING_SECONDS = 3;
const NAMED_PING_SECONDS = 10;
/** For an engine that the user named and that is just starting, as a service of a CI job is. */
const START_SECONDS = 30;
const START_POLL_SECONDS = 0.5;

export interface OpenOptions {
  /** The value of `--engine`: an address, or `private` for the engine of this program's own. */
  readonly explicit?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Where the private engine keeps its data. */
  readonly cacheFolder: string;
  /** Called with warnings for the user, although nothing failed. */
  readonly notify: (text: string) => void;
  /** Whether only an engine that is already running will do; then no private one is started. */
  readonly runningOnly?: boolean | undefined;
  /** A factor on the time limits of calls; 1 if absent. Tests make it small. */
  readonly timeScale?: number;
}

/** An engine, or why there is none and what to do about it. */
export type OpenOutcome =
  | { readonly type: 'ready'; readonly engine: Engine }
  | { readonly type: 'none'; readonly reason: string; readonly advice: string };

/**
 * Opens an engine. If the user named one and it does not answer, that is an error, because another
 * one may have other images and other owners. Otherwise the first one that answers is used. If none
 * does, root on Linux gets a private one.
 */
export async function openEngine(options: OpenOptions, signal: AbortSignal): Promise<OpenOutcome> {
  const world = surroundings(options.env);
  const plan = searchPlan(options.explicit, world);
  switch (plan.type) {
    case 'invalid':
      return {
        type: 'none',
        reason: plan.reason,
        advice: 'Correct it, or leave it out to search for an engine.',
      };
    case 'named': {
      const tried = await tryNamed(plan.candidate, options, signal);
      if (tried.type === 'ready') return tried;
      return {
        type: 'none',
        reason: `${tried.where}: ${tried.reason}`,
        advice: namedAdvice(plan.candidate, tried.code),
      };
    }
    case 'private':
      return await openPrivate([], undefined, world, options, signal);
    case 'candidates': {
      const tried = [...plan.notes];
      let forbidden: EngineCandidate | undefined;
      for (const candidate of plan.candidates) {
        const result = await tryCandidate(candidate, PING_SECONDS, options, signal);
        if (result.type === 'ready') {
          for (const note of tried) options.notify(`Not used: ${note}`);
          return result;
        }
        tried.push(`${result.where}: ${result.reason}`);
        if (result.code === 'EACCES') forbidden ??= candidate;
      }
      return await openPrivate(tried, forbidden, world, options, signal);
    }
  }
}

function surroundings(env: NodeJS.ProcessEnv): EngineSearchInput {
  return {
    platform: process.platform,
    env,
    uid: process.getuid?.(),
    home: env['HOME'] ?? homedir(),
    exists: existsSync,
    readFile: readIfPresent,
    list: (folder) => {
      try {
        return readdirSync(folder).sort();
      } catch {
        return [];
      }
    },
  };
}

/** The engine that answers. The credentials are the user's, whichever engine asks for them. */
function ready(
  calls: Calls,
  { description, warnings }: Extract<Described, { type: 'usable' }>,
  { env, notify }: OpenOptions,
  network: Pick<BuildNetwork, 'mode'>,
  stop: () => Promise<void>,
): { readonly type: 'ready'; readonly engine: Engine } {
  for (const warning of warnings) notify(warning);
  const { home, readFile } = surroundings(env);
  const sources = { env, home, readFile, ask: askHelper(env) };
  return {
    type: 'ready',
    engine: dockerEngine({
      calls,
      description,
      network: { ...network, proxies: proxyArguments(env) },
      credentials: (registry) => findCredentials(registry, sources),
      stop,
    }),
  };
}

type Tried =
  | { readonly type: 'ready'; readonly engine: Engine }
  | {
      readonly type: 'not-this';
      readonly where: string;
      readonly reason: string;
      /** The system's word for it, such as `ECONNREFUSED`, where it has one. */
      readonly code: string | undefined;
    };

/** Tries the engine that the user named, and again for half a minute while it refuses connections. */
async function tryNamed(
  candidate: EngineCandidate,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Tried> {
  const scale = 1000 * (options.timeScale ?? 1);
  const end = performance.now() + START_SECONDS * scale;
  for (let announced = false; ; announced = true) {
    const seconds = candidate.endpoint.type === 'ssh' ? SSH_CONNECT_SECONDS : NAMED_PING_SECONDS;
    const tried = await tryCandidate(candidate, seconds, options, signal);
    if (tried.type === 'ready' || tried.code !== 'ECONNREFUSED' || signal.aborted) return tried;
    if (performance.now() >= end) return tried;
    if (!announced) {
      options.notify(
        `Waiting up to ${START_SECONDS} s for ${tried.where} to start, since it refuses connections.`,
      );
    }
    await sleep(START_POLL_SECONDS * scale, undefined, { signal }).catch(() => undefined);
  }
}

async function tryCandidate(
  candidate: EngineCandidate,
  seconds: number,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Tried> {
  const where = `${candidate.source} (${describeEndpoint(candidate.endpoint)})`;
  let calls: Calls | undefined;
  const notThis = (reason: string, code?: string): Tried => {
    if (calls !== undefined) disconnect(calls.docker);
    return { type: 'not-this', where, reason, code };
  };
  try {
    calls = newCalls(candidate.endpoint, options);
    await callOnce(calls, { what: 'GET /_ping', seconds, signal }, ping);
    const described = await describeEngine(calls, where, false, signal);
    if (described.type === 'unusable') return notThis(described.reason);
    return ready(calls, described, options, {}, () => Promise.resolve());
  } catch (error) {
    return notThis(explain(error), codeOf(error));
  }
}

function newCalls(endpoint: Endpoint, options: OpenOptions): Calls {
  return {
    docker: connect(endpoint, options.env),
    notify: options.notify,
    retries: { count: 0 },
    timeScale: options.timeScale ?? 1,
  };
}

/** The usual reasons in words, because most users do not know errno names. */
function explain(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'nothing listens there.';
  if (code === 'ENOENT') return 'the socket does not exist.';
  if (code === 'EACCES') return 'this user has no permission for it.';
  return engineMessage(error);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** @param code the system's word for why it cannot be used, if it has one */
function namedAdvice(candidate: EngineCandidate, code: string | undefined): string {
  const { endpoint, source } = candidate;
  const others = `leave ${source} out to search for one.`;
  if (endpoint.type === 'ssh') {
    const command = ['ssh', ...sshArguments(endpoint, ['version'])].map(shellWord).join(' ');
    return `Run this until it asks no question and prints a version: ${command}\nOr ${others}`;
  }
  return code === 'EACCES'
    ? `${permissionAdvice(candidate)} Or ${others}`
    : `Start that engine, or ${others}`;
}

/** Advice for a user whom the engine refuses. Only Docker has a group for that. */
function permissionAdvice({ endpoint }: EngineCandidate): string {
  return endpoint.type === 'unix' && endpoint.path.endsWith('docker.sock')
    ? 'Run sudo usermod -aG docker $USER, then log in again, since groups are read at login.'
    : 'Run this as a user who may use it.';
}

/** @param forbidden an engine that runs and that this user may not use */
async function openPrivate(
  tried: readonly string[],
  forbidden: EngineCandidate | undefined,
  world: EngineSearchInput,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<OpenOutcome> {
  const none = (reason: string, advice: string): OpenOutcome => ({
    type: 'none',
    reason: [...tried.map((text) => `Tried ${text}`), reason].join('\n'),
    advice,
  });
  if (signal.aborted) return none('Interrupted.', 'Start again.');
  if (options.runningOnly === true) return none('No container engine is running.', 'Start one.');
  if (forbidden !== undefined && world.uid !== 0) {
    return none(
      'This user has no permission for any container engine.',
      permissionAdvice(forbidden),
    );
  }
  if (world.platform !== 'linux') {
    return none(
      'No container engine is running.',
      'Start Docker Desktop, or another engine of Linux containers such as OrbStack, Colima or Podman machine.',
    );
  }
  if (world.uid !== 0) {
    return none(
      'No container engine is running, and only root can start a private one.',
      `Run this as root, or install an engine: sudo ${installCommand(['docker.io'])}`,
    );
  }
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
  return ready(calls, described, options, { mode: 'host' }, started.stop);
}
