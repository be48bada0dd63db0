/** The command line's options, read once for all commands. */
import { parseArgs } from 'node:util';
import { readFailOn, type FailOn } from './fail-on.ts';
import { isCacheRepository } from '../images/image-cache.ts';
import { secondsOf } from '../matrix/quantities.ts';
import { UserError } from './user-error.ts';

const OPTIONS = {
  matrix: { type: 'string' },
  reproduction: { type: 'string' },
  group: { type: 'string' },
  only: { type: 'string', multiple: true },
  skip: { type: 'string', multiple: true },
  along: { type: 'string' },
  engine: { type: 'string' },
  results: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string' },
  shard: { type: 'string' },
  shards: { type: 'string' },
  'shard-plan': { type: 'string' },
  locked: { type: 'boolean' },
  cache: { type: 'string' },
  'max-base-age': { type: 'string' },
  'fail-on': { type: 'string', multiple: true },
  'notify-file': { type: 'string' },
  install: { type: 'boolean' },
  refresh: { type: 'boolean' },
  resume: { type: 'boolean' },
  'require-all': { type: 'boolean' },
  all: { type: 'boolean' },
  yes: { type: 'boolean' },
  json: { type: 'boolean' },
  color: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Where nothing else is asked for. */
export const DEFAULT_MATRIX = 'matrix.yaml';

/** What a command is given. */
export interface Options {
  readonly positionals: readonly string[];
  readonly matrix: string;
  /** The folder of a reproduction instead of the one that matrix.yaml names. */
  readonly reproduction: string | undefined;
  readonly group: string | undefined;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** The axis of a bisection. */
  readonly along: string | undefined;
  readonly engine: string | undefined;
  readonly results: string;
  readonly format: string | undefined;
  readonly output: string | undefined;
  /** `2/5`: which part of the run. */
  readonly shard: string | undefined;
  /** How many parts a plan is to have. */
  readonly shards: string | undefined;
  /** The file that a plan of shards was written to. */
  readonly shardPlan: string | undefined;
  /** Whether only the images of matrix.lock.json are used. */
  readonly locked: boolean;
  /** `registry/name` where images are looked up and put. */
  readonly cache: string | undefined;
  /** Seconds after which a base is made anew. */
  readonly maxBaseAge: number | undefined;
  /** What makes the exit status other than 0; undefined for what does without the option. */
  readonly failOn: FailOn | undefined;
  readonly notifyFile: string | undefined;
  /** Whether missing packages of the host may be installed. */
  readonly install: boolean;
  readonly refresh: boolean;
  /** Whether a run that stopped goes on, instead of a new one. */
  readonly resume: boolean;
  readonly requireAll: boolean;
  readonly all: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  /** Undefined where neither --color nor --no-color was given. */
  readonly color: boolean | undefined;
  readonly help: boolean;
  readonly version: boolean;
}

/**
 * Reads the arguments after the program's name.
 *
 * @throws UserError for an unknown option or a missing value
 */
export function readOptions(args: readonly string[]): Options {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
      allowNegative: true,
    });
  } catch (error) {
    throw new UserError(
      `${error instanceof Error ? error.message : String(error)}\nbin/matrix --help lists the options.`,
    );
  }
  const { values, positionals } = parsed;
  return {
    positionals,
    matrix: values.matrix ?? DEFAULT_MATRIX,
    reproduction: values.reproduction,
    group: values.group,
    only: values.only ?? [],
    skip: values.skip ?? [],
    along: values.along,
    engine: values.engine,
    results: values.results ?? 'results',
    format: values.format,
    output: values.output,
    shard: values.shard,
    shards: values.shards,
    shardPlan: values['shard-plan'],
    locked: values.locked ?? false,
    cache: values.cache === undefined ? undefined : readCache(values.cache),
    maxBaseAge: values['max-base-age'] === undefined ? undefined : readAge(values['max-base-age']),
    failOn: values['fail-on'] && readFailOn(values['fail-on']),
    notifyFile: values['notify-file'],
    install: values.install ?? false,
    refresh: values.refresh ?? false,
    resume: values.resume ?? false,
    requireAll: values['require-all'] ?? false,
    all: values.all ?? false,
    yes: values.yes ?? false,
    json: values.json ?? false,
    color: values.color,
    help: values.help ?? false,
    version: values.version ?? false,
  };
}

function readCache(text: string): string {
  if (isCacheRepository(text)) return text;
  throw new UserError(
    `--cache takes a registry and a name there, such as ghcr.io/me/race-matrix, in lower case, without a tag and without credentials`,
  );
}

function readAge(text: string): number {
  const seconds = secondsOf(text);
  if (seconds !== null) return seconds;
  throw new UserError(`--max-base-age takes a time such as 12h or 30m, not ${text}`);
}
