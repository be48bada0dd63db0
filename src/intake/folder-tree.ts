/** A folder that is handed in: what it holds, checked before anything is read, and a copy of it. */
import { chmod, copyFile, lstat, mkdir, open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { bytesText } from '../host/disk-usage.ts';
import { IGNORED, LARGEST_BYTES } from '../host/folder-content.ts';
import { quoted } from '../text/names.ts';
import { IntakeError, systemReason } from './problem.ts';

/** More files than this are a folder named by mistake. */
const LARGEST_FILES = 10_000;

interface TreeFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** Where its content is; not below `path` where a link leads to it. */
  readonly source: string;
  readonly isExecutable: boolean;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  /** Whether a link stands for some of the files. */
  readonly hasLinks: boolean;
  /** Whether there is a `.git`, which no copy has. */
  readonly hasGit: boolean;
}

/** @throws IntakeError for more than a reproduction may have */
export function checkSize(what: string, files: number, bytes: number): void {
  if (files > LARGEST_FILES) {
    throw new IntakeError(`${what} has more than ${LARGEST_FILES} files.`, ONLY_WHAT_IS_NEEDED);
  }
  if (bytes > LARGEST_BYTES) {
    throw new IntakeError(
      `${what} holds more than ${bytesText(LARGEST_BYTES)}.`,
      ONLY_WHAT_IS_NEEDED,
    );
  }
}

const ONLY_WHAT_IS_NEEDED = 'Name a folder that has only what the bug needs.';

/** The kinds of files that have no content to copy, in words. */
function kindOf(found: Awaited<ReturnType<typeof lstat>>): string {
  if (found.isFIFO()) return 'a FIFO';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}

/** Why a file is refused: a FIFO, a socket or a device. */
export function notAFile(path: string, found: Awaited<ReturnType<typeof lstat>>): IntakeError {
  return new IntakeError(`${quoted(path)} is ${kindOf(found)}, not a file.`);
}

/**
 * Lists the files of a folder. A link within the folder stands for what it leads to.
 *
 * @param name of the folder in messages
 * @throws IntakeError for a link that leads out of the folder or in a circle, for what is neither a
 *   file nor a folder, for a name that is not UTF-8, for an unreadable file, and for too much of them
 */
export async function readTree(folder: string, name: string, signal: AbortSignal): Promise<Tree> {
  const root = await realpath(folder);
  const files: TreeFile[] = [];
  let bytes = 0;
  let seen = 0;
  let hasLinks = false;
  let hasGit = false;

  const visit = async (path: string, source: string, above: readonly string[]): Promise<void> => {
    if (/(^|\/)\.git$/.test(path)) hasGit = true;
    if (IGNORED.test(path)) return;
    if (signal.aborted) throw new IntakeError('The work was interrupted.');
    const shown = `${name}/${path}`;
    const found = await lstat(source);
    seen += 1;
    if (found.isFile()) bytes += found.size;
    checkSize(quoted(name), seen, bytes);
    if (found.isSymbolicLink()) {
      hasLinks = true;
      await visit(path, await inside(root, source, shown), above);
    } else if (found.isDirectory()) {
      if (above.includes(source)) {
        throw new IntakeError(`${quoted(shown)} is a link that leads in a circle.`);
      }
      await walk(path, source, [...above, source]);
    } else if (found.isFile()) {
      await checkReadable(source, shown);
      files.push({ path, source, isExecutable: (found.mode & 0o100) !== 0 });
    } else {
      throw notAFile(shown, found);
    }
  };
  const walk = async (path: string, source: string, above: readonly string[]): Promise<void> => {
    const entries = await readdir(source, { encoding: 'buffer' }).catch((error: unknown) => {
      throw unreadable(path === '' ? name : `${name}/${path}`, error);
    });
    for (const entry of entries) {
      const text = entry.toString('utf8');
      if (!Buffer.from(text).equals(entry)) {
        throw new IntakeError(
          `${quoted(name)} has a file whose name is not UTF-8: ${quoted(text)}.`,
        );
      }
      await visit(path === '' ? text : `${path}/${text}`, join(source, text), above);
    }
  };
  await walk('', root, [root]);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, hasLinks, hasGit };
}

/** The target of a link, if it is in the folder. */
async function inside(root: string, link: string, shown: string): Promise<string> {
  const target = await realpath(link).catch(() => undefined);
  if (target === undefined) {
    throw new IntakeError(`${quoted(shown)} is a link to something that is not in the folder.`);
  }
  const way = relative(root, target);
  if (way === '..' || way.startsWith(`..${sep}`)) {
    throw new IntakeError(
      `${quoted(shown)} is a link that leads out of the folder.`,
      'Put the file itself there.',
    );
  }
  if (IGNORED.test(way)) {
    throw new IntakeError(`${quoted(shown)} is a link to ${quoted(way)}, which is left out.`);
  }
  return target;
}

async function checkReadable(source: string, shown: string): Promise<void> {
  try {
    await (await open(source, 'r')).close();
  } catch (error) {
    throw unreadable(shown, error);
  }
}

/** A system error as a problem. @throws the error itself where it is a bug */
export function unreadable(shown: string, error: unknown): IntakeError {
  const reason = systemReason(error);
  if (reason === undefined) throw error;
  return new IntakeError(`${quoted(shown)} cannot be read: ${reason}.`);
}

/** Copies the files of a folder to another, readable and with the executable bit that each has. */
export async function copyTree({ files }: Tree, target: string): Promise<void> {
  for (const { path, source, isExecutable } of files) {
    const to = join(target, path);
    const first = await mkdir(dirname(to), { recursive: true });
    // Another user runs this, so the umask must not restrict it.
    for (let made = dirname(to); first && made.startsWith(first); made = dirname(made)) {
      await chmod(made, 0o755);
    }
    await copyFile(source, to);
    await chmod(to, isExecutable ? 0o755 : 0o644);
  }
}

/** The beginning of a file as text. @param bytes at most so many */
export async function beginningOf(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether a path leads to a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
