/** Turns any input of `matrix try` into a folder with an executable run.sh. */
import { rmSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeTemporaryFolder, removeTemporaryFolder } from '../host/temporary-folder.ts';
import { loadManifest } from '../reproduction/load-manifest.ts';
import { failed, ok, type Result } from '../result.ts';
import { nearMisses, quoted, listed } from '../text/names.ts';
import { visibleLine } from '../text/visible-text.ts';
import { LARGEST_BYTES } from '../host/folder-content.ts';
import { shellWord } from '../text/shell-word.ts';
import {
  hasNoPath,
  isRemote,
  localAddresses,
  masked,
  splitAddress,
  type Address,
} from './address.ts';
import { beginningOf, copyTree, isFolder, readTree, type Tree } from './folder-tree.ts';
import { IntakeError, systemReason, type IntakeProblem } from './problem.ts';
import {
  checkRef,
  extract,
  fileUrlPath,
  findLocalRepository,
  openLocal,
  openRemote,
  workTreeState,
} from './repository.ts';
import {
  checkLineEnds,
  readScript,
  RUN_SCRIPT,
  inputTooLarge,
  writeRun,
  writeScriptFolder,
} from './script-folder.ts';
import { hasCommand } from './script-language.ts';
import { commandRunner, withShell } from './script-text.ts';

/** The input to measure, as given on the command line. */
export interface Intake {
  /** A file, a folder, an address of a repository, or `-` for the script on `input`. */
  readonly what?: string | undefined;
  /** `--run`: one line of shell, which runs in the folder that `what` names, if any. */
  readonly run?: string | undefined;
  /** The arguments after `--`. */
  readonly args: readonly string[];
  /** Standard input; read only where `what` is `-`. */
  readonly input: AsyncIterable<Uint8Array | string>;
}

/** A folder to measure. */
export interface TakenIn {
  /** Absolute path of a folder with an executable run.sh. */
  readonly folder: string;
  /** In words for the report: `bug.py`, or `https://… at commit abc…, folder x`. No credentials. */
  readonly description: string;
  /** Of a repository: the commit, in full. */
  readonly commit?: string | undefined;
  /** The arguments for run.sh. */
  readonly args: readonly string[];
  /** Removes what was made; never throws. */
  readonly remove: () => void;
}

/** The result of a step. */
type Taken = Omit<TakenIn, 'args' | 'remove'>;

/**
 * Takes in the input. No part of it runs on this machine.
 *
 * @param signal aborts the work in progress
 * @returns the problem, with what helps, for anything that cannot be measured
 */
export async function takeIn(
  intake: Intake,
  signal: AbortSignal,
): Promise<Result<TakenIn, IntakeProblem>> {
  const made: string[] = [];
  const remove = (): void => {
    for (const folder of made.splice(0)) {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {
        // Only a temporary folder of a dead process can be left over; the next run reports it.
      }
    }
  };
  const scratch = async (): Promise<string> => {
    const folder = await makeTemporaryFolder('try');
    made.push(folder);
    await chmod(folder, 0o700);
    return folder;
  };
  try {
    const taken = await take(intake, scratch, signal);
    const description = visibleLine(masked(taken.description));
    return ok({ ...taken, description, args: intake.args, remove });
  } catch (error) {
    remove();
    if (error instanceof IntakeError) {
      const hint = error.hint === undefined ? undefined : masked(error.hint);
      return failed({ message: visibleLine(masked(error.message)), hint });
    }
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    const path = error instanceof Error && 'path' in error ? quoted(String(error.path)) : 'A file';
    return failed({ message: `${path} cannot be used: ${reason}.` });
  }
}

/** Makes a temporary folder, once for each call. */
type Scratch = () => Promise<string>;

async function take(intake: Intake, scratch: Scratch, signal: AbortSignal): Promise<Taken> {
  const { what, run, input } = intake;
  const problem = namingProblem(intake);
  if (problem) throw errorOf(problem);
  if (what === undefined) {
    if (run === undefined) throw new Error('nothing is named, and that was no problem');
    const folder = await emptyFolder(await scratch());
    await writeRun(folder, commandRunner(run, intake.args));
    return { folder, description: run };
  }
  if (what === '-') {
    const content = await readInput(input, signal);
    const folder = await emptyFolder(await scratch());
    await writeScriptFolder(folder, 'script', content, 'standard input');
    return { folder, description: 'the script on standard input' };
  }
  const place = await locate(what);
  const source =
    place.type === 'path'
      ? await fromPath(what, scratch, signal)
      : await fromRepository(what, place, await scratch(), signal);
  return prepare(intake, source, scratch, signal);
}

function errorOf({ message, hint }: IntakeProblem): IntakeError {
  return new IntakeError(message, hint);
}

/** What is wrong with how something is named, whatever there is by that name. */
export function namingProblem({
  what,
  run,
}: Pick<Intake, 'what' | 'run'>): IntakeProblem | undefined {
  if (run !== undefined && !hasCommand(run)) return { message: '--run has no command.' };
  if (what === '') return { message: 'The name of the script is empty.' };
  if (what === '-' && run !== undefined) return notBoth('the script on standard input');
  return what === undefined && run === undefined
    ? {
        message: 'There is nothing to try.',
        hint: "Name a script, a folder, a repository or `-` for standard input, or give --run 'COMMAND'.",
      }
    : undefined;
}

function notBoth(what: string): IntakeProblem {
  return {
    message: `--run runs a command in a folder, and ${what} is not a folder.`,
    hint: 'Name its folder, or leave out --run.',
  };
}

/** The folder below a temporary one that is measured; any user can read it. */
async function emptyFolder(scratch: string): Promise<string> {
  const folder = join(scratch, 'reproduction');
  await mkdir(folder);
  await chmod(folder, 0o755);
  return folder;
}

async function readInput(input: Intake['input'], signal: AbortSignal): Promise<Buffer> {
  const interrupted = new Promise<never>((_, reject) => {
    const stop = () => {
      reject(new IntakeError('The work was interrupted.'));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  const iterator = input[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([interrupted, iterator.next()]);
    if (next.done === true) break;
    const chunk = Buffer.from(next.value as Uint8Array);
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES) {
      void iterator.return?.();
      throw inputTooLarge('The script on standard input');
    }
    chunks.push(chunk);
  }
  if (bytes === 0) throw new IntakeError('There is no script on standard input.');
  return Buffer.concat(chunks);
}

/** The kinds of WHAT. */
type InputLocation =
  { readonly type: 'path' } | { readonly type: 'remote' | 'local'; readonly address: Address };

/** A path that exists wins, then an address, then a local repository with a ref or a folder. */
async function locate(what: string): Promise<InputLocation> {
  const found = await stat(what).catch((error: unknown) => error);
  if (!(found instanceof Error)) {
    const isBare =
      (await isFolder(what)) &&
      !(await isFolder(join(what, '.git'))) &&
      !(await exists(join(what, RUN_SCRIPT))) &&
      (await isFolder(join(what, 'refs'))) &&
      (await findLocalRepository(what)) !== undefined;
    return isBare ? { type: 'local', address: { repository: what } } : { type: 'path' };
  }
  if (isRemote(what)) {
    const address = splitAddress(what);
    if (hasNoPath(address)) {
      // Not quoted, because the texts before and after the sign may be the halves of a password.
      throw new IntakeError('The address has no path.', 'Write a `#` in a password as `%23`.');
    }
    if (!/^file:/i.test(what)) return { type: 'remote', address };
    return { type: 'local', address: { ...address, repository: fileUrlPath(address.repository) } };
  }
  for (const address of localAddresses(what)) {
    if (await isFolder(address.repository)) return { type: 'local', address };
  }
  throw await notFound(what, found);
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function notFound(what: string, error: Error): Promise<IntakeError> {
  if (/^[a-z][a-z0-9+.-]*::?\/?\//i.test(what)) {
    const message = `${quoted(masked(what))} is not an address that can be used.`;
    return new IntakeError(message, 'https://, http://, ssh://, git://, file:// or git@host:path');
  }
  const reason = systemReason(error);
  if (reason !== 'it does not exist') {
    return new IntakeError(`${quoted(what)} cannot be used: ${reason ?? error.message}.`);
  }
  const beside = await readdir(dirname(what)).catch(() => []);
  const [near] = nearMisses(basename(what), beside, 1);
  const hint =
    near === undefined ? undefined : `Did you mean ${quoted(join(dirname(what), near))}?`;
  return new IntakeError(`There is no file or folder ${quoted(masked(what))}.`, hint);
}

/** A file or a folder on the disk, wherever it came from. */
interface InputFolder extends Omit<Taken, 'folder'> {
  readonly path: string;
  /** As messages show it. */
  readonly name: string;
  /** Whether it is a checkout, where the owner's files cannot be changed. */
  readonly isExtracted: boolean;
}

async function fromPath(what: string, scratch: Scratch, signal: AbortSignal): Promise<InputFolder> {
  const plain = { path: what, name: what, description: what, isExtracted: false };
  if (!(await exists(join(what, '.git')))) return plain;
  const local = await findLocalRepository(what);
  if (!local) return plain;
  const own = await scratch();
  try {
    const opened = await openLocal(local, { repository: what }, own, signal);
    const state = await workTreeState(what, local, opened, signal);
    const note = {
      clean: '',
      changed: ', with changes that are not committed',
      unknown: ', perhaps with changes that are not committed',
    }[state];
    const { commit } = opened;
    return { ...plain, description: `${what} at commit ${commit}${note}`, commit };
  } catch (error) {
    // The folder itself is measured, whatever git reports: there is no commit yet, or no git.
    if (!(error instanceof IntakeError) || signal.aborted) throw error;
    return plain;
  } finally {
    await removeTemporaryFolder(own);
  }
}

async function fromRepository(
  what: string,
  { type, address }: Exclude<InputLocation, { type: 'path' }>,
  scratch: string,
  signal: AbortSignal,
): Promise<InputFolder> {
  checkRef(address.ref);
  const { repository, folder } = address;
  let opened;
  if (type === 'remote') {
    opened = await openRemote(address, scratch, signal);
  } else {
    const local = await findLocalRepository(repository);
    if (!local) throw new IntakeError(`${quoted(repository)} is not a git repository.`);
    opened = await openLocal(local, address, scratch, signal);
  }
  const { commit } = opened;
  const target = join(scratch, 'checkout');
  await mkdir(target);
  const path = await extract(opened, folder, target, signal);
  const inside = folder === undefined ? '' : `, folder ${folder}`;
  const description = `${masked(repository)} at commit ${commit}${inside}`;
  return { path, name: masked(what), description, commit, isExtracted: true };
}

/** Makes the folder that is measured from a file or a folder. */
async function prepare(
  { run, args }: Intake,
  source: InputFolder,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<Taken> {
  const { path, name, description, commit, isExtracted } = source;
  if (!(await isFolder(path))) {
    if (run !== undefined) throw errorOf(notBoth(quoted(name)));
    const content = await readScript(path);
    const folder = await emptyFolder(await scratch());
    await writeScriptFolder(folder, basename(path), content, isExtracted ? basename(path) : name);
    const shown = isExtracted ? description.replace(', folder ', ', file ') : basename(path);
    return { folder, description: shown, commit };
  }
  if (run !== undefined) {
    const tree = await readTree(path, name, signal);
    const folder = await emptyFolder(await scratch());
    await writeCommandFolder(folder, tree, run, args);
    return { folder, description: `${run} in ${description}`, commit };
  }
  const hasRun = await checkRun(source);
  const tree = await readTree(path, name, signal);
  for (const file of tree.files) {
    if (!file.isExecutable) continue;
    if ((await beginningOf(file.source, 2)).toString('latin1') !== '#!') continue;
    checkLineEnds(
      await readFile(file.source, 'utf8'),
      isExtracted ? file.path : join(name, file.path),
    );
  }
  const needsInterpreter = hasRun && !(await isStartable(join(path, RUN_SCRIPT)));
  if (!isExtracted && !tree.hasLinks && !tree.hasGit && !needsInterpreter) {
    return { folder: await realpath(resolve(path)), description, commit };
  }
  const folder = await emptyFolder(await scratch());
  await copyTree(tree, folder);
  if (needsInterpreter) {
    const text = await readFile(join(path, RUN_SCRIPT), 'utf8');
    checkLineEnds(text, join(name, RUN_SCRIPT));
    // A terminal's shell does so with a script that has no #! line; the kernel does not.
    await writeRun(folder, withShell(text));
  }
  return { folder, description, commit };
}

/**
 * A copy of a folder with a line of shell as its run.sh. Where the folder has a run.sh, which the line
 * may call, all of it is one level below, besides what the program itself reads.
 */
async function writeCommandFolder(
  folder: string,
  tree: Tree,
  run: string,
  args: readonly string[],
): Promise<void> {
  const isBelow = tree.files.some(({ path }) => path === RUN_SCRIPT);
  if (!isBelow) {
    await copyTree(tree, folder);
    return writeRun(folder, commandRunner(run, args));
  }
  const files = tree.files.filter(({ path }) => /^(reproduction\.yaml|[^/]+\.c)$/.test(path));
  await copyTree({ ...tree, files }, folder);
  await copyTree(tree, join(folder, 'folder'));
  return writeRun(folder, commandRunner(run, args, 'folder'));
}

/** Whether the kernel starts a file by itself: a `#!` line or a binary. */
async function isStartable(path: string): Promise<boolean> {
  const beginning = await beginningOf(path, 512);
  return beginning.subarray(0, 2).toString('latin1') === '#!' || beginning.includes(0);
}

/**
 * Checks the run.sh of a folder.
 *
 * @returns false if the folder needs none
 * @throws IntakeError if it needs one that it lacks, or has one that cannot be started
 */
async function checkRun({ path, name, isExtracted }: InputFolder): Promise<boolean> {
  const script = join(path, RUN_SCRIPT);
  const shown = join(name, RUN_SCRIPT);
  const found = await stat(script).catch(() => undefined);
  if (!found) {
    if (await exists(script)) {
      throw new IntakeError(`${quoted(shown)} is a link to something that is not in the folder.`);
    }
    if (await speaksContract(path)) return false;
    throw await noRun(path, name, isExtracted);
  }
  if (!found.isFile()) throw new IntakeError(`${quoted(shown)} is not a file.`);
  if (found.size === 0) throw new IntakeError(`${quoted(shown)} is empty.`);
  if (!hasCommand((await beginningOf(script, LARGEST_BYTES)).toString('latin1'))) {
    throw new IntakeError(`${quoted(shown)} has no command, so it tests nothing.`);
  }
  if ((found.mode & 0o100) !== 0) return true;
  if (isExtracted) {
    const hint = "git update-index --chmod=+x run.sh, or --run 'sh ./run.sh'";
    throw new IntakeError(`${quoted(RUN_SCRIPT)} is not executable.`, hint);
  }
  const hint = `chmod +x ${shellWord(shown.startsWith('-') ? `./${shown}` : shown)}`;
  throw new IntakeError(`${quoted(shown)} is not executable.`, hint);
}

/** Whether a folder's manifest needs no run.sh, or has mistakes that its reader reports. */
async function speaksContract(path: string): Promise<boolean> {
  const manifest = join(path, 'reproduction.yaml');
  const found = await lstat(manifest).catch(() => undefined);
  if (!found?.isFile() || found.size > LARGEST_BYTES) return false;
  const loaded = loadManifest(await readFile(manifest, 'utf8'), manifest);
  return !loaded.ok || loaded.value.protocol.type === 'contract';
}

async function noRun(path: string, name: string, isExtracted: boolean): Promise<IntakeError> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const candidates = entries
    .filter((entry) => !entry.isDirectory() && /\.(py|sh|c)$/.test(entry.name))
    .map((entry) => (isExtracted ? entry.name : join(name, entry.name)))
    .sort();
  const message = `There is no \`run.sh\` in ${quoted(name)}.`;
  if (candidates.length > 0) return new IntakeError(message, `Did you mean ${listed(candidates)}?`);
  return new IntakeError(
    message,
    "Name a script, or add --run 'COMMAND', which runs in the folder.",
  );
}
