/** The text of runs.jsonl -> runs, and which of its lines are none. Pure. */
import { parseJson } from '../json-file/parse-json.ts';
import { homePlatform } from '../report/seen-from.ts';
import { lineSeenFrom, runLineSchema, type RunLine } from './run-line.ts';

/** A line without a readable run, such as the torn last line of an interrupted one. */
interface SkippedLine {
  /** From 1. */
  readonly line: number;
  /** In words, without control characters. */
  readonly reason: string;
}

/** The contents of a history file. */
export interface History {
  /** From the oldest to the newest, whatever their order in the file. */
  readonly runs: readonly RunLine[];
  readonly skipped: readonly SkippedLine[];
}

/**
 * Reads a history that was written over a long time by several versions of the program, some of which
 * may have been stopped in the middle of a line.
 *
 * @param text the file's content, decoded
 * @returns every run that can be read; every other line with its number and the problem with it. Of
 *   lines with the same run id the first counts, unless a later one is of the same run after it was
 *   resumed. Never throws for a bad file
 */
export function readHistory(text: string): History {
  const runs = new Map<string, RunLine>();
  const skipped: SkippedLine[] = [];
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const torn = lines.at(-1) === '' ? -1 : lines.length - 1;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const skip = (reason: string) => skipped.push({ line: index + 1, reason });
    const read = parseJson(line, runLineSchema);
    if (!read.ok) {
      const [problem] = read.error;
      skip(index === torn ? `the line is cut off (${problem})` : problem);
      continue;
    }
    const { id } = read.value.run;
    const before = runs.get(id);
    if (before === undefined || resumes(before, read.value)) runs.set(id, read.value);
    else skip(`run ${id} exists already`);
  }
  return { runs: [...runs.values()].sort(byStart), skipped };
}

/** Runs with ids as the newest one has them, so that rows of another platform are other rows. */
export function seenFromNewest(runs: readonly RunLine[]): readonly RunLine[] {
  const newest = runs.at(-1);
  return newest ? runs.map((line) => lineSeenFrom(line, homePlatform(newest.run))) : runs;
}

/** Whether a line is of the same run as another one, which continued after that. */
function resumes(before: RunLine, after: RunLine): boolean {
  return (
    before.run.startedAt === after.run.startedAt &&
    Date.parse(before.run.finishedAt) < Date.parse(after.run.finishedAt)
  );
}

/** By the instant, because two spellings of it may differ; then by id, for a stable order. */
function byStart(a: RunLine, b: RunLine): number {
  return (
    Date.parse(a.run.startedAt) - Date.parse(b.run.startedAt) || (a.run.id < b.run.id ? -1 : 1)
  );
}
