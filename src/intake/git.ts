/** The host's git, called so that it asks nothing and runs nothing of a repository. */
import { spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { bytesText, diskUsage } from '../host/disk-usage.ts';
import { killGroup, startsGroup } from '../host/processes.ts';
import { durationText } from '../text/duration.ts';
import { visibleLine } from '../text/visible-text.ts';
import { shellWord } from '../text/shell-word.ts';
import { masked } from './address.ts';
import { IntakeError } from './problem.ts';

/** Most that is kept of what git prints; a file list or a reproduction's files are below it. */
const LARGEST_OUTPUT = 64 * 1024 * 1024;

/** How much one call of git may take. */
export interface GitLimits {
  readonly seconds: number;
  /** On the disk, of the repository that is fetched. */
  readonly bytes: number;
}

/** The default limits of a fetch. */
export const GIT_LIMITS: GitLimits = { seconds: 120, bytes: 500 * 1024 * 1024 };

interface GitCall {
  /** The bare repository that git works in; its configuration is the only one of a repository. */
  readonly repository: string;
  readonly args: readonly string[];
  readonly input?: string | undefined;
  /** Whether the user's own configuration counts: proxies, credential helpers and keys. */
  readonly forNetwork?: boolean | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly limits?: GitLimits | undefined;
}

interface GitOutcome {
  readonly status: number;
  readonly output: Buffer;
  /** The last line on stderr, without credentials. */
  readonly lastLine: string;
}

/** Settings that keep a repository, and what a user has configured for work trees, from running anything. */
const SETTINGS: readonly string[] = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'protocol.ext.allow=never',
  'filter.lfs.smudge=',
  'filter.lfs.process=',
  'filter.lfs.required=false',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

/** Variables for git that configure access to a host; all others concern another repository. */
const KEPT_VARIABLES = /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|SSL_.*|PROXY_.*|HTTP_.*|CONFIG_GLOBAL)$/;

function environment(forNetwork: boolean): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith('GIT_') || (forNetwork && KEPT_VARIABLES.test(name))) env[name] = value;
  }
  return {
    ...env,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    ...(forNetwork ? {} : { GIT_CONFIG_GLOBAL: devNull }),
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_OPTIONAL_LOCKS: '0',
    // git cannot prompt: the new session has no terminal, and these settings answer nothing.
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS: 'false',
    SSH_ASKPASS_REQUIRE: 'force',
    GCM_INTERACTIVE: 'never',
  };
}

/**
 * Calls git in a bare repository.
 *
 * @returns also where git fails: callers decide what its status means
 * @throws IntakeError if git is missing, where a limit is exceeded, or if the signal aborts it
 */
export async function git(call: GitCall, signal: AbortSignal): Promise<GitOutcome> {
  const { repository, args, input = '', limits = GIT_LIMITS } = call;
  if (signal.aborted) throw new IntakeError('The work was interrupted.');
  const child = spawn('git', [...SETTINGS, `--git-dir=${repository}`, ...args], {
    // Its own session: it cannot ask on the terminal, and its children end with it.
    detached: startsGroup(),
    windowsHide: true,
    cwd: repository,
    env: { ...environment(call.forNetwork ?? false), ...call.env },
    stdio: 'pipe',
  });
  let problem: IntakeError | undefined;
  const stop = (why: IntakeError): void => {
    problem ??= why;
    killGroup(child);
  };
  const onAbort = (): void => {
    stop(new IntakeError('The work was interrupted.'));
  };
  signal.addEventListener('abort', onAbort);
  const timer = setTimeout(() => {
    stop(new IntakeError(`git took longer than ${durationText(limits.seconds)}, and was stopped.`));
  }, limits.seconds * 1000);
  const watch = setInterval(() => {
    if (!call.forNetwork) return;
    void diskUsage(repository).then((bytes) => {
      if (bytes > limits.bytes) stop(repositoryTooLarge(limits));
    });
  }, 500);
  const output: Buffer[] = [];
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LARGEST_OUTPUT) stop(new IntakeError('git printed more than can be read.'));
    else output.push(chunk);
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-8192);
  });
  child.stdin.on('error', () => undefined).end(input);
  try {
    const status = await new Promise<number>((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        problem ??=
          error.code === 'ENOENT'
            ? new IntakeError('git is not installed.', 'apt-get install git')
            : new IntakeError(`git cannot be started: ${error.code ?? error.message}`);
        resolve(-1);
      });
      child.on('close', (code) => {
        resolve(code ?? -1);
      });
    });
    if (call.forNetwork && (await diskUsage(repository)) > limits.bytes) {
      problem ??= repositoryTooLarge(limits);
    }
    if (problem) throw problem;
    return { status, output: Buffer.concat(output), lastLine: lastLineOf(errors) };
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
    clearInterval(watch);
  }
}

function repositoryTooLarge({ bytes }: GitLimits): IntakeError {
  return new IntakeError(
    `The repository takes more than ${bytesText(bytes)}.`,
    'Clone it yourself, and name the local folder.',
  );
}

function lastLineOf(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  // After the reason git gives general advice over several lines.
  const reason = lines.findLast((line) => /^(fatal|error|ssh|remote): /.test(line));
  return visibleLine(masked(reason ?? lines.at(-1) ?? ''));
}

/**
 * As {@link git}, for commands that fail only because of the user's input. @param what of the
 * message
 */
export async function gitOutput(call: GitCall, what: string, signal: AbortSignal): Promise<Buffer> {
  const { status, output, lastLine } = await git(call, signal);
  if (status !== 0) {
    throw new IntakeError(`${what}: git failed: ${lastLine || `status ${status}`}`);
  }
  return output;
}

/** The user's configured ssh command, in batch mode. */
export async function sshCommand(repository: string, signal: AbortSignal): Promise<string> {
  const args = ['config', '--get', 'core.sshCommand'];
  const configured = await git({ repository, args, forNetwork: true }, signal);
  const own = process.env['GIT_SSH_COMMAND'] ?? configured.output.toString('utf8').trim();
  const program = process.env['GIT_SSH'];
  const command = own || (program === undefined ? 'ssh' : shellWord(program));
  return `${command} -o BatchMode=yes`;
}
