/**
 * results/baseline.json: the verdicts that were accepted as they are. It holds no figures and nothing
 * that every run changes, so that a change of it in version control shows what changed. Pure.
 */
import { z } from '../zod.ts';
import type { ValueOf } from '../json-file/immutable.ts';
import { parseJson, type Problems } from '../json-file/parse-json.ts';
import { rowSchema } from '../report/row-schema.ts';
import { idSchema, runIdSchema } from '../report/schema-parts.ts';
import { PLATFORMS, platformInId, renamedId, type Platform } from '../platform.ts';
import type { Result } from '../result.ts';
import { compareText } from '../text/version-order.ts';
import type { Snapshot } from './snapshot.ts';

/** A row: what was measured in its image, and its cells that were decided. */
const row = rowSchema.omit({ image: true }).extend({
  /**
   * By scenario. Nothing else is a verdict to return to: an expected error would hide
   * the next thing that breaks.
   */
  verdicts: z.record(idSchema, z.enum(['pass', 'fail'])),
});
export type BaselineRow = ValueOf<typeof row>;

const baselineSchema = z.object({
  kind: z.literal('baseline'),
  schema: z.literal(1),
  /** The id of the run that was accepted last. */
  run: runIdSchema,
  /** The platform of rows whose ids name none; linux/amd64 if absent, as in all older files. */
  platform: z.enum(PLATFORMS).optional(),
  environments: z
    .array(row)
    .max(20_000)
    .refine((rows) => new Set(rows.map(({ id }) => id)).size === rows.length, {
      error: 'an id exists twice',
    }),
});

/** The whole file. */
export type Baseline = ValueOf<typeof baselineSchema>;

/** Whether a text is meant as a baseline, rather than as a report. */
export function looksLikeBaseline(text: string): boolean {
  return /^\ufeff?\s*\{\s*"kind":\s*"baseline"/.test(text);
}

/** Reads an untrusted baseline. */
export function parseBaseline(text: string): Result<Baseline, Problems> {
  return parseJson(text, baselineSchema);
}

/** The file's text: rows and scenarios by id, so that nothing moves that did not change. */
export function renderBaseline({ kind, schema, run, platform, environments }: Baseline): string {
  const rows = environments
    .toSorted((a, b) => compareText(a.id, b.id))
    .map(({ id, platform, python, libc, distro, shell, verdicts }) => {
      const sorted = Object.entries(verdicts).toSorted(([a], [b]) => compareText(a, b));
      return { id, platform, python, libc, distro, shell, verdicts: Object.fromEntries(sorted) };
    });
  return `${JSON.stringify({ kind, schema, run, platform, environments: rows }, null, 2)}\n`;
}

/** The platform of a baseline's rows whose ids name none. */
export function baselineHome({ platform }: Pick<Baseline, 'platform'>): Platform {
  return platform ?? 'linux/amd64';
}

/**
 * The accepted verdict of a cell; null if there is none.
 *
 * @param home the platform of environments whose ids name none
 */
export function acceptedVerdicts(
  { environments, platform }: Baseline,
  home: Platform | undefined,
): (environment: string, scenario: string) => 'pass' | 'fail' | null {
  const own = baselineHome({ platform });
  const rows = new Map(
    environments.map(({ id, verdicts }) => [
      renamedId(id, own, home ?? own),
      new Map(Object.entries(verdicts)),
    ]),
  );
  return (environment, scenario) => rows.get(environment)?.get(scenario) ?? null;
}

/** A baseline in the form in which runs are compared. */
export function baselineSnapshot({ run, platform, environments }: Baseline): Snapshot {
  const scenarioIds = new Set(environments.flatMap(({ verdicts }) => Object.keys(verdicts)));
  return {
    run: { id: run, platform: baselineHome({ platform }) },
    // Older files have the platform of a row in its id alone.
    environments: environments.map((row) =>
      row.platform ? row : { ...row, arch: platformInId(row.id) ?? baselineHome({ platform }) },
    ),
    scenarios: [...scenarioIds].map((id) => ({ id })),
    cells: environments.flatMap((row) =>
      Object.entries(row.verdicts).map(([scenario, verdict]) => ({
        environment: row.id,
        scenario,
        verdict,
      })),
    ),
    conclusiveOnly: true,
  };
}
