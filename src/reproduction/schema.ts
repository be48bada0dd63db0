/**
 * The shape of reproduction.yaml, described once for the types, for the messages about mistakes,
 * and for the JSON Schema that editors read (schema/reproduction.schema.json). References are
 * checked by assemble-manifest.ts.
 */
import { z } from '../zod.ts';
import { packageSchema, trialSchema, verdictSchema } from '../matrix/schema.ts';
import {
  count,
  listOf,
  LONGEST_ID,
  oneOrMore,
  parsed,
  patternsSchema,
  textOf,
} from '../matrix/schema-parts.ts';
import { LAUNCHERS } from '../model.ts';
import { EMULATION, STDIN_KINDS } from './manifest.ts';
import { parseOutputPattern } from './output-pattern.ts';

const outputPatternSchema = parsed(
  parseOutputPattern,
  'a regular expression of RE2, which is searched for in each line of output',
);

function outputPatterns(description: string) {
  return oneOrMore(outputPatternSchema, description);
}

function statuses(description: string) {
  return oneOrMore(count('an exit status', 0, 255), description);
}

const scenarioIdSchema = textOf(
  /^\w[\w.+-]*(\/\w[\w.+-]*)*$/,
  LONGEST_ID,
  'is not an id made of letters, digits, `_`, `.`, `+`, `-` and `/`',
).meta({ description: "the scenario's id, such as `add` or `add/os.system`" });

const controlSchema = z
  .unknown()
  .transform((given, context) => {
    if (given === undefined || given === true || typeof given === 'string') return given;
    const message = 'is neither `true` nor the id of another scenario';
    context.addIssue({ code: 'custom', message, input: given });
    return z.NEVER;
  })
  .meta({
    description:
      '`true` for the control of all scenarios that name none, or the id of the scenario that must be clean before this one counts',
    anyOf: [{ const: true }, { type: 'string' }],
  });

const scenarioSchema = z
  .strictObject({
    id: scenarioIdSchema,
    arguments: listOf(
      // eslint-disable-next-line no-control-regex
      textOf(/^[^\u0000]*$/, 1000, 'holds a NUL character, which no argument can').meta({
        description: 'text; put numbers in quotes',
      }),
      100,
      'arguments for run.sh',
    ).optional(),
    control: controlSchema.optional(),
  })
  .meta({ description: 'a column of the table: `{ id: …, arguments: […], control: … }`' });

const programSchema = z
  .strictObject({
    source: textOf(
      /^[A-Za-z0-9][\w-]*\.c$/,
      100,
      'is not the name of a C source in this folder',
    ).meta({ description: 'a C source in this folder, such as `program.c`' }),
    scenarios: patternsSchema.optional(),
  })
  .meta({ description: 'a C source, and the scenarios that need it (default: all)' });

/** The whole file. */
export const manifestSchema = z
  .strictObject({
    contract: z
      .literal(1)
      .meta({ description: 'the version of the trial contract that reproduce.py uses: 1' })
      .optional(),
    reproduced: outputPatterns('a pattern: a line of output that matches shows the bug').optional(),
    completed: outputPatterns(
      'a pattern: a run that finished has a line of output that matches',
    ).optional(),
    skipped: outputPatterns(
      'a pattern: a line of output that matches means that nothing was tested',
    ).optional(),
    evidence: outputPatterns(
      'the lines of output that a failing cell shows; `strace` with the trial contract',
    ).optional(),
    badStatus: statuses(
      'the exit statuses of a run that shows the bug (default: 1 to 124 without 77)',
    ).optional(),
    goodStatus: statuses('the exit statuses of a run without the bug (default: 0)').optional(),
    hang: z
      .enum(['error', 'reproduced'])
      .meta({
        description:
          'how a run counts that exceeds `timeout` of `trial`: as `error`, or as `reproduced` if the hang is the bug (default: `error`)',
      })
      .optional(),
    stdin: z
      .enum(STDIN_KINDS)
      .meta({
        description:
          'the standard input of a run: `empty`, `open` with nothing to read, or `tty` for a terminal (default: `empty`)',
      })
      .optional(),
    isolation: z
      .enum(['attempt', 'container'])
      .meta({
        description:
          'what is private to each run: `attempt` for processes and files, or `container` (default: `attempt`)',
      })
      .optional(),
    emulation: z
      .enum(EMULATION)
      .meta({
        description:
          'what a pass is in an emulated row: `fine` if timing does not matter, as for byte order and word size; `inconclusive` if not given',
      })
      .optional(),
    scenarios: z
      .array(scenarioSchema)
      .min(1, { error: 'is empty' })
      .max(200, { error: 'has more than 200 entries' })
      .meta({ description: 'a list of the columns, each with its arguments for run.sh' })
      .optional(),
    mechanisms: z
      .partialRecord(
        z.enum(LAUNCHERS),
        z
          .string()
          .min(1, { error: 'is empty' })
          .max(60, { error: 'is longer than 60 characters' })
          .regex(/^[\x20-\x7e]*$/, { error: 'is not one line of plain letters' }),
      )
      .meta({ description: 'what each launcher calls underneath, for the heads of columns' })
      .optional(),
    packages: listOf(
      packageSchema,
      100,
      'packages that every image needs, by its own package manager',
    ).optional(),
    programs: listOf(
      programSchema,
      20,
      'the C sources that are compiled for every image',
    ).optional(),
    verdict: verdictSchema.optional(),
    trial: trialSchema.optional(),
  })
  .meta({
    title: 'reproduction.yaml',
    description: 'how a reproduction reports its result, and what it needs',
  });

export type ManifestFile = z.output<typeof manifestSchema>;
export type ScenarioEntry = z.output<typeof scenarioSchema>;
