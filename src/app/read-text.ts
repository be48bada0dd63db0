/** Reads a file that the user names, of a size that this program can have written. */
import { open } from 'node:fs/promises';
import { UserError } from '../cli/user-error.ts';

/** Far above a report of 80,000 cells; a larger file is something else. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** @throws UserError if it cannot be read or is too large */
export async function readText(path: string): Promise<string> {
  const text = await readTextIfThere(path);
  if (text === undefined) throw new UserError(`${path} does not exist.`);
  return text;
}

/**
 * @returns undefined if there is no such file
 * @throws UserError if it cannot be read or is too large
 */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new UserError(`${path} is not a file.`);
      if (stat.size > LARGEST_BYTES) {
        throw new UserError(`${path} has ${stat.size} bytes, which is too large for a report.`);
      }
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
