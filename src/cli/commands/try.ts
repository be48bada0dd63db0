import { command, lazily } from '../command.ts';
import {
  collected,
  color,
  noColor,
  withChoice,
  withEngineOptions,
  addScriptOptions,
} from '../options.ts';

export const tryCommand = addScriptOptions(
  withEngineOptions(
    withChoice(
      command('try', {
        summary: 'Run a script, folder, C source or repository in every environment',
        details:
          'WHAT is bug.py, bug.sh, an executable, bug.c, a folder with a run.sh, a git repository (URL[#REF][:FOLDER]), or - for a script on stdin. Arguments after -- are passed on to it. The exit code is 0 if the bug showed nowhere, 1 if it showed, and 3 if some environment could not be measured.',
        examples: [
          'try bug.py',
          'try bug.sh --image python:3.12-alpine --image ubuntu:24.04',
          "try https://example.org/bug.git#v1.2:test --only 'debian-1[23]'",
          "try . --bad 'Fatal Python error' --rate 1%",
        ],
      })
        .argument('[what]')
        .argument('[arguments...]')
        .optionsGroup('Environments:')
        .option('--run <command>', 'Run this line of shell, in WHAT if that is a folder')
        .option('--image <reference>', 'Run in this image instead; can be repeated', collected)
        .option(
          '--matrix <file>',
          "Matrix file (default: matrix.yaml here, else the program's own)",
        )
        .option('--group <name>', 'Group of the matrix file (default: its default group)'),
    ),
  ),
)
  .option('--bisect', 'Exit with 125 if nothing can be concluded, for git bisect run')
  .option(
    '--fixed-since <report>',
    'Run each row that failed in this report often enough to exclude its failure rate',
  )
  .optionsGroup('Report:')
  .option('--results <dir>', 'Keep all files of the report here (default: a temporary page only)')
  .option('--json', 'Print the report as JSON')
  .option('--output', 'Print the output of the runs')
  .addOption(color)
  .addOption(noColor)
  .action(lazily(async () => (await import('../../commands/try/try.ts')).tryReport));
