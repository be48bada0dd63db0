/** A Podman with separate storage, run folder and socket, for the duration of a test. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPath } from '../../src/host/debian-packages.ts';
import { removeRunFolder } from '../../src/host/mounts.ts';

/** False where Podman can be started; otherwise the reason for which its tests are skipped. */
export async function cannotStartPodman(): Promise<string | false> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  for (const program of ['podman', 'catatonit']) {
    if (!(await onPath(program, process.env))) return 'needs apt-get install podman catatonit';
  }
  return false;
}

export interface PodmanService {
  /** `unix:///…` */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * The configuration of a Podman whose containers and builds have the limits of this process. By itself
 * its builds (not its containers) ask for 1,048,576 files and processes from version 5 on, which root
 * without CAP_SYS_RESOURCE may not raise its own limits to. Podman 4.3 keeps the limits that there are,
 * and runc refuses to set them again there. Pure.
 *
 * @param version what `podman --version` prints
 * @param limits the text of /proc/self/limits
 * @param withRunc whether runc is installed, which also runs where crun refuses: on a machine with the
 *   control groups of both versions
 */
export function podmanConfiguration(version: string, limits: string, withRunc: boolean): string {
  const engine = withRunc ? '[engine]\nruntime = "runc"\n' : '';
  if (Number(/(\d+)\./.exec(version)?.[1]) < 5) return engine;
  const ulimits = [
    ['nofile', 'Max open files'],
    ['nproc', 'Max processes'],
  ].flatMap(([name = '', title = '']) => {
    const line = limits.split('\n').find((text) => text.startsWith(title)) ?? '';
    const [soft, hard] = line.slice(title.length).trim().split(/\s+/);
    if (soft === undefined || hard === undefined) return [];
    return [`"${name}=${soft}:${hard}"`.replaceAll('unlimited', '-1')];
  });
  return `[containers]\ndefault_ulimits = [${ulimits.join(', ')}]\n${engine}`;
}

/** Starts it. @throws Error with its output, if it does not answer within half a minute */
export async function startPodman(): Promise<PodmanService> {
  const folder = mkdtempSync(join(tmpdir(), 'podman-test-'));
  const socket = join(folder, 'podman.sock');
  for (const name of ['run', 'tmp']) mkdirSync(join(folder, name));
  const configuration = join(folder, 'containers.conf');
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const version = execFileSync('podman', ['--version'], { encoding: 'utf8' });
  const withRunc = await onPath('runc', process.env);
  writeFileSync(configuration, podmanConfiguration(version, limits, withRunc));
  const child = spawn(
    'podman',
    [
      ...['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')],
      ...['--tmpdir', join(folder, 'tmp'), '--cgroup-manager=cgroupfs', '--events-backend=file'],
      ...['system', 'service', '--time=0', `unix://${socket}`],
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CONTAINERS_CONF: configuration },
    },
  );
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    }
    await removeRunFolder(folder);
  };
  for (let n = 0; n < 300; n += 1) {
    if (existsSync(socket)) return { address: `unix://${socket}`, close };
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  await close();
  throw new Error(`podman system service did not start: ${printed.trim()}`);
}
