/**
 * Opening an engine: the one that the user named, one that is running, or a private one. What speaks to an
 * engine is loaded only where there may be one.
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Engine } from '../engine.ts';
import { readIfPresent } from '../endpoint.ts';
import { sshArguments } from '../ssh-connection.ts';
import { installCommand } from '../../host/debian-packages.ts';
import { shellWord } from '../../text/shell-word.ts';
import { type EngineCandidate, type EngineSearchInput, searchPlan } from './discover.ts';

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
      const { tryNamed } = await import('./try-candidate.ts');
      const tried = await tryNamed(plan.candidate, options, world, signal);
      if (tried.type === 'ready') return tried;
      return {
        type: 'none',
        reason: `${tried.where}: ${tried.reason}`,
        advice: namedAdvice(plan.candidate, tried.code),
      };
    }
    case 'private':
      return await privateIfAllowed([], undefined, world, options, signal);
    case 'candidates': {
      const tried = [...plan.notes];
      let forbidden: EngineCandidate | undefined;
      for (const candidate of plan.candidates) {
        const { tryCandidate } = await import('./try-candidate.ts');
        const result = await tryCandidate(candidate, options, world, signal);
        if (result.type === 'ready') {
          for (const note of tried) options.notify(`Not used: ${note}`);
          return result;
        }
        tried.push(`${result.where}: ${result.reason}`);
        if (result.code === 'EACCES') forbidden ??= candidate;
      }
      return await privateIfAllowed(tried, forbidden, world, options, signal);
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

/**
 * A private engine, or why none may be started here.
 *
 * @param tried what was tried before, and why it is not used
 * @param forbidden an engine that runs and that this user may not use
 */
async function privateIfAllowed(
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
  const { openPrivate } = await import('./open-private.ts');
  return openPrivate(none, options, world, signal);
}
