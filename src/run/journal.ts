/**
 * The append-only record of a run. Its entries were measured and stay valid, whatever happens
 * later.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from './journal-entry.ts';

/** The journal of a run, by the run's own folder. */
export function journalPath(folder: string): string {
  return join(folder, 'journal.jsonl');
}

/**
 * The journal cannot be written, most likely because the disk is full. Its existing records stay
 * intact.
 */
export class JournalError extends Error {
  override readonly name = 'JournalError';

  /** @param problem what cannot be done; the cause's own message follows it */
  constructor(problem: string, cause: unknown) {
    super(`${problem}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

export interface Journal {
  /**
   * Appends an entry; it is on the disk, and would survive a power cut, when the promise resolves.
   * Entries keep the order of the calls.
   *
   * @throws JournalError if it cannot be written; from then on nothing is
   */
  write(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens a journal for appending; one JSON object a line.
 *
 * Entries that come while the disk is busy are written together, so that many rows at a time cost one
 * wait for the disk, and nothing waits in the way of the event loop.
 *
 * @param keep bytes of a journal that exists already: what a torn last record left after them is cut
 *   off; all of it if absent
 * @throws JournalError if there cannot be such a file
 */
export async function openJournal(path: string, keep?: number): Promise<Journal> {
  const journal = await openFile(path, keep);
  let whole = keep ?? (await journal.stat()).size;
  let broken: JournalError | undefined;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    // So that what follows never runs before `writing` is set.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
      if (broken === undefined) {
        try {
          await journal.appendFile(bytes);
          await journal.datasync();
          whole += bytes.length;
        } catch (error) {
          broken = new JournalError(`${path} cannot be written`, error);
          // A partly written batch would look like a record to a reader, so it is cut off.
          await journal.truncate(whole).catch(() => undefined);
        }
      }
      for (const { resolve, reject } of batch) {
        if (broken === undefined) resolve();
        else reject(broken);
      }
    }
    // At once, and not when the promise is awaited: a write in between would wait forever.
    writing = undefined;
  }

  return {
    write(entry) {
      const line = `${JSON.stringify(entry)}\n`;
      return new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        writing ??= writeAll();
      });
    },
    async close() {
      await writing;
      await journal.close();
    },
  };
}

async function openFile(path: string, keep: number | undefined): Promise<FileHandle> {
  try {
    const file = await open(path, 'a');
    if (keep !== undefined) await file.truncate(keep);
    return file;
  } catch (error) {
    throw new JournalError(`${path} cannot be opened`, error);
  }
}
