/** A base made from the Debian archive with mmdebstrap, where no registry serves it. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import {
  makeTemporaryFolder,
  noteWorker,
  removeTemporaryFolder,
} from '../host/temporary-folder.ts';
import type { BaseSource } from '../model.ts';
import { findArchiveProblem, type ArchiveProblem } from './archive-problem.ts';
import { archiveText } from '../matrix/archive-text.ts';
import { aptSources } from './archives.ts';
import { PLATFORM_NAMES, type Platform } from '../platform.ts';

/** A release of the Debian archive, and what of it. */
export type BootstrapSource = Extract<BaseSource, { type: 'bootstrap' }> & {
  /** Another one than this machine's own. */
  readonly platform?: Platform | undefined;
  /** Whether only the release itself is taken, without its updates. */
  readonly releaseOnly?: boolean | undefined;
  /** Whether expired Release files are accepted if their signature is valid. */
  readonly acceptsExpired?: boolean | undefined;
};

/** How a bootstrap ended. The archive itself went through the stream meanwhile. */
type BootstrapOutcome =
  | {
      readonly type: 'done';
      /** `Debian trixie, archive of 2026-10-30, 78 packages`. */
      readonly description: string;
      /** sha256 of the list of packages with their versions. */
      readonly packagesDigest: string;
    }
  | {
      /** `unavailable` where the archive could not be reached, or does not have the release. */
      readonly type: 'unavailable' | 'failed';
      readonly reason: string;
      readonly log: readonly string[];
      /** The error of the archive, if that is the cause. */
      readonly problem?: ArchiveProblem | undefined;
    }
  /** Includes the last lines before the interruption. */
  | { readonly type: 'cancelled'; readonly log: readonly string[] };

interface Bootstrap {
  /** The tar of the root file system, as it is made; ends early where the outcome is not `done`. */
  readonly archive: Readable;
  readonly outcome: Promise<BootstrapOutcome>;
}

/**
 * These failures are errors. A mirror that serves wrong data, or a wrong clock, does not make a
 * release unavailable.
 */
const ERRONEOUS_PROBLEMS: readonly ArchiveProblem['type'][] = [
  'signature',
  'expired',
  'early',
  'version',
];

const LOG_LINES = 15;

/**
 * The command line for a source.
 *
 * @param facts the folder in which the hooks leave what was fetched
 */
export function bootstrapCommand(source: BootstrapSource, facts: string): readonly string[] {
  const { platform, release, releaseOnly = false, archive, acceptsExpired } = source;
  const keyring = archive?.keyring;
  // The hooks run on the host as root: they read, and write only the fetched files and the list of
  // suites. A build changes packages of the root file system, because it cannot change the host's.
  return [
    'mmdebstrap',
    '--variant=minbase',
    '--format=tar',
    ...(platform
      ? [
          `--architectures=${PLATFORM_NAMES[platform].debian}`,
          // Whether its programs run here was found out before, and its own check needs one more package.
          '--skip=check/qemu',
        ]
      : []),
    // The signature is still checked, and the report states the date.
    ...(acceptsExpired === true ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    '--aptopt=Acquire::Retries "2"',
    '--aptopt=Acquire::http::Timeout "20"',
    // A root file system that stays on disk only until it is imported need not survive a power cut.
    '--dpkgopt=force-unsafe-io',
    `--customize-hook=grep -h '^Date:' "$1"/var/lib/apt/lists/*Release > ${facts}/dates`,
    `--customize-hook=dpkg-query --admindir="$1/var/lib/dpkg" -W > ${facts}/packages`,
    // The root file system's own sources name the keys by this path.
    ...(keyring === undefined
      ? []
      : [`--customize-hook=mkdir -p "$1${dirname(keyring)}" && cp ${keyring} "$1${keyring}"`]),
    ...(releaseOnly && !archive
      ? [`--setup-hook=sed -i '\\, ${release}[-/],d' "$1"/etc/apt/sources.list`]
      : []),
    release,
    '-',
    ...(archive ? aptSources(release, archive, releaseOnly) : []),
  ];
}

/**
 * Starts mmdebstrap. The caller must read the archive to its end, and must not use what it made of
 * it unless the outcome is `done`: a tar that was cut off can look whole.
 */
export async function startBootstrap(
  source: BootstrapSource,
  onLine: (line: string) => void,
  signal: AbortSignal,
  platform = process.platform,
): Promise<Bootstrap> {
  if (platform !== 'linux') {
    const reason =
      'bootstrapping a base of Debian needs Linux, so here it has to come from a registry';
    return {
      archive: Readable.from([]),
      outcome: Promise.resolve({ type: 'unavailable', reason, log: [] }),
    };
  }
  const facts = await makeTemporaryFolder('bootstrap');
  const [command = '', ...args] = bootstrapCommand(source, facts);
  // Its own process group: a Ctrl-C in the terminal reaches this program, which ends mmdebstrap by
  // its id.
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    // A single folder, so that leftovers are found if this program is killed.
    env: { ...process.env, LC_ALL: 'C', TMPDIR: facts },
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line);
    if (log.length > 200) log.shift();
    onLine(line);
  });
  const tail = () => log.filter((line) => line.trim() !== '').slice(-LOG_LINES);
  let interruptedAfter: readonly string[] = [];
  const interrupt = () => {
    // Later output is about its end.
    interruptedAfter = tail();
    // mmdebstrap unmounts and removes its folder when it is asked to end. It may have ended by itself.
    child.kill('SIGTERM');
  };
  signal.addEventListener('abort', interrupt, { once: true });
  if (signal.aborted) interrupt();

  const conclude = async (): Promise<BootstrapOutcome> => {
    try {
      const [status, killedBy] = (await once(child, 'close')) as [number | null, string | null];
      if (signal.aborted) return { type: 'cancelled', log: interruptedAfter };
      if (status === 0) return await describe(source, facts);
      const problem = findArchiveProblem(log);
      if (problem !== undefined) {
        const reason = `${archiveText(source.archive)} does not serve ${source.release}: ${problem.text}`;
        const type = ERRONEOUS_PROBLEMS.includes(problem.type) ? 'failed' : 'unavailable';
        return { type, reason, log: tail(), problem };
      }
      const ended = killedBy ? `was killed by ${killedBy}` : `ended with status ${String(status)}`;
      return { type: 'failed', reason: `mmdebstrap ${ended}`, log: tail() };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') {
        return { type: 'failed', reason: `mmdebstrap could not be started: ${message}`, log: [] };
      }
      const reason = 'mmdebstrap is not installed (apt-get install mmdebstrap)';
      return { type: 'unavailable', reason, log: [] };
    } finally {
      signal.removeEventListener('abort', interrupt);
      await removeTemporaryFolder(facts);
    }
  };
  const outcome = conclude();
  // Only now that something listens to what becomes of it.
  if (child.pid !== undefined) await noteWorker(facts, child.pid).catch(() => undefined);
  return { archive: child.stdout, outcome };
}

async function describe(source: BootstrapSource, facts: string): Promise<BootstrapOutcome> {
  const { platform, release, releaseOnly } = source;
  const port = platform ? ` for ${PLATFORM_NAMES[platform].debian}` : '';
  const what = `${release}${port}${releaseOnly ? ' without its updates' : ''}`;
  const packages = await readFile(join(facts, 'packages'), 'utf8').catch(() => '');
  const dates = await readFile(join(facts, 'dates'), 'utf8').catch(() => '');
  const count = packages.split('\n').filter((line) => line !== '').length;
  if (count === 0) {
    return { type: 'failed', reason: 'mmdebstrap left no list of packages', log: [] };
  }
  const days = dates
    .split('\n')
    .map((line) => Date.parse(line.replace(/^Date:/, '')))
    .filter((time) => !Number.isNaN(time));
  const day =
    days.length > 0 ? new Date(Math.max(...days)).toISOString().slice(0, 10) : 'unknown day';
  return {
    type: 'done',
    description: `bootstrapped from Debian ${what}, ${archiveText(source.archive).replace(/^the (Debian )?/, '')} of ${day}, ${count} packages`,
    packagesDigest: createHash('sha256').update(packages).digest('hex'),
  };
}
