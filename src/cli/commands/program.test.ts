/** How the program reads a command line before it runs anything. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parsed, words } from '../../../test/support/command-line.ts';
import { runProgram } from '../../../test/support/program.ts';
import { completionScript, SHELLS } from '../completion.ts';
import { FORMAT_NAMES } from '../../formats/registry.ts';
import { program } from './program.ts';
import { reportCommand } from './report.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const matrix = (...args: readonly string[]) => runProgram(tmpdir(), args);
const names = program.commands.map((command) => command.name());

/** The help of a command as it is printed. */
function helpOf(command: (typeof program.commands)[number]): string {
  let text = '';
  command.configureOutput({ writeOut: (piece) => (text += piece) }).outputHelp();
  return text;
}

describe('the help', () => {
  it('lists every command on one screen', async () => {
    const { status, stdout } = await matrix('--help');
    assert.equal(status, 0);
    for (const name of names) assert.match(stdout, new RegExp(`^  ${name} +[A-Z]`, 'm'));
    assert.ok(stdout.split('\n').length <= 40, stdout);
  });

  it('of each command has an example that the command takes', async () => {
    for (const command of program.commands) {
      const text = helpOf(command);
      const examples = [...text.matchAll(/^ {2}matrix (.*)$/gm)].map(([, line = '']) => line);
      assert.ok(examples.length > 0, text);
      for (const example of examples) {
        assert.equal((await parsed(words(example))).name(), command.name(), example);
      }
    }
  });

  it('is what a command line without a command gets, which is wrong', async () => {
    const { status, stdout } = await matrix();
    assert.equal(status, 2);
    assert.match(stdout, /^Usage: matrix/);
  });
});

describe('a command line that is wrong', () => {
  it('ends with 2, and reports what is near or where an option belongs', async () => {
    const cases: readonly [string, RegExp][] = [
      ['diff A B --shards 3', /^`matrix diff` does not take --shards, .* `matrix plan`\.$/m],
      ['lock --shard-plan x', /--shard-plan, .* `matrix run`, `matrix merge`\.$/m],
      [
        '--only x plan',
        /^`matrix` does not take --only, .*`matrix run`, `matrix try`, `matrix plan`/m,
      ],
      ['plan --onyl x', /^Unknown option '--onyl'\. Did you mean --only\?$/m],
      ['paln --only x', /^Unknown command 'paln'\. Did you mean plan\?$/m],
      ['toString', /^Unknown command 'toString'\.$/m],
      ['run --only', /^Option '--only <glob>' argument missing\.$/m],
      ['run 20260101-000000-0001', /^Too many arguments for 'run'\./m],
      ['bisect add/os.system --along time', /'--along <axis>'.* libc, python, date\.$/m],
      ['rerun debian-12/pypy3', /^Missing required argument 'scenario'\.$/m],
    ];
    for (const [line, message] of cases) {
      const { status, stdout, stderr } = await matrix(...line.split(' '));
      assert.equal(status, 2, line);
      assert.equal(stdout, '', line);
      assert.match(stderr, message);
      assert.match(stderr, /^`matrix.* --help` lists (its options|the commands)\.$/m);
    }
  });
});

/** Files of this repository that are loaded for a command line, relative to its root. */
async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const url = (script: string) => `data:text/javascript,${encodeURIComponent(script)}`;
  const hook = url(`import { writeSync } from 'node:fs';
    export const load = (url, context, next) => { writeSync(2, url + '\\n'); return next(url, context); };`);
  const preload = url(`import { register } from 'node:module'; register(${JSON.stringify(hook)});`);
  const { stderr } = await runProgram(ROOT, args, { NODE_OPTIONS: `--import ${preload}` });
  return stderr.split('\n').flatMap((line) => {
    const path = line.startsWith('file:') ? relative(ROOT, fileURLToPath(line)) : '';
    return path.startsWith('src/') ? [path] : [];
  });
}

describe('the start of the program', () => {
  it('loads nothing of what commands do before one of them runs', async () => {
    for (const args of [['--help'], ['run', '--help'], ['plan', '--onyl', 'x']]) {
      const loaded = await loadedBy(...args);
      assert.ok(loaded.includes('src/cli/commands/program.ts'), loaded.join('\n'));
      const more = loaded.filter((path) => !/^src\/(cli\/.*|cli\.ts|tool\.ts)$/.test(path));
      assert.deepEqual(more, [], args.join(' '));
    }
  });

  it('loads neither an engine nor a format for a plan that needs no registry', async () => {
    const loaded = await loadedBy('plan', '--only', 'debian-*');
    assert.ok(loaded.includes('src/matrix/read.ts'), loaded.join('\n'));
    const heavy = /^src\/(engine|formats|images|pins|trial|progress|shards)\//;
    assert.deepEqual(
      loaded.filter((path) => heavy.test(path)),
      [],
    );
  });
});

describe('completion', () => {
  it('names every format of a report in its help', () => {
    const option = reportCommand.options.find(({ long }) => long === '--format');
    const names = option?.description.split(/, | or /);
    assert.deepEqual(names?.toSorted(), ['terminal', ...FORMAT_NAMES].toSorted());
  });

  it('offers every command and each of its options in every shell', () => {
    for (const shell of SHELLS) {
      const script = completionScript(shell, program);
      for (const command of program.commands) {
        assert.match(script, new RegExp(`\\b${command.name()}\\b`));
        for (const { long } of command.options) {
          assert.ok(
            script.includes(shell === 'fish' ? `-l ${long?.slice(2) ?? ''}` : String(long)),
          );
        }
      }
    }
  });

  it('completes in bash what is typed', () => {
    const complete = (...typed: readonly string[]) => {
      const script = `${completionScript('bash', program)}
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _matrix; echo "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', script, 'bash', ...typed], { encoding: 'utf8' }).trim();
    };
    assert.equal(complete('matrix', 'd'), 'diff doctor');
    assert.equal(complete('matrix', ''), names.join(' '));
    assert.equal(complete('matrix', 'diff', '--f'), '--format');
    assert.equal(complete('matrix', 'diff', 'a', '--format', ''), 'terminal markdown json');
    assert.equal(complete('matrix', 'completion', 'f'), 'fish');
    // A file, which bash completes itself.
    assert.equal(complete('matrix', 'run', '--matrix', ''), '');
    assert.equal(complete('matrix', 'diff', '--shards'), '');
  });
});
