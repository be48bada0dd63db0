import { command, lazily } from '../command.ts';
import { refresh, shardPlan, withCells, withEngineOptions, withReportOptions } from '../options.ts';

export const runCommand = withReportOptions(
  withEngineOptions(
    withCells(
      command('run', {
        summary: 'Build the images, measure every cell, and write results/latest/',
        details:
          'Each run adds a line to results/history/, except with --reproduction or --shard. On GitHub, its report is added to the step summary, except with --shard.',
        examples: ["run --only 'debian-13/*'", 'run --resume', 'run --locked --require-all'],
      }),
    ).option(
      '--resume [run]',
      'Resume the newest run, or the one with this id; no finished cell is measured again',
    ),
  )
    .optionsGroup('Images:')
    .addOption(refresh)
    .option(
      '--locked',
      'Use only images that match matrix.lock.json; skip the other rows and report the differences',
    )
    .option('--max-base-age <time>', 'Rebuild bases that are older, such as 12h')
    .option(
      '--cache <registry/name>',
      'Pull images from here instead of building them, and push the ones that were built; credentials come from docker login, a credential helper or DOCKER_AUTH_CONFIG',
    )
    .optionsGroup('Shards (docs/ci.md):')
    .option(
      '--shard <i/n>',
      'Measure one part, such as 2/5; without --shard-plan, each machine needs a copy of the same results folder',
    )
    .addOption(shardPlan),
).action(lazily(async () => (await import('../../commands/run/run.ts')).run));
