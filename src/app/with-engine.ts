/** Opens the engine that a command needs, and stops it afterwards if it was started here. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { openEngine } from '../engine/opening/open.ts';
import {
  announcement,
  BOOTSTRAP_PACKAGES,
  canInstall,
  installCommand,
  installPackages,
  missingPackages,
} from '../host/debian-packages.ts';
import { print } from '../cli/print.ts';
import { EXIT } from '../cli/exit-status.ts';
import { UserError } from '../cli/user-error.ts';

/** `$XDG_CACHE_HOME/race-matrix`, where the private engine keeps its images. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env['XDG_CACHE_HOME'];
  // The specification requires that a relative path is ignored.
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'race-matrix');
}

/** Which engine, and what may be done to have one. */
export interface EngineOptions {
  readonly engine?: string | undefined;
  readonly install?: boolean | undefined;
}

/** Runs `use` with an engine that is already running; undefined if there is none. */
export async function withRunningEngine<T>(
  signal: AbortSignal,
  use: (engine: Engine) => Promise<T>,
): Promise<T | undefined> {
  const { env } = process;
  const opened = await openEngine(
    { env, cacheFolder: cacheFolder(env), notify: print, runningOnly: true },
    signal,
  );
  if (opened.type === 'none') return undefined;
  try {
    return await use(opened.engine);
  } finally {
    await opened.engine.close();
  }
}

/**
 * Runs `use` with an engine. If there is none and `--install` was given, the missing packages are
 * named and installed first.
 *
 * @param options with `tidies: false` where what dead runs have left is to stay for now
 * @param bootstraps whether bases may have to be bootstrapped from the Debian archive
 * @throws UserError with the status 4 where there is no engine, 130 if the user ended it meanwhile
 */
export async function withEngine<T>(
  options: EngineOptions & { readonly tidies?: boolean },
  bootstraps: boolean,
  signal: AbortSignal,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const env = process.env;
  const asked = { explicit: options.engine, env, cacheFolder: cacheFolder(env), notify: print };
  const open = () => openEngine(asked, signal);
  const missingTools = () =>
    bootstraps && process.platform === 'linux' ? missingPackages(BOOTSTRAP_PACKAGES, env) : [];
  if (options.install) await install(await missingTools());
  let opened = await open();
  const wanted = opened.type === 'none' && options.install && !signal.aborted;
  if (wanted && (await canInstall(env))) {
    const { missingEnginePackages } = await import('../engine/private/private-engine.ts');
    await install(await missingEnginePackages(env));
    opened = await open();
  }
  if (opened.type === 'none') {
    // The engine has not finished starting, so a report about it would be wrong.
    if (signal.aborted) {
      throw new UserError('Interrupted before a container engine was ready.', EXIT.interrupted);
    }
    const tools = await missingTools();
    const bases =
      tools.length > 0
        ? `\nBases that no registry serves need more packages. Run: ${installCommand(tools)}`
        : '';
    throw new UserError(`${opened.reason}\n${opened.advice}${bases}`, EXIT.noEngine);
  }
  const { engine } = opened;
  try {
    if (options.tidies !== false) await (await import('./tidy.ts')).tidy(engine, cacheFolder(env));
    return await use(engine);
  } finally {
    await engine.close();
  }
}

async function install(missing: readonly string[]): Promise<void> {
  if (missing.length === 0 || !(await canInstall(process.env))) return;
  print(announcement(missing));
  const outcome = await installPackages(missing, process.env);
  if (outcome.type !== 'installed') {
    throw new UserError(
      `Installing ${missing.join(' ')} failed: ${outcome.reason}.`,
      EXIT.noEngine,
    );
  }
}
