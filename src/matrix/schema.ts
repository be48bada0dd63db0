/**
 * The shape of matrix.yaml. Each part is described here once, for the types, for the messages about
 * mistakes, and for the JSON Schema that editors read (schema/matrix.schema.json). A refinement is
 * repeated in the description beside it, because the JSON Schema has none.
 *
 * assemble.ts checks references, such as those of a group to its bases.
 */
import { z } from '../zod.ts';
import { LAUNCHERS, MALLOCS, MUTATIONS } from '../model.ts';
import { PLATFORMS } from '../platform.ts';
import {
  count,
  duration,
  folderSchema,
  idSchema,
  listOf,
  LONGEST_ID,
  oneOrMore,
  patternsSchema,
  sentenceSchema,
  share,
  size,
  textOf,
} from './schema-parts.ts';

/** A stopping rule, or some of it. */
export const verdictSchema = z
  .strictObject({
    confidence: share('how sure a pass is', 0.5, 0.999999).optional(),
    maxRate: share('the failure rate that a pass excludes', 0.000001, 0.5).optional(),
    budget: duration('trial time after which a cell is inconclusive', '100ms', '24h').optional(),
  })
  .meta({ description: 'when a cell has been measured enough' });

/** The limits of trials, or some of them. */
export const trialSchema = z
  .strictObject({
    duration: z
      .strictObject({
        first: duration('how long the first trial of a cell lasts', '100ms', '1h'),
        next: duration('how long each later trial lasts', '100ms', '1h'),
      })
      .meta({ description: 'how long trials last' })
      .optional(),
    threads: count('threads that start children', 1, 256).optional(),
    timeout: duration('when a trial is ended from outside', '1s', '24h').optional(),
    memory: size('memory of a trial', '64MiB', '1024GiB').optional(),
    pids: count('processes and threads of a trial', 32, 32768).optional(),
    // A race needs two; with one, nothing reproduces and everything would seem to pass.
    cpus: count('CPUs of a trial', 2, 256).optional(),
    output: size('output of a trial', '64KiB', '1GiB').optional(),
  })
  .meta({ description: 'what a trial may use' });

/** Becomes an argument of mmdebstrap and of apt: nothing in it may read as an option. */
const suiteSchema = textOf(
  /^[a-z][a-z0-9-]*$/,
  LONGEST_ID,
  'is not the name of a Debian release or suite',
).meta({ description: 'a Debian release or suite, such as `trixie` or `experimental`' });

/** Becomes an argument of apt, in which nothing may read as an option. */
export const packageSchema = textOf(
  /^[a-z0-9][a-z0-9+.-]+$/,
  128,
  'is not the name of a Debian package',
).meta({ description: 'a Debian package, such as `libc6`' });

const sourceSchema = z
  .strictObject({
    pull: textOf(/^[a-z0-9][\w.:/@-]*$/, 255, 'is not the name of an image')
      .meta({ description: 'an image of a registry, such as `debian:trixie-slim`' })
      .optional(),
    bootstrap: z
      .strictObject({
        debian: suiteSchema,
        overlay: z
          .strictObject({
            suite: suiteSchema,
            packages: z
              .array(packageSchema)
              .min(1, { error: 'is empty' })
              .max(100, { error: 'has more than 100 entries' })
              .meta({ description: 'Debian packages' }),
          })
          .meta({ description: 'packages taken from another suite on top' })
          .optional(),
      })
      .meta({ description: 'a release of the Debian archive' })
      .optional(),
  })
  .refine(({ pull, bootstrap }) => (pull === undefined) !== (bootstrap === undefined), {
    error: 'must have exactly one of `pull` and `bootstrap`',
  })
  .meta({
    description: 'where a base comes from: `pull: IMAGE` or `bootstrap: { debian: RELEASE }`',
    oneOf: [{ required: ['pull'] }, { required: ['bootstrap'] }],
  });

/** The root of an archive; it becomes an argument of apt and of sed. */
const addressSchema = textOf(
  /^https?:\/\/[\w.-]+(:\d+)?(\/[\w.-]+)*$/,
  200,
  'is not an address such as `http://mirror.example`, without a slash at its end',
);

const archiveAddressesSchema = z
  .strictObject({
    mirror: addressSchema
      .meta({ description: 'of `debian` and `debian-security`, instead of the usual mirror' })
      .optional(),
    oldReleases: addressSchema
      .meta({ description: 'of `debian` and `debian-security` with the releases that have ended' })
      .optional(),
    snapshots: addressSchema
      .meta({ description: 'of `debian/MOMENT` and `debian-security/MOMENT`' })
      .optional(),
    keyring: textOf(/^(\/[\w.-]+)+$/, 200, 'is not the absolute path of a file')
      .meta({
        description:
          "the keys that sign these archives, a file of this machine; Debian's if not given",
      })
      .optional(),
  })
  .meta({ description: "the addresses of Debian archives that are not Debian's own" });

const archiveSchema = z.union(
  [
    z.enum(['mirror', 'old-releases']),
    z.strictObject({
      snapshot: z
        .string()
        .regex(/^[12]\d{3}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])[0-5]\d[0-5]\dZ$/, {
          error: 'is not a moment such as `20260830T000000Z`',
        })
        .meta({ description: 'a moment such as `20260830T000000Z`' }),
    }),
  ],
  { error: 'is none of `mirror`, `old-releases` and `snapshot: 20260830T000000Z`' },
);

const baseSchema = z
  .strictObject({
    sources: z
      .array(sourceSchema)
      .min(1, { error: 'is empty' })
      .max(20, { error: 'has more than 20 entries' })
      .meta({ description: 'where the base comes from, in the order in which it is tried' }),
    archives: oneOrMore(
      archiveSchema,
      'where packages of Debian come from, in the order in which it is tried: `mirror`, `old-releases`, `snapshot: 20260830T000000Z`',
    ).optional(),
    expired: z
      .literal('accept', { error: 'is not `accept`' })
      .meta({
        description: '`accept`: expired Release files are used if their signature is valid',
      })
      .optional(),
    platforms: z
      .array(z.enum(PLATFORMS))
      .min(1, { error: 'is empty' })
      .max(PLATFORMS.length, { error: `has more than ${PLATFORMS.length} entries` })
      .meta({
        description: `the platforms that groups may ask for: ${PLATFORMS.join(', ')}`,
      })
      .optional(),
  })
  .meta({ description: 'a distribution image' });

const recipeSchema = folderSchema.meta({
  description: 'a folder of recipes below images/, such as `debian-package`',
});

/** The images that a build starts from, which the program gives. */
const PARENTS: readonly string[] = ['BASE', 'RUNTIME', 'TOOLCHAIN', 'BUILT'];

const argsSchema = z
  .record(
    textOf(
      /^[A-Z][A-Z0-9_]*$/,
      LONGEST_ID,
      'is not the name of a build argument, such as `PACKAGE`',
    )
      .refine((name) => !PARENTS.includes(name), {
        error: 'is given by the program, as the image to start from',
      })
      .meta({
        description: 'the name of a build argument, such as `PACKAGE`',
        not: { enum: PARENTS },
      }),
    textOf(/^\P{Cc}*$/u, 1000, 'holds a control character').meta({
      description: 'text; put numbers in quotes, since 3.10 without them is 3.1',
    }),
  )
  .meta({ description: "the recipe's build arguments" });

const pythonSchema = z
  .strictObject({
    recipe: recipeSchema,
    args: argsSchema.optional(),
    build: z
      .strictObject({
        base: idSchema.meta({
          description: 'the base to build on: the oldest C library that it is to run on',
        }),
        recipe: recipeSchema,
        args: argsSchema.optional(),
      })
      .meta({
        description: 'a build that is made once, on its own base, and copied onto every base',
      })
      .optional(),
    command: textOf(/^[\w/][\w./+-]*$/, 200, 'is not the name or path of a program').meta({
      description: 'what starts it inside the image, such as `python3.13`',
    }),
  })
  .meta({ description: 'a Python: a recipe and its build arguments' });

const reasonSchema = sentenceSchema.meta({
  description: 'why it is left out, in words; plans and reports show it',
});

/**
 * The three ways to select combinations of some axes.
 *
 * @param usual the default of an axis
 */
function combinations<Name extends z.ZodType, Axis extends string>(
  names: Record<Axis, Name>,
  usual: Partial<Record<Axis, z.output<Name>>> = {},
) {
  const axes = Object.keys(names) as Axis[];
  const each = <Schema extends z.ZodType>(make: (axis: Axis) => Schema) =>
    Object.fromEntries(axes.map((axis) => [axis, make(axis)])) as Record<Axis, Schema>;
  const lists = each((axis) => {
    const list = oneOrMore(names[axis], names[axis].description ?? `values of ${axis}`);
    const value = usual[axis];
    // The default is one of the list's own values, so that what is read has the same type either way.
    return value === undefined ? list : (list.default([value]) as unknown as typeof list);
  });
  return z.strictObject({
    axes: z.strictObject(lists).meta({ description: 'every combination of these' }).optional(),
    exclude: listOf(
      z
        .strictObject({
          ...each(() => patternsSchema.optional()),
          reason: reasonSchema,
        })
        .refine((entry) => axes.some((axis) => (entry as Record<string, unknown>)[axis]), {
          error: `must have at least one of ${axes.map((axis) => `\`${axis}\``).join(' and ')}`,
        })
        .meta({
          description: 'combinations of the axes that are left out, and why',
          anyOf: axes.map((axis) => ({ required: [axis] })),
        }),
      200,
      'what is left out of the axes, each with its reason',
    ).optional(),
    include: z
      .array(z.strictObject(lists).meta({ description: 'combinations besides those of the axes' }))
      .meta({ description: 'a list of combinations besides those of the axes' })
      .optional(),
  });
}

/** Stands for the platform of the engine, whichever that is. */
export const OWN_PLATFORM = 'own';

/**
 * Of axes with these names, each a plain name here: whether it is known is looked up later, where the
 * nearest known one can be named.
 */
const environmentsSchema = combinations(
  {
    base: idSchema.meta({ description: 'names of bases' }),
    python: idSchema.meta({ description: 'names of pythons' }),
    malloc: z.enum(MALLOCS).meta({ description: `allocators: ${MALLOCS.join(', ')}` }),
    platform: z.enum([OWN_PLATFORM, ...PLATFORMS]).meta({
      description: `platforms that the bases name, or \`${OWN_PLATFORM}\` for the engine's own`,
    }),
  },
  { malloc: 'default', platform: OWN_PLATFORM },
).meta({
  description: 'the rows: which Python on which base, with which allocator, on which platform',
});

const scenariosSchema = combinations({
  mutation: z.enum(MUTATIONS).meta({ description: `mutations: ${MUTATIONS.join(', ')}` }),
  launcher: z.enum(LAUNCHERS).meta({ description: `launchers: ${LAUNCHERS.join(', ')}` }),
}).meta({
  description: 'the columns: which mutation with which launcher; their controls are added',
});

const groupSchema = z
  .strictObject({
    description: sentenceSchema.meta({ description: 'what the group is for, in words' }).optional(),
    extends: idSchema
      .meta({ description: 'a group whose environments and scenarios are used where it has none' })
      .optional(),
    environments: environmentsSchema.optional(),
    ifRegistryAnswers: oneOrMore(
      idSchema,
      'groups whose environments are added if their registry answers; groups that extend this one do not get them',
    ).optional(),
    scenarios: scenariosSchema.optional(),
  })
  .meta({ description: 'rows and columns that are measured together' });

const cellsShape = {
  environments: patternsSchema.optional(),
  scenarios: patternsSchema.optional(),
};

const overrideSchema = z
  .strictObject({
    ...cellsShape,
    verdict: verdictSchema.optional(),
    trial: trialSchema.optional(),
  })
  .refine(({ verdict, trial }) => verdict !== undefined || trial !== undefined, {
    error: 'changes nothing: it must have `verdict` or `trial`',
  })
  .meta({
    description: 'other limits for some cells',
    anyOf: [{ required: ['verdict'] }, { required: ['trial'] }],
  });

/** A cell that is expected to be an error would hide the next thing that breaks. */
const EXPECTABLE = ['pass', 'fail', 'inconclusive', 'skipped', 'any'] as const;

const expectationSchema = z
  .strictObject({
    ...cellsShape,
    verdict: z.enum(EXPECTABLE).meta({
      description: `the expected verdict of the cells: ${EXPECTABLE.join(', ')}`,
    }),
  })
  .meta({ description: 'the expected verdicts of some cells' });

/** Entries by their names; none at all would be a file that measures nothing. */
function named<Entry extends z.ZodType>(entry: Entry, meta: { description: string }) {
  return z
    .record(idSchema, entry)
    .refine((entries) => Object.keys(entries).length > 0, { error: 'is empty' })
    .meta({ ...meta, minProperties: 1 });
}

/** The whole file. */
export const matrixFileSchema = z
  .strictObject({
    version: z.literal(1).meta({ description: 'the version of this format: 1' }),
    reproduction: folderSchema
      .meta({ description: "the reproduction's folder, relative to this file" })
      .optional(),
    verdict: verdictSchema.optional(),
    trial: trialSchema.optional(),
    archives: archiveAddressesSchema.optional(),
    bases: named(baseSchema, { description: 'the bases, by their names' }),
    pythons: named(pythonSchema, { description: 'the Pythons, by their names' }),
    groups: named(groupSchema, { description: 'the groups, by their names' }),
    defaultGroup: idSchema
      .meta({ description: 'the group that runs if no other is named; `default` if not given' })
      .optional(),
    compileOn: idSchema
      .meta({
        description:
          "the base that compiles the reproduction's C programs for all rows: the oldest C libraries; each row's own base if not given",
      })
      .optional(),
    runners: z
      .partialRecord(
        z.enum(PLATFORMS),
        textOf(/^[\w][\w.-]*$/, 100, 'is not the label of a runner'),
      )
      .meta({ description: 'the label of the CI machines that measure shards of a platform' })
      .optional(),
    baseline: folderSchema
      .meta({
        description:
          'a file that `matrix accept` wrote, relative to this one: the expected verdicts of cells that no line of `expect` matches',
      })
      .optional(),
    overrides: listOf(
      overrideSchema,
      500,
      'other limits for some cells; the last that fits counts',
    ).optional(),
    expect: listOf(
      expectationSchema,
      500,
      'the expected verdicts of cells; the last that fits counts',
    ).optional(),
  })
  .meta({ title: 'matrix.yaml', description: 'the matrix: what is measured, where, and how' });

export type MatrixFile = z.output<typeof matrixFileSchema>;
export type BaseEntry = z.output<typeof baseSchema>;
export type ArchiveAddresses = z.output<typeof archiveAddressesSchema>;
export type PythonEntry = z.output<typeof pythonSchema>;
export type GroupEntry = z.output<typeof groupSchema>;
export type VerdictEntry = z.output<typeof verdictSchema>;
export type TrialEntry = z.output<typeof trialSchema>;
