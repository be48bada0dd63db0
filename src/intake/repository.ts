/**
 * A commit of a repository, written out as plain files.
 *
 * The objects are read as they are stored: no work tree is checked out, so that no attribute,
 * filter or hook takes effect. Only the objects and refs of a local repository are read, from our
 * own bare repository, so git cannot run commands from its configuration.
 */
import { lstat, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quoted } from '../text/names.ts';
import { masked, refProblem, type Address } from './address.ts';
import { checkSize, isFolder } from './folder-tree.ts';
import { git, GIT_LIMITS, gitOutput, sshCommand, type GitLimits } from './git.ts';
import { IntakeError } from './problem.ts';

/** A repository that git can read without a foreign configuration. */
interface OpenRepository {
  /** A bare repository of this program. */
  readonly gitDir: string;
  /** The commit, in full. */
  readonly commit: string;
}

/** Where a local repository keeps what it has; a linked work tree has two folders. */
interface LocalRepository {
  readonly gitDir: string;
  readonly commonDir: string;
}

/** A refs folder has few files besides those that are packed; more are no repository of a bug report. */
const MOST_REFS = 100_000;

/** Small regular files only: a FIFO would never end. */
async function readSmall(path: string, most = 4096): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > most) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}

/** The repository whose work tree or bare folder this is; undefined for any other folder. */
export async function findLocalRepository(folder: string): Promise<LocalRepository | undefined> {
  const dotGit = join(folder, '.git');
  const pointer = /^gitdir: ([^\n]+)/.exec((await readSmall(dotGit)) ?? '')?.[1];
  for (const gitDir of [pointer === undefined ? dotGit : resolve(folder, pointer), folder]) {
    const common = (await readSmall(join(gitDir, 'commondir')))?.trim();
    const commonDir = common === undefined ? gitDir : resolve(gitDir, common);
    const head = await readSmall(join(gitDir, 'HEAD'));
    if (head !== undefined && (await isFolder(join(commonDir, 'objects')))) {
      return { gitDir, commonDir };
    }
  }
  return undefined;
}

/** Opens a local repository at a commit. @param scratch a new folder below this one is used */
export async function openLocal(
  { gitDir, commonDir }: LocalRepository,
  address: Address,
  scratch: string,
  signal: AbortSignal,
): Promise<OpenRepository> {
  const config = (await readSmall(join(commonDir, 'config'), 2 ** 20)) ?? '';
  const format = /^\s*objectformat\s*=\s*sha256\s*$/im.test(config) ? 'sha256' : 'sha1';
  const own = await initRepository(scratch, signal, format);
  await symlink(join(commonDir, 'objects'), join(own, 'foreign'));
  await mkdir(join(own, 'objects/info'), { recursive: true });
  await writeFile(join(own, 'objects/info/alternates'), '../foreign\n');
  await copyFileIfSmall(join(commonDir, 'packed-refs'), join(own, 'packed-refs'), 64 * 2 ** 20);
  await copyRefs(join(commonDir, 'refs'), join(own, 'refs'));
  if (gitDir !== commonDir) await copyRefs(join(gitDir, 'refs'), join(own, 'refs'));
  await copyFileIfSmall(join(gitDir, 'HEAD'), join(own, 'HEAD'));
  return openAt(own, address, address.ref, signal);
}

async function copyFileIfSmall(from: string, to: string, most?: number): Promise<void> {
  const text = await readSmall(from, most);
  if (text !== undefined) await writeFile(to, text);
}

async function copyRefs(from: string, to: string): Promise<void> {
  let left = MOST_REFS;
  const walk = async (relative: string): Promise<void> => {
    await mkdir(join(to, relative), { recursive: true });
    const entries = await readdir(join(from, relative), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      left -= 1;
      if (left < 0)
        throw new IntakeError('The repository has too many refs.', 'git pack-refs --all');
      const path = join(relative, entry.name);
      if (entry.isDirectory()) await walk(path);
      else await copyFileIfSmall(join(from, path), join(to, path));
    }
  };
  await walk('');
}

async function initRepository(
  scratch: string,
  signal: AbortSignal,
  format = 'sha1',
): Promise<string> {
  const own = join(scratch, 'repository.git');
  await mkdir(own, { mode: 0o700 });
  const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`];
  await gitOutput({ repository: own, args }, 'A temporary repository cannot be made', signal);
  return own;
}

/** @param name of the commit in our own repository @throws IntakeError where it has no such commit */
async function openAt(
  gitDir: string,
  { repository, ref }: Address,
  name: string | undefined,
  signal: AbortSignal,
): Promise<OpenRepository> {
  const args = ['rev-parse', '--verify', '--quiet', `${name ?? 'HEAD'}^{commit}`];
  const { status, output } = await git({ repository: gitDir, args }, signal);
  if (status === 0) return { gitDir, commit: output.toString('utf8').trim() };
  if (ref === undefined) throw new IntakeError(`${masked(repository)} has no commit yet.`);
  throw new IntakeError(
    `${masked(repository)} has no branch, tag or commit ${quoted(ref)}.`,
    `git ls-remote ${masked(repository)}`,
  );
}

/** Checks the ref of an address before anything is done with it. @throws IntakeError */
export function checkRef(ref: string | undefined): void {
  if (ref === undefined) return;
  const problem = refProblem(ref);
  if (problem !== undefined) throw new IntakeError(`${quoted(ref)} is not a ref: ${problem}.`);
}

/** Errors of a server that does not send single commits. */
const NEEDS_EVERYTHING =
  /couldn't find remote ref|not our ref|unadvertised|does not allow|shallow|invalid refspec/i;

/** Errors of a server that requires a login. */
const NEEDS_LOGIN =
  /could not read (Username|Password)|Authentication failed|Permission denied|terminal prompts disabled|unable to read askpass|Host key verification/i;

/** Fetches a commit of a repository elsewhere. @param limits smaller ones in tests */
export async function openRemote(
  address: Address,
  scratch: string,
  signal: AbortSignal,
  limits: GitLimits = GIT_LIMITS,
): Promise<OpenRepository> {
  const { repository: url, ref } = address;
  const own = await initRepository(scratch, signal);
  const isSsh = !/^(https?|git):/i.test(url);
  const env = isSsh ? { GIT_SSH_COMMAND: await sshCommand(own, signal) } : undefined;
  const fetch = async (options: readonly string[], refspecs: readonly string[]) => {
    const fixed = [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
    ];
    const args = [...fixed, ...options, '--', url, ...refspecs];
    return git({ repository: own, args, forNetwork: true, env, limits }, signal);
  };
  const one = await fetch(['--depth=1'], [`+${ref ?? 'HEAD'}:refs/wanted`]);
  if (one.status === 0) return openAt(own, address, 'refs/wanted', signal);
  if (!NEEDS_EVERYTHING.test(one.lastLine)) throw fetchError(url, one.lastLine);
  const all = await fetch(
    [],
    ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', '+HEAD:refs/remote-head'],
  );
  if (all.status !== 0) throw fetchError(url, all.lastLine);
  const args = ['update-ref', '--no-deref', 'HEAD', 'refs/remote-head'];
  await gitOutput({ repository: own, args }, masked(url), signal);
  return openAt(own, address, ref, signal);
}

function fetchError(url: string, lastLine: string): IntakeError {
  const hint = NEEDS_LOGIN.test(lastLine)
    ? 'No credential is asked for: set up a credential helper or a key in an SSH agent, or clone it yourself.'
    : `git ls-remote ${masked(url)}`;
  return new IntakeError(
    `${masked(url)} cannot be fetched: ${lastLine || 'git gave no reason'}`,
    hint,
  );
}

/** The folder that a `file://` address names. @throws IntakeError for one on another host */
export function fileUrlPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new IntakeError(
      `${masked(url)} does not name a local folder.`,
      'file:///path/of/repository',
    );
  }
}

/** The entries of a tree, as `git ls-tree` prints them. */
interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly object: string;
  readonly size: number;
  readonly path: string;
}

/**
 * Writes a folder, or one file, of a commit below a new folder.
 *
 * @param path in the repository; undefined for all of it
 * @returns where it is
 */
export async function extract(
  { gitDir, commit }: OpenRepository,
  path: string | undefined,
  target: string,
  signal: AbortSignal,
): Promise<string> {
  const inside = posix.normalize(path ?? '.').replace(/\/+$/, '');
  if (inside === '..' || inside.startsWith('../') || inside.startsWith('/')) {
    throw new IntakeError(`${quoted(path ?? '')} leads out of the repository.`);
  }
  const object = inside === '.' ? `${commit}^{tree}` : `${commit}:${inside}`;
  const at = `commit ${commit.slice(0, 12)}`;
  const kind = await git({ repository: gitDir, args: ['cat-file', '-t', object] }, signal);
  const type = kind.output.toString('utf8').trim();
  if (type === 'blob') return extractFile({ gitDir, commit }, inside, target, signal);
  if (type !== 'tree') throw new IntakeError(`There is no folder ${quoted(inside)} in ${at}.`);
  const listing = await gitOutput(
    { repository: gitDir, args: ['ls-tree', '-r', '-z', '-l', object] },
    at,
    signal,
  );
  await writeEntries(gitDir, parseTree(listing), target, signal);
  return target;
}

async function extractFile(
  { gitDir, commit }: OpenRepository,
  path: string,
  target: string,
  signal: AbortSignal,
): Promise<string> {
  const args = ['ls-tree', '-z', '-l', '--full-tree', commit, '--', path];
  const listing = await gitOutput({ repository: gitDir, args }, quoted(path), signal);
  const name = posix.basename(path);
  const entries = parseTree(listing).map((entry) => ({ ...entry, path: name }));
  if (entries.some(({ mode }) => mode === '120000')) {
    throw new IntakeError(
      `${quoted(path)} is a symbolic link in the repository.`,
      'Name its target.',
    );
  }
  await writeEntries(gitDir, entries, target, signal);
  return join(target, name);
}

function parseTree(listing: Buffer): readonly TreeEntry[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(listing);
  } catch {
    throw new IntakeError('The repository has a file whose name is not UTF-8.');
  }
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const parts = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t(.+)$/s.exec(line);
      const [, mode = '', type = '', object = '', size = '', path = line] = parts ?? [];
      // A file without a size is missing, and nothing may be left out in silence.
      if (!parts || (type === 'blob' && !/^\d+$/.test(size))) {
        throw new IntakeError(`${quoted(path)} is missing in the repository.`);
      }
      return { mode, type, object, size: Number(size) || 0, path };
    });
}

async function writeEntries(
  gitDir: string,
  entries: readonly TreeEntry[],
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const submodule = entries.find(({ type }) => type === 'commit');
  if (submodule) {
    throw new IntakeError(
      `The repository has the submodule ${quoted(submodule.path)}, which is not cloned.`,
      'Name a folder without it (URL#REF:FOLDER), or a local clone made with --recurse-submodules.',
    );
  }
  const blobs = entries.filter(({ type }) => type === 'blob');
  let bytes = 0;
  for (const { path, size } of blobs) {
    bytes += size;
    checkSize('The repository', blobs.length, bytes);
    // A crafted tree can have names that no checkout makes.
    if (path.split('/').some((part) => /^(|\.{1,2}|\.git)$/i.test(part))) {
      throw new IntakeError(`The repository has a file with the name ${quoted(path)}.`);
    }
  }
  const input = blobs.map(({ object }) => `${object}\n`).join('');
  const call = { repository: gitDir, args: ['cat-file', '--batch'], input };
  let rest = await gitOutput(call, 'The files of the repository cannot be read', signal);
  const links: { readonly path: string; readonly to: string }[] = [];
  for (const { mode, path, size } of blobs) {
    const end = rest.indexOf('\n');
    const [, type] = rest.subarray(0, end).toString('latin1').split(' ');
    if (end === -1 || type !== 'blob') {
      throw new IntakeError(`${quoted(path)} is missing in the repository.`);
    }
    const content = rest.subarray(end + 1, end + 1 + size);
    rest = rest.subarray(end + 1 + size + 1);
    await mkdir(dirname(join(target, path)), { recursive: true });
    if (mode === '120000') {
      links.push({ path, to: content.toString('utf8') });
      continue;
    }
    const bits = mode === '100755' ? 0o755 : 0o644;
    await writeFile(join(target, path), content, { flag: 'wx', mode: bits });
  }
  // Links come last, when every folder is there, so that nothing is written through one.
  for (const { path, to } of links) await symlink(to, join(target, path));
}

/** Whether a work tree equals its commit. */
type WorkTreeState = 'clean' | 'changed' | 'unknown';

/** Compares a work tree with a commit, by the index of the repository but not by its configuration. */
export async function workTreeState(
  folder: string,
  local: LocalRepository,
  { gitDir }: OpenRepository,
  signal: AbortSignal,
): Promise<WorkTreeState> {
  const index = await lstat(join(local.gitDir, 'index')).catch(() => undefined);
  if (!index?.isFile() || index.size > 64 * 2 ** 20) return 'unknown';
  const copy = join(gitDir, 'index');
  await writeFile(copy, await readFile(join(local.gitDir, 'index')));
  // Git compares the content of files that are not older than the index, by whole seconds.
  await utimes(copy, index.atime, index.mtime);
  const args = ['-c', 'core.bare=false', `--work-tree=${resolve(folder)}`, 'status', '--porcelain'];
  const call = { repository: gitDir, args: [...args, '--ignore-submodules=all', '-z'] };
  const { status, output } = await git(call, signal);
  if (status !== 0) return 'unknown';
  return output.length === 0 ? 'clean' : 'changed';
}
