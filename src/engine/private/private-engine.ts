/**
 * The engine of this program's own: a `dockerd` with its own data, run folder and socket, started
 * for a run and stopped after it, its images kept for the next.
 *
 * It runs in its own process and mount namespaces (private-engine.sh). However a run ends, the
 * kernel then ends every process that the engine started, and undoes every mount. Only a run
 * folder, control groups and a bridge can be left over; the next start removes them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, realpathSync, rmdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needsBridge, prepareBridge, removeBridge } from './bridge.ts';
import { withDeadline } from '../deadline.ts';
import { type Endpoint, connect, ping } from '../endpoint.ts';
import { missingPackages, MOUNT_PACKAGE, type WantedPackage } from '../../host/debian-packages.ts';
import { takeLock } from '../../host/file-lock.ts';
import { removeControlGroups } from './leftovers.ts';
import { endProcesses, POLL_MILLISECONDS } from '../../host/processes.ts';
import { mountsBelow, removeRunFolder } from '../../host/mounts.ts';

/** A daemon on a slow disk with many images needs some of it. */
const START_MILLISECONDS = 30_000;
/** The longest wait after Ctrl-C; then the kernel ends the engine, and its data survive. */
const STOP_MILLISECONDS = 4000;
const LOG_LINES = 12;
const LOOK_AT_THE_DISK = 'Check the folder named above, and its disk.';
/** A socket's path has at most 107 bytes on Linux; the engine's longest one adds 37 to the folder. */
const LONGEST_RUN_FOLDER = 65;
/** Where programs for root are, should the user's own path lack them. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The private engine, or why there is none. */
type PrivateEngine =
  | { readonly type: 'ready'; readonly endpoint: Endpoint; readonly stop: () => Promise<void> }
  | { readonly type: 'failed'; readonly reason: string; readonly advice: string };

/** The places of one private engine. */
export type PrivatePaths = ReturnType<typeof privatePathsOf>;

/** Where things are. A run folder whose sockets' paths would be too long is moved to /run. */
export function privatePathsOf(cacheFolder: string) {
  const folder = join(cacheFolder, 'engine');
  const name = `srm${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  const near = join(folder, 'run');
  const run = Buffer.byteLength(near) <= LONGEST_RUN_FOLDER ? near : join('/run', name);
  return {
    folder,
    data: join(folder, 'data'),
    run,
    socket: join(run, 'docker.sock'),
    log: join(folder, 'dockerd.log'),
    lock: join(folder, 'lock'),
    config: join(folder, 'daemon.json'),
    /** Names the bridge and the control groups: the same for each run on the same data. */
    name,
  };
}

/** The command line of the engine. @param bridge its name, or `none` */
export function engineCommand(paths: PrivatePaths, bridge: string): readonly string[] {
  return [
    'dockerd',
    // The system's own configuration may contradict the other options.
    `--config-file=${paths.config}`,
    dataRootArgument(paths),
    `--exec-root=${join(paths.run, 'exec')}`,
    `--pidfile=${join(paths.run, 'dockerd.pid')}`,
    `--host=unix://${paths.socket}`,
    `--bridge=${bridge}`,
    '--iptables=false',
    '--ip6tables=false',
    '--ip-masq=false',
    '--ip-forward=false',
    // systemd would get process numbers of the engine's own namespace.
    '--exec-opt=native.cgroupdriver=cgroupfs',
    `--cgroup-parent=/${paths.name}`,
    '--log-level=warn',
  ];
}

/** Marks by which the engine's processes can be recognised. */
function dataRootArgument(paths: PrivatePaths): string {
  return `--data-root=${paths.data}`;
}

/** The requirements of a private engine, with or without its own bridge. Pure. */
export function enginePackages(withBridge: boolean): readonly WantedPackage[] {
  return [
    { package: 'docker.io', program: 'dockerd' },
    MOUNT_PACKAGE,
    ...(withBridge ? [{ package: 'iproute2', program: 'ip' }] : []),
  ];
}

/** The missing packages that a private engine needs on this machine. */
export function missingEnginePackages(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  return missingPackages(enginePackages(needsBridge()), { PATH: searchPath(env) });
}

function searchPath(env: NodeJS.ProcessEnv): string {
  return [...(env['PATH'] ?? '').split(delimiter), ...SYSTEM_PATH.split(delimiter)]
    .filter((folder) => folder !== '')
    .join(delimiter);
}

/**
 * Starts the private engine, once no other process uses its data and everything is gone that a dead run
 * may have left.
 *
 * @returns `failedEngine` as well where a folder of it cannot be written, such as on a full disk
 */
export async function startPrivateEngine(
  cacheFolder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<PrivateEngine> {
  try {
    mkdirSync(join(cacheFolder, 'engine'), { recursive: true });
    // The kernel lists mounts by their real paths.
    const paths = privatePathsOf(realpathSync(cacheFolder));
    const lock = await takeLock(paths.lock);
    if (lock.type === 'impossible') return failedEngine(lock.reason, LOOK_AT_THE_DISK);
    if (lock.type === 'held') {
      return failedEngine(
        `The private engine in ${paths.folder} is in use by ${lock.by}.`,
        'Wait for that run to end, or stop it.',
      );
    }
    const { release } = lock;
    const started = await startLocked(paths, env, signal, release).catch(async (error: unknown) => {
      await cleanUp(paths).finally(release);
      throw error;
    });
    if (started.type === 'failed') await release();
    return started;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return failedEngine(`The private engine cannot be started: ${error.message}`, LOOK_AT_THE_DISK);
  }
}

function failedEngine(reason: string, advice: string): PrivateEngine {
  return { type: 'failed', reason, advice };
}

/** Starts it while this run has the lock on its data; stopping the engine calls `release`. */
async function startLocked(
  paths: PrivatePaths,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  release: () => Promise<void>,
): Promise<PrivateEngine> {
  if (!(await endProcesses(dataRootArgument(paths), STOP_MILLISECONDS))) {
    return failedEngine(
      `The private engine of a dead run in ${paths.folder} cannot be stopped.`,
      'End the processes that `pgrep -fa dockerd` shows for that folder.',
    );
  }
  await cleanUp(paths);
  const bridge = prepareBridge(paths.name);
  if (!bridge.ok) {
    return failedEngine(bridge.error, 'Run this with permission to create a bridge.');
  }
  const hadContainerd = existsSync('/run/containerd');
  const child = await launch(paths, engineCommand(paths, bridge.value), env);
  const stopNow = async (): Promise<void> => {
    await end(child, paths);
    if (!hadContainerd) removeIfEmpty('/run/containerd');
    await cleanUp(paths);
    await release();
  };
  // Only once, because later files may belong to another run.
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= stopNow());
  const endpoint: Endpoint = { type: 'unix', path: paths.socket };
  const trouble = await untilReady(child, endpoint, signal);
  if (trouble === undefined) return { type: 'ready', endpoint, stop };
  const log = await lastLines(paths.log);
  await stop();
  return failedEngine(
    `The private engine did not start: ${trouble}${log === '' ? '' : ` Its log ends:\n${log}`}`,
    `Its whole log is ${paths.log}.`,
  );
}

/**
 * Removes leftovers of a dead run's private engine: processes, mounts, control groups, bridge and
 * run folder. Its images stay. Does nothing if the engine is in use or never existed.
 */
export async function tidyPrivateEngine(cacheFolder: string): Promise<void> {
  const { run, lock } = privatePathsOf(cacheFolder);
  if (!existsSync(run) && !existsSync(lock)) return;
  await whileUnused(cacheFolder, () => Promise.resolve(undefined));
}

/**
 * Removes the private engine with its images.
 *
 * @returns undefined; or why it is still there
 */
export async function removePrivateEngine(cacheFolder: string): Promise<string | undefined> {
  if (!existsSync(privatePathsOf(cacheFolder).folder)) return undefined;
  return await whileUnused(cacheFolder, async ({ folder }) => {
    // Layers of images are mounted somewhere only while the engine runs.
    if (mountsBelow(folder, await readFile('/proc/self/mountinfo', 'utf8')).length > 0) {
      return `something is mounted below ${folder}`;
    }
    await rm(folder, { recursive: true, force: true });
    return undefined;
  });
}

async function whileUnused(
  cacheFolder: string,
  work: (paths: PrivatePaths) => Promise<string | undefined>,
): Promise<string | undefined> {
  const paths = privatePathsOf(realpathSync(cacheFolder));
  const lock = await takeLock(paths.lock);
  if (lock.type === 'held') return `the private engine is in use by ${lock.by}`;
  if (lock.type === 'impossible') return lock.reason;
  try {
    if (!(await endProcesses(dataRootArgument(paths), STOP_MILLISECONDS))) {
      return 'the private engine of a dead run cannot be stopped';
    }
    await cleanUp(paths);
    return await work(paths);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return error.message;
  } finally {
    await lock.release();
  }
}

async function launch(
  paths: PrivatePaths,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  mkdirSync(paths.run, { recursive: true, mode: 0o700 });
  await writeFile(paths.config, '{}\n');
  const log = openSync(paths.log, 'w');
  try {
    const child = spawn(
      'unshare',
      [
        ...['--pid', '--fork', '--kill-child=KILL', '--mount-proc'],
        // Mounts of the engine stay inside; what the host unmounts is unmounted inside as well.
        ...['--mount', '--propagation', 'slave'],
        ...['sh', join(import.meta.dirname, 'private-engine.sh')],
        ...command,
      ],
      // Its own process group: Ctrl-C in the terminal is for this program to handle.
      { stdio: ['pipe', log, log], detached: true, env: engineEnvironment(env), cwd: '/' },
    );
    child.on('error', () => undefined);
    child.stdin?.on('error', () => undefined);
    // A run that forgets to stop it must still be able to end, which stops it.
    child.unref();
    (child.stdin as unknown as { unref(): void } | null)?.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** The user's environment, proxies included, without what would turn dockerd into another one. */
function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(DOCKER_|CONTAINERD_|LISTEN_|NOTIFY_SOCKET$|ROOTLESSKIT_)/.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: searchPath(env) };
}

/** Undefined when the engine answers, or the error. */
async function untilReady(
  child: ChildProcess,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<string | undefined> {
  const docker = connect(endpoint);
  const giveUpAt = performance.now() + START_MILLISECONDS;
  while (performance.now() < giveUpAt) {
    if (signal.aborted) return 'it was interrupted.';
    if (child.pid === undefined) return '`unshare` (of util-linux) cannot be run.';
    if (hasExited(child)) return `it ended with ${child.signalCode ?? `status ${child.exitCode}`}.`;
    try {
      await withDeadline('GET /_ping', 2, signal, (abortSignal) => ping(docker, abortSignal));
      return undefined;
    } catch {
      await sleep(POLL_MILLISECONDS);
    }
  }
  return `it did not answer within ${START_MILLISECONDS / 1000} s.`;
}

function hasExited(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Asks the engine to stop, and has the kernel kill it if it does not. */
async function end(child: ChildProcess, paths: PrivatePaths): Promise<void> {
  if (!hasExited(child)) {
    const ended = once(child, 'exit');
    child.ref();
    child.stdin?.end();
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
    await ended;
    clearTimeout(late);
  }
  await endProcesses(dataRootArgument(paths), 0);
}

/** Removes what outlives the engine's processes. */
async function cleanUp(paths: PrivatePaths): Promise<void> {
  removeBridge(paths.name);
  await removeControlGroups(paths.name);
  await removeRunFolder(paths.run);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // In use by now.
  }
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
}
