/** The text of runs.jsonl -> runs, and which of its lines are none. Pure. */
import { z } from 'zod';
import { reportShape } from '../report/schema.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { RunLine } from './run-line.ts';

/** A line that says nothing of a run, such as the last one of a run that was cut off. */
export interface SkippedLine {
  /** From 1. */
  readonly line: number;
  /** In words, without control characters. */
  readonly reason: string;
}

/** What a history file holds. */
export interface History {
  /** From the oldest to the newest, whatever their order in the file. */
  readonly runs: readonly RunLine[];
  readonly skipped: readonly SkippedLine[];
}

/** A run's id is also the name of its folder: nothing in it may lead elsewhere. */
const runId = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'not the id of a run');

const { run, summary, environments, scenarios } = reportShape.shape;
const id = scenarios.element.shape.id;

const lineSchema = z
  .object({
    schema: z.literal(1),
    run: run
      .omit({ warnings: true, lock: true, shard: true, merged: true, hosts: true })
      .extend({ id: runId }),
    summary,
    scenarios: z.array(id).max(2_000),
    rows: z
      .array(
        environments.element.omit({ image: true }).extend({
          fingerprint: z.string().max(200).exactOptional(),
          seconds: z.number().nonnegative().exactOptional(),
          verdicts: z.string().regex(/^[pfies.]*$/, 'holds a letter that stands for no verdict'),
        }),
      )
      .max(20_000),
  })
  .superRefine(({ scenarios, rows }, context) => {
    const problem = (message: string, path: (string | number)[]) => {
      context.addIssue({ code: 'custom', message, path });
    };
    if (new Set(scenarios).size < scenarios.length) problem('an id is there twice', ['scenarios']);
    if (new Set(rows.map((row) => row.id)).size < rows.length) {
      problem('an id is there twice', ['rows']);
    }
    const uneven = rows.findIndex(({ verdicts }) => verdicts.length !== scenarios.length);
    if (uneven >= 0) {
      problem('does not have a letter for each scenario', ['rows', uneven, 'verdicts']);
    }
  });

/**
 * Reads a history that was written over a long time by several versions of the program, some of which
 * may have been stopped in the middle of a line.
 *
 * @param text the file's content, decoded
 * @returns every run that can be read; every other line with its number and what is wrong with it. Of
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
    const read = readLine(line);
    const skip = (reason: string) => skipped.push({ line: index + 1, reason });
    if (typeof read === 'string') {
      skip(index === torn ? `the line is cut off (${read})` : read);
      continue;
    }
    const before = runs.get(read.run.id);
    if (before === undefined || resumes(before, read)) runs.set(read.run.id, read);
    else skip(`run ${read.run.id} is there already`);
  }
  return { runs: [...runs.values()].sort(byStart), skipped };
}

/** Whether a line is of the same run as another one, which went on after that. */
function resumes(before: RunLine, after: RunLine): boolean {
  return (
    before.run.startedAt === after.run.startedAt &&
    Date.parse(before.run.finishedAt) < Date.parse(after.run.finishedAt)
  );
}

/** @returns the run, or why there is none in this line */
function readLine(line: string): RunLine | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return visibleLine(`not JSON: ${error.message}`);
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return visibleLine(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a run'}`);
}

/** By the instant, since two spellings of it may differ; then by id, for an order that is always the same. */
function byStart(a: RunLine, b: RunLine): number {
  return (
    Date.parse(a.run.startedAt) - Date.parse(b.run.startedAt) || (a.run.id < b.run.id ? -1 : 1)
  );
}
