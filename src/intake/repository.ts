/** A git repository at one commit, fetched by the host's git without running anything of it. */
import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { failed, ok, type Result } from '../result.ts';
import type { IntakeProblem } from './take-in.ts';

const exec = promisify(execFile);

/** What `URL#REF:FOLDER` names. */
export interface Repository {
  readonly url: string;
  /** A branch, a tag or a commit; the default branch where absent. */
  readonly ref: string | undefined;
  readonly subfolder: string | undefined;
}

const CLONE_MILLISECONDS = 120_000;

/** Without a question to anybody, without hooks, filters, submodules, or helpers that run programs. */
const ENVIRONMENT = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  SSH_ASKPASS: '/bin/false',
  GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
  GIT_LFS_SKIP_SMUDGE: '1',
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
};
const SETTINGS = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['filter.lfs.smudge', ''],
  ['filter.lfs.required', 'false'],
  ['submodule.recurse', 'false'],
  ['safe.directory', '*'],
].flatMap(([key, value]) => ['-c', `${key ?? ''}=${value ?? ''}`]);

/** The repository that a text names; undefined where it looks like none. */
export async function parseRepository(text: string): Promise<Repository | undefined> {
  const hash = text.indexOf('#');
  const [before, after] =
    hash === -1 ? [text, undefined] : [text.slice(0, hash), text.slice(hash + 1)];
  const isUrl = /^(https?|ssh|git|file):\/\//.test(before) || /^[\w.-]+@[\w.-]+:/.test(before);
  if (after !== undefined) {
    const [ref = '', ...folder] = after.split(':');
    const subfolder = folder.join(':');
    const known = isUrl || (await isRepository(before));
    return known
      ? {
          url: isUrl ? before : resolve(before),
          ref: ref || undefined,
          subfolder: subfolder || undefined,
        }
      : undefined;
  }
  const [, url = before, subfolder] = /^(.*\.git):([^/:][^:]*)$/.exec(before) ?? [];
  if (isUrl) return { url, ref: undefined, subfolder };
  return (await isRepository(url)) ? { url: resolve(url), ref: undefined, subfolder } : undefined;
}

/** Whether a path is a work tree or a bare repository. */
export async function isRepository(path: string): Promise<boolean> {
  const has = async (name: string) =>
    (await stat(join(path, name)).catch(() => undefined)) !== undefined;
  return (
    (await has('.git')) || ((await has('HEAD')) && (await has('objects')) && (await has('refs')))
  );
}

/** A URL as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replaceAll(/([a-z+]+:\/\/)[^/@\s]*@/g, '$1');
}

/**
 * Puts the files of one commit into a folder.
 *
 * @param folder that does not exist yet
 */
export async function cloneRepository(
  folder: string,
  { url, ref, subfolder }: Repository,
  signal: AbortSignal,
): Promise<Result<{ readonly path: string; readonly commit: string }, IntakeProblem>> {
  const shown = withoutPassword(url);
  if (ref?.startsWith('-') || url.startsWith('-')) {
    return failed({ message: `'${ref ?? url}' is not the name of a commit or of a repository.` });
  }
  const git = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await exec('git', [...SETTINGS, ...args], {
      cwd: folder,
      env: { ...process.env, ...ENVIRONMENT },
      timeout: CLONE_MILLISECONDS,
      maxBuffer: 16 * 1024 * 1024,
      signal,
    });
    return stdout.trim();
  };
  await mkdir(folder);
  try {
    await git('init', '--quiet', '.');
    await fetch(git, url, ref);
    const commit = await git('rev-parse', '--verify', '--end-of-options', 'FETCH_HEAD^{commit}');
    await git('checkout', '--quiet', '--detach', commit);
    const path = subfolder === undefined ? folder : resolve(folder, subfolder);
    if ((path !== folder && !path.startsWith(folder + sep)) || isAbsolute(subfolder ?? '')) {
      return failed({ message: `'${subfolder ?? ''}' leads out of the repository.` });
    }
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) {
      return failed({ message: `${shown} has no folder '${subfolder ?? ''}' at ${commit}.` });
    }
    return ok({ path, commit });
  } catch (error) {
    return failed(problemOf(error, shown, ref));
  }
}

/** Any name that the other side has, or a commit, which many servers give only with all history. */
async function fetch(
  git: (...args: readonly string[]) => Promise<string>,
  url: string,
  ref = 'HEAD',
): Promise<void> {
  try {
    await git('fetch', '--quiet', '--no-tags', '--depth=1', '--', url, ref);
  } catch (error) {
    if (!/^[0-9a-f]{4,64}$/.test(ref)) throw error;
    await git('fetch', '--quiet', '--', url, '+refs/*:refs/matrix/*');
    const commit = await git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
    await git('fetch', '--quiet', '--no-tags', '--', '.', commit);
  }
}

function problemOf(error: unknown, shown: string, ref: string | undefined): IntakeProblem {
  const {
    code,
    killed,
    stderr = '',
  } = error as {
    code?: unknown;
    killed?: boolean;
    stderr?: string;
  };
  if (code === 'ENOENT') {
    return { message: 'git is not installed, and a repository is read with it.' };
  }
  const at = ref === undefined ? '' : ` at ${ref}`;
  if (killed === true) return { message: `Fetching ${shown}${at} took longer than 120 s.` };
  const lines = withoutPassword(stderr).trim().split('\n');
  const said = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? '';
  return {
    message: `${shown}${at} cannot be fetched: ${said}`,
    hint: 'No password is asked for here: use a key, a credential helper, or a local clone.',
  };
}
