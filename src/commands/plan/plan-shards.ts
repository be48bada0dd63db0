/** `matrix plan --shards N`: which rows go to which machine. */
import writeFileAtomic from 'write-file-atomic';
import { durationText } from '../../text/duration.ts';
import { quantity } from '../../text/quantity.ts';
import { leftOutText } from '../../report/left-out-text.ts';
import type { RunPlan } from '../../run/plan.ts';
import type { ShardPlan } from '../../shards/shard-plan.ts';
import type { PlanOptions } from '../../app/load-plan.ts';
import { divide, readShardCount } from '../../app/shard-options.ts';
import { DEFAULT_MATRIX } from '../../cli/options.ts';
import { UserError } from '../../cli/user-error.ts';
import { MATRIX_LIMIT, renderPipeline } from './gitlab-pipeline.ts';

export interface ShardsOptions extends PlanOptions {
  /** How many. */
  readonly shards?: string | undefined;
  readonly format?: string | undefined;
  readonly json?: boolean | undefined;
  /** Where the division is kept. */
  readonly output?: string | undefined;
  readonly results: string;
}

/** @returns the exit status */
export async function planOfShards(
  options: ShardsOptions,
  count: string,
  run: RunPlan,
): Promise<number> {
  const format = options.format ?? (options.json ? 'json' : 'terminal');
  const render = SHARDS_FORMATS[format];
  if (!render) {
    throw new UserError(
      `There is no format ${format} for shards. Choose one of: ${Object.keys(SHARDS_FORMATS).join(', ')}.`,
    );
  }
  const shards = await divide(run, readShardCount(count), options.results);
  const leftOut = run.leftOut ? [leftOutText(run.leftOut)] : [];
  for (const line of [...leftOut, ...doubts(shards)]) process.stderr.write(`${line}\n`);
  const printed = render(shards, options);
  if (options.output !== undefined) {
    await writeFileAtomic(options.output, `${JSON.stringify(shards)}\n`);
  }
  process.stdout.write(printed);
  return 0;
}

type ShardsFormat = (plan: ShardPlan, options: ShardsOptions) => string;

const SHARDS_FORMATS: Readonly<Partial<Record<string, ShardsFormat>>> = {
  terminal: renderText,
  json: (plan) => `${JSON.stringify(plan, null, 2)}\n`,
  github: renderGithub,
  gitlab: renderGitlab,
};

/** Shards with rows, since one without is no work for a machine. Numbers are from 1. */
function numbered({ shards }: ShardPlan) {
  return shards
    .map((shard, index) => ({ ...shard, number: index + 1, name: `${index + 1}/${shards.length}` }))
    .filter(({ environments }) => environments.length > 0);
}

/**
 * A job matrix on one line, as a workflow's `strategy.matrix` takes it: `shard` is the value of
 * `--shard`, `number` is for names of files, `rows` is for people, `runner` is what matrix.yaml names
 * for the shard's platform.
 */
function renderGithub(plan: ShardPlan): string {
  const include = numbered(plan).map(({ name, number, environments, seconds, runner }) => ({
    shard: name,
    number,
    rows: environments.join(' '),
    seconds,
    runner,
  }));
  return `${JSON.stringify({ include })}\n`;
}

/** A pipeline whose jobs take the plan from the artifacts of the job that runs this. */
function renderGitlab(plan: ShardPlan, options: ShardsOptions): string {
  if (options.output === undefined) {
    throw new UserError(
      '--format gitlab needs --output, because the jobs read the plan from that file.',
    );
  }
  const shards = numbered(plan);
  if (shards.length > MATRIX_LIMIT) {
    throw new UserError(
      `GitLab runs at most ${MATRIX_LIMIT} jobs of a matrix, and these are ${shards.length} shards.`,
    );
  }
  const { matrix, group, reproduction, only = [], skip = [] } = options;
  const selection = [
    ...(matrix === DEFAULT_MATRIX ? [] : [`--matrix=${matrix}`]),
    ...(group === undefined ? [] : [`--group=${group}`]),
    ...(reproduction === undefined ? [] : [`--reproduction=${reproduction}`]),
    ...only.map((glob) => `--only=${glob}`),
    ...skip.map((glob) => `--skip=${glob}`),
  ];
  return renderPipeline(shards, { selection, planFile: options.output });
}

function renderText(plan: ShardPlan): string {
  return numbered(plan)
    .map(
      ({ name, seconds, environments, platform, runner }) =>
        `${name}  ${platform === undefined ? '' : `${platform}${runner === undefined ? '' : ` on ${runner}`}, `}${quantity(environments.length, 'row')}, ${durationText(seconds)} of trials last time\n` +
        environments.map((id) => `    ${id}\n`).join(''),
    )
    .join('');
}

/** Warnings of a later merge, shown beforehand. */
function doubts(plan: ShardPlan): string[] {
  const expects = plan.cells.some(({ expected }) => expected === 'fail');
  return numbered(plan)
    .filter(({ shows }) => expects && !shows)
    .map(
      ({ name }) =>
        `Shard ${name} has no row that is expected to fail, so its passes will be inconclusive ` +
        `unless something fails there. Use fewer shards to prevent this.`,
    );
}
