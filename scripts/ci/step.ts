/**
 * The steps of .github/workflows/matrix.yml. Values of the workflow come in variables, never in the
 * text of a command, because that would allow injection.
 *
 *   node --import tsx scripts/ci/step.ts plan | shard | merge | site | issue | action
 *
 * - plan: SHARDS, GROUP, ONLY; writes shards.json, and the job matrix to GITHUB_OUTPUT
 * - shard: SHARD, GROUP, ONLY, CACHE, CACHE_USER, CACHE_TOKEN; writes shard/
 * - merge: reads shards/; writes results/ and news.txt, and the summary of the step
 * - site: the latest report and the history, as a site
 * - issue: GITHUB_TOKEN and what every step of a workflow has; BASELINE; nothing where GROUP or ONLY
 *   chose a part
 * - action: the step of action.yml; MATRIX_ARGUMENTS, MATRIX_RESULTS
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFile, cp, mkdir, stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportChange } from './issue.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/matrix', import.meta.url));
const { env } = process;
const PLAN = 'shards.json';

interface Ended {
  readonly status: number;
  readonly stdout: string;
}

/** Runs the program; its standard error is that of this one. */
function matrix(args: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(PROGRAM, args, {
      env: { ...env, ...extra },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.once('error', reject);
    child.once('close', (status, signal) => {
      // As in a shell: a killed process has no result.
      resolve({
        status: status ?? 128 + (signal === null ? 0 : constants.signals[signal]),
        stdout,
      });
    });
  });
}

function given(name: string): string {
  const value = env[name] ?? '';
  if (value === '') throw new Error(`${name} is not set`);
  return value;
}

/** The selection of cells; an empty input equals none. */
function selection(): string[] {
  return [
    ...((env['GROUP'] ?? '') === '' ? [] : [`--group=${env['GROUP'] ?? ''}`]),
    ...(env['ONLY'] ?? '').split(/\s+/).flatMap((one) => (one === '' ? [] : [`--only=${one}`])),
  ];
}

/** The text of a docker config file for the cache's registry, where there is a token for it. */
function credentials(cache: string): NodeJS.ProcessEnv {
  const { CACHE_USER: user = '', CACHE_TOKEN: token = '' } = env;
  if (token === '') return {};
  const auth = Buffer.from(`${user}:${token}`).toString('base64');
  return {
    DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [cache.split('/')[0] ?? '']: { auth } } }),
  };
}

/**
 * Runs the program, which adds its report to the step's summary. Where there is none, that is reported
 * there instead: an empty summary looks like a step without news.
 */
async function reported(
  args: readonly string[],
  otherwise: string,
  extra: NodeJS.ProcessEnv = {},
): Promise<number> {
  const summary = given('GITHUB_STEP_SUMMARY');
  const before = await sizeOf(summary);
  const { status, stdout } = await matrix(args, extra);
  process.stdout.write(stdout);
  if ((await sizeOf(summary)) === before) {
    await appendFile(summary, `${otherwise} The program ended with status ${status}.\n`);
  }
  return status;
}

/** 0 if there is no file yet. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

const STEPS: Readonly<Record<string, () => Promise<number>>> = {
  async plan() {
    const wanted = ['--shards', given('SHARDS'), '--output', PLAN, '--format', 'github'];
    const { status, stdout } = await matrix(['plan', ...wanted, ...selection()]);
    if (status !== 0) return status;
    await appendFile(given('GITHUB_OUTPUT'), `matrix=${stdout.trim()}\n`);
    return 0;
  },

  async shard() {
    const cache = env['CACHE'] ?? '';
    const { status, stdout } = await matrix(
      [
        ...['run', '--install', '--shard', given('SHARD'), '--shard-plan', PLAN, ...selection()],
        // The merge judges. A single machine can only report whether it measured anything.
        ...['--results', 'shard', '--fail-on', 'none', '--max-base-age', '12h'],
        ...(cache === '' ? [] : ['--cache', cache]),
      ],
      credentials(cache),
    );
    process.stdout.write(stdout);
    return status;
  },

  async merge() {
    await mkdir('shards', { recursive: true });
    return reported(
      ['merge', 'shards', '--shard-plan', PLAN, '--notify-file', 'news.txt'],
      'No shard has a report.',
    );
  },

  async action() {
    const results = given('MATRIX_RESULTS');
    // Splits words as a shell does, and runs nothing that is in them.
    const words = execFileSync('xargs', ['printf', '%s\\0'], {
      input: env['MATRIX_ARGUMENTS'] ?? '',
      encoding: 'utf8',
    });
    const args = words.split('\0').filter((word) => word !== '');
    return reported(['run', '--install', '--results', results, ...args], 'There is no report.');
  },

  async site() {
    await mkdir('site', { recursive: true });
    await cp('results/latest/', 'site', { recursive: true, dereference: true });
    await cp('results/latest/report.html', join('site', 'index.html'));
    await cp('results/history', join('site', 'history'), { recursive: true });
    return 0;
  },

  async issue() {
    if (selection().length > 0) {
      process.stdout.write(
        'Only a part of the matrix was measured, so it is not compared with the baseline.\n',
      );
      return 0;
    }
    const args = ['diff', given('BASELINE'), 'results/latest', '--format', 'markdown'];
    const { status, stdout } = await matrix(args);
    if (status === 0) return 0;
    if (status !== 1) return status;
    const outcome = await reportChange(
      {
        api: given('GITHUB_API_URL'),
        repository: given('GITHUB_REPOSITORY'),
        token: given('GITHUB_TOKEN'),
      },
      'The matrix differs from its baseline',
      // Another night's run with the same difference is no news.
      stdout.replace(/ from run \S+ to run \S+\.$/m, '.'),
      `${given('GITHUB_SERVER_URL')}/${given('GITHUB_REPOSITORY')}/actions/runs/${given('GITHUB_RUN_ID')}`,
    );
    if (outcome.type === 'failed') {
      process.stderr.write(`the issue could not be written: ${outcome.reason}\n`);
      return 1;
    }
    process.stdout.write(`issue ${outcome.number} ${outcome.type}\n`);
    return 0;
  },
};

const [name = ''] = process.argv.slice(2);
const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
if (!step) throw new Error(`there is no step ${name}; there are ${Object.keys(STEPS).join(', ')}`);
process.exitCode = await step();
