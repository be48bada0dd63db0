/** What stands on a line of a journal: the type, and the shape that a line of anybody's must have. */
import { z } from 'zod';
import { reportShape, type Cell, type ReportEnvironment } from '../report/schema.ts';
import { observationSchema, type Observation } from '../verdict/observation.ts';
import type { RunIdentity } from './run-identity.ts';

/** Raised when a journal of before can no longer be read. */
export const JOURNAL_VERSION = 1;

export type JournalEntry =
  /** The first line. */
  | {
      readonly type: 'run';
      readonly journal: typeof JOURNAL_VERSION;
      readonly id: string;
      /** ISO 8601, UTC. */
      readonly startedAt: string;
      /** Which cells the user asked for, for a resumption that does not say. */
      readonly asked: Asked;
      readonly identity: RunIdentity;
    }
  /** Somebody goes on with the run. */
  | { readonly type: 'resumed'; readonly at: string }
  /** A row's image and facts, before its first trial. */
  | { readonly type: 'row'; readonly environment: ReportEnvironment }
  | {
      readonly type: 'trial';
      readonly environment: string;
      readonly scenario: string;
      readonly observation: Observation;
    }
  | { readonly type: 'cell'; readonly cell: Cell }
  /** What came before of the cell, or of the whole row, counts no more: it is measured anew. */
  | {
      readonly type: 'anew';
      readonly environment: string;
      readonly scenario?: string;
      readonly reason: string;
    }
  /** The last cell is done, or the run was interrupted. */
  | { readonly type: 'end'; readonly complete: boolean; readonly retries: number }
  /** The report and whatever points at it are written. */
  | { readonly type: 'published' };

export interface Asked {
  readonly group?: string;
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

const { environments, cells, run } = reportShape.shape;
const id = environments.element.shape.id;
const text = z.string().max(65_536);
const count = z.int().nonnegative().max(1e12);
const sha256 = run.shape.matrix.shape.sha256;
const patterns = z.array(z.string().max(1_000)).max(1_000);

/** Strict, since a key that is not known may change what the others mean. */
const entrySchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('run'),
    journal: z.literal(JOURNAL_VERSION),
    id: z
      .string()
      .max(200)
      .regex(/^[A-Za-z0-9][\w.-]*$/, 'not the id of a run'),
    startedAt: run.shape.startedAt,
    asked: z.strictObject({
      group: z.string().max(1_000).exactOptional(),
      only: patterns,
      skip: patterns,
    }),
    identity: z.strictObject({
      tool: z.string().max(200),
      matrix: sha256,
      cells: sha256,
      reproduction: sha256,
      engine: z.string().max(2_000),
      host: z.string().max(2_000),
    }),
  }),
  z.strictObject({ type: z.literal('resumed'), at: run.shape.startedAt }),
  z.strictObject({
    type: z.literal('row'),
    environment: z.strictObject(environments.element.shape),
  }),
  z.strictObject({
    type: z.literal('trial'),
    environment: id,
    scenario: id,
    observation: observationSchema,
  }),
  z.strictObject({ type: z.literal('cell'), cell: z.strictObject(cells.element.shape) }),
  z.strictObject({
    type: z.literal('anew'),
    environment: id,
    scenario: id.exactOptional(),
    reason: text,
  }),
  z.strictObject({ type: z.literal('end'), complete: z.boolean(), retries: count }),
  z.strictObject({ type: z.literal('published') }),
]);

export type ReadEntry =
  | { readonly type: 'entry'; readonly entry: JournalEntry }
  /** In a sentence. */
  | { readonly type: 'none'; readonly reason: string };

/** Reads one line of a journal that anybody may have written; never throws. */
export function readEntry(line: string): ReadEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { type: 'none', reason: `not JSON: ${error instanceof Error ? error.message : ''}` };
  }
  const parsed = entrySchema.safeParse(value);
  if (parsed.success) return { type: 'entry', entry: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  return { type: 'none', reason: `${where === '' ? '' : `${where}: `}${issue?.message ?? ''}` };
}
