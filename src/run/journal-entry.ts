/** A line of a journal: the types, and the shape that a line from any source must have. */
import { z } from '../zod.ts';
import type { ValueOf } from '../json-file/immutable.ts';
import { reportShape } from '../report/schema.ts';
import { idSchema, instantSchema, runIdSchema } from '../report/schema-parts.ts';
import { observationSchema } from '../verdict/observation.ts';
import { identitySchema } from './run-identity.ts';

/** Raised when a journal of before can no longer be read, or its identity means something else. */
export const JOURNAL_VERSION = 2;

const { environments, cells } = reportShape.shape;
const patterns = z.array(z.string().max(1_000)).max(1_000);

/** Which cells the user asked for, for a resumption that does not select any. */
const asked = z.strictObject({
  group: z.string().max(1_000).optional(),
  only: patterns,
  skip: patterns,
});
export type Asked = ValueOf<typeof asked>;

/** Strict, since a key that is not known may change what the others mean. */
export const entrySchema = z.discriminatedUnion('type', [
  /** The first line. */
  z.strictObject({
    type: z.literal('run'),
    journal: z.literal(JOURNAL_VERSION, { error: 'of another version of this program' }),
    id: runIdSchema,
    startedAt: instantSchema,
    asked,
    /** Rows that are not part of the run, which resumes without them. */
    leftOut: reportShape.shape.run.shape.leftOut,
    identity: identitySchema,
  }),
  /** The run is resumed. */
  z.strictObject({ type: z.literal('resumed'), at: instantSchema }),
  /** A row's image and facts, before its first trial. */
  z.strictObject({
    type: z.literal('row'),
    environment: z.strictObject(environments.element.shape),
  }),
  z.strictObject({
    type: z.literal('trial'),
    environment: idSchema,
    scenario: idSchema,
    observation: observationSchema,
  }),
  z.strictObject({ type: z.literal('cell'), cell: z.strictObject(cells.element.shape) }),
  /** Earlier records of the cell, or of the whole row, no longer count: it is measured from scratch. */
  z.strictObject({
    type: z.literal('anew'),
    environment: idSchema,
    scenario: idSchema.optional(),
    reason: z.string().max(65_536),
  }),
  /** The last cell is done, or the run was interrupted. */
  z.strictObject({
    type: z.literal('end'),
    complete: z.boolean(),
    retries: z.int().nonnegative().max(1e12),
  }),
  /** The report and whatever points at it are written. */
  z.strictObject({ type: z.literal('published') }),
]);

export type JournalEntry = ValueOf<typeof entrySchema>;
