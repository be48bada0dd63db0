/**
 * The shards as a child pipeline for GitLab: a job for each, and a merge that always runs. The parent's job
 * `plan` has to keep the plan as an artifact, and its trigger to pass PARENT_PIPELINE_ID (docs/ci.md).
 * Pure.
 */
import { stringify } from 'yaml';
import type { ShardPlan } from '../../shards/shard-plan.ts';
import { shellWord } from '../../text/shell-word.ts';
import { TOOL } from '../../tool.ts';

/** A shard with the value of `--shard`: `2/5`. */
type Shard = Pick<ShardPlan['shards'][number], 'runner'> & { readonly name: string };

interface PipelineOptions {
  /** Options that choose what is measured, each a word: `--group=wide`. */
  readonly selection: readonly string[];
  /** The file of the plan in the artifacts of the parent's job. */
  readonly planFile: string;
}

/** GitLab makes at most this many jobs of one `parallel:matrix`. */
export const MATRIX_LIMIT = 200;

/** Where a shard's job leaves its report: `shards/2` for shard 2/5. */
const SHARD_FOLDER = 'shards/${SHARD%/*}';

/**
 * @param shards those with rows; at most {@link MATRIX_LIMIT}
 * @returns YAML
 */
export function renderPipeline(
  shards: readonly Shard[],
  { selection, planFile }: PipelineOptions,
): string {
  const fromParent = { pipeline: '$PARENT_PIPELINE_ID', job: 'plan' };
  const file = shellWord(planFile);
  const jobs = byRunner(shards).map(({ name, runner, own }) => ({
    name,
    job: {
      stage: 'shard',
      tags: runner === undefined ? undefined : [runner],
      needs: [fromParent],
      parallel: { matrix: [{ SHARD: own.map((shard) => shard.name) }] },
      timeout: '2h',
      script: [
        [
          ...['npx matrix run --shard "$SHARD"', '--shard-plan', file, ...selection.map(shellWord)],
          // The merge judges; a shard alone is red only where it measured nothing.
          `--results "${SHARD_FOLDER}" --fail-on none --max-base-age 12h`,
          '${CI_REGISTRY_IMAGE:+--cache "$CI_REGISTRY_IMAGE/matrix"}',
        ].join(' '),
      ],
      artifacts: { when: 'always', paths: ['shards/'] },
    },
  }));
  const pipeline = {
    stages: ['shard', 'merge'],
    // Without it a child pipeline of a merge request has no jobs.
    workflow: { rules: [{ when: 'always' }] },
    default: {
      image: 'debian:13',
      services: ['docker:29.7.2-dind'],
      before_script: [
        'apt-get update && apt-get install -qy nodejs npm mmdebstrap',
        // The package from `npm pack`, in the project.
        `npm install --ignore-scripts ./${TOOL.name}-${TOOL.version}.tgz`,
      ],
    },
    variables: {
      DOCKER_HOST: 'tcp://docker:2376',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_TLS_CERTDIR: '/certs',
      DOCKER_CERT_PATH: '/certs/client',
    },
    ...Object.fromEntries(jobs.map(({ name, job }) => [name, job])),
    merge: {
      stage: 'merge',
      needs: [...jobs.map(({ name }) => ({ job: name, artifacts: true })), fromParent],
      when: 'always',
      timeout: '20m',
      // It needs no engine.
      services: [],
      script: [`mkdir -p shards && npx matrix merge shards --shard-plan ${file}`],
      artifacts: {
        when: 'always',
        paths: ['results/'],
        reports: { junit: 'results/latest/junit.xml' },
      },
    },
  };
  return stringify(pipeline, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** A runner is chosen by the tags of a job, so that each has its own job. */
function byRunner(shards: readonly Shard[]) {
  const runners = [...new Set(shards.map(({ runner }) => runner))];
  return runners.map((runner) => ({
    name: runner === undefined ? 'shard' : `shard on ${runner}`,
    runner,
    own: shards.filter((shard) => shard.runner === runner),
  }));
}
