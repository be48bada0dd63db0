/**
 * The shape of reproduction.yaml, described once for the types, for the messages about mistakes, and for
 * the JSON Schema that editors read (schema/reproduction.schema.json).
 * What refers to what is the business of assemble-manifest.ts.
 */
import { z } from 'zod';
import { packageSchema, trialSchema, verdictSchema } from '../matrix/schema.ts';
import { count, LONGEST_ID, oneOrMore, parsed, patternsSchema } from '../matrix/schema-parts.ts';
import { LAUNCHERS } from '../model.ts';
import { EMULATION, STDIN_KINDS } from './manifest.ts';
import { parseOutputPattern } from './output-pattern.ts';

const outputPatternSchema = parsed(
  parseOutputPattern,
  'a regular expression of RE2 that a line of output is searched for',
);

function outputPatterns(description: string) {
  return oneOrMore(outputPatternSchema, description);
}

function statuses(description: string) {
  return oneOrMore(count('an exit status', 0, 255), description);
}

const scenarioIdSchema = z
  .string()
  .max(LONGEST_ID, { error: `is longer than ${LONGEST_ID} characters` })
  .regex(/^\w[\w.+-]*(\/\w[\w.+-]*)*$/, {
    error: 'is not an id made of letters, digits, `_`, `.`, `+`, `-` and `/`',
  })
  .meta({ description: "the scenario's id, such as `add` or `add/os.system`" });

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
      '`true` for the control of all scenarios that name none, or the id of the scenario that must be clean before this one says anything',
    anyOf: [{ const: true }, { type: 'string' }],
  });

const scenarioSchema = z
  .strictObject({
    id: scenarioIdSchema,
    arguments: z
      .array(
        z
          .string()
          .max(1000, { error: 'is longer than 1000 characters' })
          // eslint-disable-next-line no-control-regex
          .regex(/^[^\u0000]*$/, { error: 'holds a NUL character, which no argument can' })
          .meta({ description: 'text; put numbers in quotes' }),
      )
      .max(100, { error: 'has more than 100 entries' })
      .meta({ description: 'a list of what run.sh is given' })
      .optional(),
    control: controlSchema.optional(),
  })
  .meta({ description: 'a column of the table: `{ id: …, arguments: […], control: … }`' });

const programSchema = z
  .strictObject({
    source: z
      .string()
      .max(100, { error: 'is longer than 100 characters' })
      .regex(/^[A-Za-z0-9][\w-]*\.c$/, { error: 'is not the name of a C source in this folder' })
      .meta({ description: 'a C source in this folder, such as `program.c`' }),
    scenarios: patternsSchema.optional(),
  })
  .meta({ description: 'a C source, and the scenarios that need it; all where not given' });

/** The whole file. */
export const manifestSchema = z
  .strictObject({
    contract: z
      .literal(1)
      .meta({ description: 'the version of the trial contract that reproduce.py speaks: 1' })
      .optional(),
    reproduced: outputPatterns('what in a line of output says that the bug showed').optional(),
    completed: outputPatterns(
      'what in a line of output says that a run came to its end',
    ).optional(),
    skipped: outputPatterns('what in a line of output says that nothing can be tested').optional(),
    evidence: outputPatterns(
      'the lines of output that a failing cell shows; `strace` if the trial contract is spoken',
    ).optional(),
    badStatus: statuses(
      'the exit statuses of a run that shows the bug; 1 to 124 without 77 if not given',
    ).optional(),
    goodStatus: statuses('the exit statuses of a run without the bug; 0 if not given').optional(),
    hang: z
      .enum(['error', 'reproduced'])
      .meta({
        description:
          'what a run is that exceeds `timeout` of `trial`: `error`, or `reproduced` if the hang is the bug; `error` if not given',
      })
      .optional(),
    stdin: z
      .enum(STDIN_KINDS)
      .meta({
        description:
          'the standard input of a run: `empty`, `open` with nothing to read, or `tty` for a terminal; `empty` if not given',
      })
      .optional(),
    isolation: z
      .enum(['attempt', 'container'])
      .meta({
        description:
          'what each run gets of its own: `attempt` for processes and files, or `container`; `attempt` if not given',
      })
      .optional(),
    emulation: z
      .enum(EMULATION)
      .meta({
        description:
          'what a pass is in an emulated row: `fine` for what no timing decides, such as byte order and word size; `inconclusive` if not given',
      })
      .optional(),
    scenarios: z
      .array(scenarioSchema)
      .min(1, { error: 'is empty' })
      .max(200, { error: 'has more than 200 entries' })
      .meta({ description: 'a list of the columns: which arguments run.sh is given' })
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
      .meta({ description: 'what each launcher does underneath, for the heads of columns' })
      .optional(),
    packages: z
      .array(packageSchema)
      .max(100, { error: 'has more than 100 entries' })
      .meta({ description: 'a list of the Debian packages that every image needs' })
      .optional(),
    programs: z
      .array(programSchema)
      .max(20, { error: 'has more than 20 entries' })
      .meta({ description: 'a list of the C sources that are compiled for every image' })
      .optional(),
    verdict: verdictSchema.optional(),
    trial: trialSchema.optional(),
  })
  .meta({
    title: 'reproduction.yaml',
    description: 'how a reproduction says what it saw, and what it needs',
  });

export type ManifestFile = z.output<typeof manifestSchema>;
export type ScenarioEntry = z.output<typeof scenarioSchema>;
