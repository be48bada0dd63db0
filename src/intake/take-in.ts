/** What a user hands in (a script, a C source, a folder, a repository) -> a folder with a run.sh. */
import { lstat, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { FolderError, readFolder } from '../host/folder-content.ts';
import { failed, ok, type Result } from '../result.ts';
import { cloneRepository, isRepository, parseRepository, withoutPassword } from './repository.ts';
import { firstLineFault } from './script-text.ts';
import { wrapperOf } from './wrapper.ts';

/** What the command line names. */
export interface Intake {
  readonly what?: string | undefined;
  /** A line of shell, run in `what` where that is a folder. */
  readonly run?: string | undefined;
  /** Arguments of the script. */
  readonly args: readonly string[];
  /** Read where `what` is `-`. */
  readonly input: AsyncIterable<Uint8Array | string>;
}

/** A folder that can be measured. */
export interface TakenIn {
  /** Its absolute path; it has an executable run.sh. */
  readonly folder: string;
  /** In words, without credentials, such as `bug.py` or a repository with its commit. */
  readonly description: string;
  readonly args: readonly string[];
  /** Removes what was made for it. Never throws. */
  readonly remove: () => Promise<void>;
}

/** Why it cannot be measured, and what to do. */
export interface IntakeProblem {
  readonly message: string;
  readonly hint?: string | undefined;
}

type Taken = Result<TakenIn, IntakeProblem>;

/** A script is text; more than this is something else. */
const LARGEST_SCRIPT_BYTES = 16 * 1024 * 1024;

/**
 * Takes in what a user hands in. Nothing of it is run here.
 *
 * @returns a folder, to be removed after use; or what is wrong with it, in words for its author
 */
export async function takeIn(intake: Intake, signal: AbortSignal): Promise<Taken> {
  const made = await mkdtemp(join(tmpdir(), 'matrix-intake-'));
  const remove = () => rm(made, { recursive: true, force: true }).catch(() => undefined);
  const folder = join(made, 'folder');
  try {
    const taken = await takeInto(folder, intake, signal);
    if (!taken.ok) {
      await remove();
      return taken;
    }
    const fault = await folderFault(taken.value.folder);
    if (fault) {
      await remove();
      return failed(fault);
    }
    return ok({ ...taken.value, args: intake.args, remove });
  } catch (error) {
    await remove();
    if (!(error instanceof Error && 'code' in error)) throw error;
    return failed({ message: `${nameOf(intake)} cannot be read: ${error.message}` });
  }
}

type Found = Result<Pick<TakenIn, 'folder' | 'description'>, IntakeProblem>;

async function takeInto(folder: string, intake: Intake, signal: AbortSignal): Promise<Found> {
  const { what, run } = intake;
  if (run !== undefined) return takeCommand(folder, run, what);
  if (what === undefined) {
    const hint = 'a script, a folder, a C source, a repository, - for stdin, or --run COMMAND';
    return failed({ message: 'There is nothing to try.', hint });
  }
  if (what === '-') {
    const text = await readInput(intake.input);
    if (text === undefined)
      return failed({ message: 'The script on stdin is longer than 16 MiB.' });
    return script(folder, 'script', text, 'the script on stdin');
  }
  // A link is followed: its owner has named it.
  const found = await stat(what).catch(() => undefined);
  if (found?.isDirectory()) {
    return (await isRepository(what)) && !(await hasScript(what))
      ? clone(folder, { url: resolve(what), ref: undefined, subfolder: undefined }, signal)
      : takeFolder(what);
  }
  if (found) return takeFile(folder, what, found.size, found.isFile());
  const repository = await parseRepository(what);
  if (repository) return clone(folder, repository, signal);
  return failed({
    message: `There is no file or folder '${what}'.`,
    hint: 'A repository is given by its URL, with #REF and :FOLDER where they are needed.',
  });
}

async function takeCommand(folder: string, run: string, what?: string): Promise<Found> {
  if (run.trim() === '') return failed({ message: "--run '' has no command." });
  if (what !== undefined && !(await stat(what).catch(() => undefined))?.isDirectory()) {
    return failed({ message: `--run needs a folder to run in, and '${what}' is none.` });
  }
  await mkdir(folder);
  if (what !== undefined) {
    const fault = await copyFiles(what, folder);
    if (fault) return failed(fault);
  }
  await writeFile(join(folder, 'run.sh'), `#!/bin/sh\n${run}\n`, { mode: 0o755 });
  return ok({ folder, description: run });
}

async function takeFile(
  folder: string,
  path: string,
  bytes: number,
  isFile: boolean,
): Promise<Found> {
  if (!isFile) return failed({ message: `'${path}' is neither a file nor a folder.` });
  if (bytes > LARGEST_SCRIPT_BYTES) {
    return failed({ message: `'${path}' is larger than 16 MiB.`, hint: 'Put it into an image.' });
  }
  return script(folder, basename(path), await readFile(path), path);
}

async function script(
  folder: string,
  name: string,
  content: Buffer,
  description: string,
): Promise<Found> {
  const fault = firstLineFault(description, content);
  if (fault) return failed(fault);
  await mkdir(folder);
  for (const file of wrapperOf(name, content)) {
    await writeFile(join(folder, file.name), file.content, { mode: file.mode });
  }
  return ok({ folder, description });
}

async function takeFolder(path: string): Promise<Found> {
  const folder = resolve(path);
  if (await hasScript(folder)) return ok({ folder, description: path });
  const names = await readdir(folder);
  const scripts = names.filter((name) => /\.(py|sh|c)$/.test(name)).slice(0, 5);
  const hint =
    scripts.length > 0
      ? `One script can be tried by its name: ${scripts.map((name) => join(path, name)).join(', ')}`
      : "--run 'COMMAND' runs a line of shell in it.";
  return failed({ message: `'${path}' has no run.sh.`, hint });
}

async function clone(
  folder: string,
  repository: Parameters<typeof cloneRepository>[1],
  signal: AbortSignal,
): Promise<Found> {
  const cloned = await cloneRepository(folder, repository, signal);
  if (!cloned.ok) return failed(cloned.error);
  const { path, commit } = cloned.value;
  const taken = await takeFolder(path);
  if (!taken.ok) {
    const name = `${withoutPassword(repository.url)}${repository.subfolder ? `:${repository.subfolder}` : ''}`;
    return failed({
      message: `${name} has no run.sh at ${commit}.`,
      hint: 'URL#REF:FOLDER names the folder that has one.',
    });
  }
  return ok({ folder: path, description: `${withoutPassword(repository.url)} at ${commit}` });
}

async function hasScript(folder: string): Promise<boolean> {
  return (await lstat(join(folder, 'run.sh')).catch(() => undefined)) !== undefined;
}

/** What would make each run of this folder fail for a reason that is not the bug. */
async function folderFault(folder: string): Promise<IntakeProblem | undefined> {
  try {
    const { files } = await readFolder(folder, 'what is to be tried');
    for (const { path, content, mode } of files) {
      if (path !== 'run.sh' && mode !== 0o755) continue;
      const fault = firstLineFault(path, content);
      if (fault) return fault;
    }
    return undefined;
  } catch (error) {
    if (error instanceof FolderError) return { message: error.message };
    throw error;
  }
}

async function copyFiles(from: string, to: string): Promise<IntakeProblem | undefined> {
  try {
    for (const { path, mode, content } of (await readFolder(from, from)).files) {
      const target = join(to, path);
      await mkdir(join(target, '..'), { recursive: true });
      await writeFile(target, content, { mode });
    }
    return undefined;
  } catch (error) {
    if (error instanceof FolderError) return { message: error.message };
    throw error;
  }
}

async function readInput(input: Intake['input']): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > LARGEST_SCRIPT_BYTES) return undefined;
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

function nameOf({ what }: Intake): string {
  return what === undefined ? 'It' : `'${withoutPassword(what)}'`;
}
