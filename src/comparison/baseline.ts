/**
 * results/baseline.json: the verdicts that were accepted as they are. It holds no figures and nothing
 * that every run changes, so that a change of it in version control shows what changed. Pure.
 */
import { z } from 'zod';
import { reportShape, type ReportEnvironment } from '../report/schema.ts';
import type { Snapshot } from './snapshot.ts';
import { visibleLine } from '../text/visible-text.ts';
import { compareText } from '../text/version-order.ts';

/** A row: what was measured in its image, and its cells that were decided. */
export interface BaselineRow extends Omit<ReportEnvironment, 'image'> {
  /**
   * By scenario. Nothing else is a verdict to come back to: whoever expected an error would not see
   * the next thing that breaks.
   */
  readonly verdicts: Readonly<Record<string, 'pass' | 'fail'>>;
}

/** The whole file. */
export interface Baseline {
  readonly kind: 'baseline';
  readonly schema: 1;
  /** The id of the run that was accepted last. */
  readonly run: string;
  /** By id; no two with the same. */
  readonly environments: readonly BaselineRow[];
}

/** What reading a baseline came to. */
export type LoadedBaseline =
  | { readonly type: 'baseline'; readonly baseline: Baseline }
  /** Not a baseline of this schema; 1 to 20 lines that say why, without control characters. */
  | { readonly type: 'invalid'; readonly problems: readonly string[] };

const PROBLEMS = 20;

const { run, environments, scenarios } = reportShape.shape;
const id = scenarios.element.shape.id;

const schema = z.object({
  kind: z.literal('baseline'),
  schema: z.literal(1),
  run: run.shape.id,
  environments: z
    .array(
      environments.element
        .omit({ image: true })
        .extend({ verdicts: z.record(id, z.enum(['pass', 'fail'])) }),
    )
    .max(20_000)
    .refine((rows) => new Set(rows.map((row) => row.id)).size === rows.length, {
      error: 'an id is there twice',
    }),
});

/** Whether a text is meant as a baseline, rather than as a report. */
export function looksLikeBaseline(text: string): boolean {
  return /^\ufeff?\s*\{\s*"kind":\s*"baseline"/.test(text);
}

/** Reads a baseline that anybody may have changed; never throws for a bad file. */
export function parseBaseline(text: string): LoadedBaseline {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { type: 'invalid', problems: [visibleLine(`not JSON: ${error.message}`)] };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { type: 'baseline', baseline: parsed.data };
  return {
    type: 'invalid',
    problems: parsed.error.issues
      .slice(0, PROBLEMS)
      .map(({ path, message }) => visibleLine(`${path.join('.')}: ${message}`)),
  };
}

/** The file's text: rows and scenarios by id, so that nothing moves that did not change. */
export function renderBaseline({ kind, schema, run, environments }: Baseline): string {
  const rows = environments
    .toSorted((a, b) => compareText(a.id, b.id))
    .map(({ id, python, libc, distro, shell, verdicts }) => ({
      id,
      ...(python && { python }),
      ...(libc && { libc }),
      ...(distro && { distro }),
      ...(shell !== undefined && { shell }),
      verdicts: Object.fromEntries(
        Object.entries(verdicts).toSorted(([a], [b]) => compareText(a, b)),
      ),
    }));
  return `${JSON.stringify({ kind, schema, run, environments: rows }, null, 2)}\n`;
}

/** What a cell was accepted as; null where it was not. */
export function acceptedVerdicts({
  environments,
}: Baseline): (environment: string, scenario: string) => 'pass' | 'fail' | null {
  const rows = new Map(
    environments.map(({ id, verdicts }) => [id, new Map(Object.entries(verdicts))]),
  );
  return (environment, scenario) => rows.get(environment)?.get(scenario) ?? null;
}

/** A baseline in the form in which runs are compared. */
export function baselineSnapshot({ run, environments }: Baseline): Snapshot {
  const scenarioIds = new Set(environments.flatMap(({ verdicts }) => Object.keys(verdicts)));
  return {
    run: { id: run },
    environments,
    scenarios: [...scenarioIds].map((id) => ({ id })),
    cells: environments.flatMap((row) =>
      Object.entries(row.verdicts).map(([scenario, verdict]) => ({
        environment: row.id,
        scenario,
        verdict,
      })),
    ),
    decidedOnly: true,
  };
}
