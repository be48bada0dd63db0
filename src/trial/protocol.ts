/**
 * The lines that a trial writes, by the trial contract (docs/architecture.md): one JSON object a
 * line, `start`, any number of `failure` and `progress`, and last `summary`.
 */
import { z } from '../zod.ts';
import { LAUNCHERS, MUTATIONS, SYMPTOMS } from '../model.ts';
import { failed, ok, type Result } from '../result.ts';
import { repeatedKey } from './repeated-key.ts';

/** The version of the contract that this program reads. */
const CONTRACT = 1;

const count = z.number().int().nonnegative().max(1e12);
/** A clock that jumped may give such a value as well; the observation reports the jump. */
const seconds = z.number().min(-1e12).max(1e12);
const words = z.string().max(8000);
/** Counted by a failing call, so a summary can name only these; crash is seen from outside. */
const symptom = z.enum(SYMPTOMS);

const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    contract: z.literal(CONTRACT),
    python: words,
    implementation: words,
    mutation: z.enum(MUTATIONS),
    launcher: z.enum(LAUNCHERS),
    threads: count,
    cpus: count,
  }),
  z.object({
    type: z.literal('failure'),
    call: count,
    symptom,
    status: z.number().int().optional(),
    errno: words.optional(),
    seconds,
    thread: count.optional(),
    detail: words.optional(),
  }),
  /** The counts so far, for a process that dies before its summary. */
  z.object({ type: z.literal('progress'), calls: count, exposed: count }),
  z.object({
    type: z.literal('summary'),
    calls: count,
    exposed: count,
    failures: z.partialRecord(symptom, count),
    mutations: count,
    seconds,
    firstFailureSeconds: seconds.nullish(),
  }),
  /** The launcher does not exist in this Python. */
  z.object({ type: z.literal('unsupported'), reason: words.min(1) }),
  /** The program cannot run here, for a cause that is not the race. */
  z.object({ type: z.literal('problem'), problem: words.min(1), detail: words.optional() }),
]);

export type TrialLine = z.output<typeof lineSchema>;

/** Reads one line; never throws. Unknown keys are let through, for what later versions may add. */
export function parseTrialLine(text: string): Result<TrialLine, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('is not JSON', text);
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) return malformed(`has the key "${repeated}" twice`, text);
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const where = issue ? `${issue.path.join('.') || 'line'}: ${issue.message}` : 'is not understood';
  return malformed(`does not match the contract (${where})`, text);
}

function malformed(what: string, text: string): Result<never, string> {
  return failed(`a line of output ${what}: ${JSON.stringify(text.slice(0, 120))}`);
}
