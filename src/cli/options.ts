/** The options that several commands take, in the groups in which their help lists them. */
import { readFailOn } from './fail-on.ts';
import { Option, type Command, type OptionValues } from '@commander-js/extra-typings';

/** The matrix file if none is named. */
export const DEFAULT_MATRIX = 'matrix.yaml';
/** The report that a command is about where none is named. */
export const LATEST_REPORT = 'results/latest/report.json';

const TEXT_FORMATS = ['terminal', 'markdown', 'json'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** For an option that can be repeated. */
export function collected(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Which matrix, and what is measured in it. */
export function withMatrix<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .optionsGroup('Cells:')
    .option('--matrix <file>', 'Matrix file', DEFAULT_MATRIX)
    .option('--group <name>', 'Group of the matrix file (default: its default group)')
    .option(
      '--reproduction <what>',
      "Your own reproduction instead of the matrix's: a folder, script or repository, as for `matrix try`",
    );
}

/** As {@link withMatrix}, and which of its cells. */
export function withCells<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return withChoice(withMatrix(command));
}

/** `--only` and `--skip`. */
export function withChoice<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .option(
      '--only <glob>',
      "Keep these environments or scenarios, such as 'debian-13/*', 'add/*', debian-12 or os.system; can be repeated",
      collected,
    )
    .option('--skip <glob>', 'Leave these out; can be repeated', collected);
}

/** The meaning of a script's run, as in reproduction.yaml. */
export function addScriptOptions<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
) {
  return command
    .optionsGroup('What a run means (docs/reproductions.md):')
    .option('--bad <pattern>', 'A line that matches this shows the bug; can be repeated', collected)
    .option('--good <pattern>', 'A run without the bug has a line that matches this', collected)
    .option(
      '--skipped <pattern>',
      'A line that matches this means that the run tested nothing',
      collected,
    )
    .option(
      '--bad-status <list>',
      'Exit codes that show the bug (default: 1-124, not 77)',
      collected,
    )
    .option('--good-status <list>', 'Exit codes of a run without the bug (default: 0)', collected)
    .option('--hang <time>', 'A run that takes longer, such as 10s, shows the bug')
    .option('--stdin <kind>', 'Standard input: empty, open (a pipe without data) or tty')
    .option(
      '--emulation <word>',
      'fine: count passes in emulated rows, because timing does not matter; else they are inconclusive',
    )
    .optionsGroup('How sure:')
    .option('--sure <percent>', 'Confidence of a pass (default: 95%)')
    .option(
      '--rate <percent>',
      'Failure rate that a pass excludes (default: 10%, which takes 29 runs)',
    )
    .option('--runs <n>', 'Number of runs without the bug that make a pass, instead of --rate');
}

/** Which engine, and whether it may be installed. */
export function withEngineOptions<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
) {
  return command
    .optionsGroup('Engine:')
    .option(
      '--engine <url>',
      'Container engine, such as unix:///run/podman/podman.sock (default: DOCKER_HOST, the docker context, the usual sockets, then, as root on Linux, a private engine)',
    )
    .option('--install', 'Install missing packages of this machine with apt-get');
}

/** How a report is judged, and where it goes. */
export function withReportOptions<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
) {
  return command
    .optionsGroup('Report:')
    .addOption(results)
    .option('--json', 'Print the report as JSON')
    .addOption(color)
    .addOption(noColor)
    .option(
      '--require-all',
      'Treat skipped cells, and rows that were left out, as failures to measure (exit code 3)',
    )
    .option(
      '--fail-on <words>',
      'Outcomes that make the exit code nonzero: unexpected, error, inconclusive and skipped, separated by commas, or none (default: the first three); interruptions and missing shards always do',
      (value, before: readonly string[] | undefined) => {
        const words = collected(value, before);
        readFailOn(words);
        return words;
      },
    )
    .option(
      '--notify-file <file>',
      'Write the news as a few lines for a mail or a chat; the file is empty if there is none',
    );
}

export const results = new Option('--results <dir>', 'Results folder')
  .default('results')
  .helpGroup('Report:');
export const refresh = new Option(
  '--refresh',
  'Rebuild bases from the current archive or registry',
).helpGroup('Images:');
export const color = new Option('--color', 'Print colors even if stdout is not a terminal');
export const noColor = new Option('--no-color', 'Print no colors (also: NO_COLOR)');
export const shardPlan = new Option(
  '--shard-plan <file>',
  'Shard plan written by `matrix plan --shards N --output FILE`',
).helpGroup('Shards (docs/ci.md):');

/** `--format` of what is printed about reports. */
export const textFormat = new Option('--format <format>', 'Output format')
  .choices(TEXT_FORMATS)
  .default('terminal' as const);
export const textAsJson = new Option('--json', 'Same as --format json').implies({
  format: 'json' as const,
});
