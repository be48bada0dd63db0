/** Restricts a container to computing, because the program in it is not trusted. */
import type Docker from 'dockerode';
import type { UnreadContainer } from '../engine.ts';
import type { Quirks } from './quirks.ts';

/** The user and group `nobody`/`nogroup` of Debian, by number, since an image may lack the names. */
const UNPRIVILEGED_USER = '65534:65534';

const MEBIBYTE = 1024 * 1024;
/** The size of the temporary folder, the only place in which a program can write files. */
const TEMPORARY_BYTES = 64 * MEBIBYTE;
/** The size of /dev/shm, as large as Docker's own default. */
const SHARED_MEMORY_BYTES = 64 * MEBIBYTE;
/** The size of one file; above the temporary folder's size, so that the folder fills up first. */
const FILE_BYTES = 128 * MEBIBYTE;
/** Python 2.7 closes each possible descriptor one by one before each child; more makes it slow. */
const OPEN_FILES = 1024;
/**
 * The limit of the user's processes in all containers together, where it has to be stated. It is
 * far above the number that trials start, because reaching it would look like the race. `pids` is
 * the real limit.
 */
const USER_PROCESSES = 16_384;

/**
 * The engine's settings for one container: no network (loopback where it has {@link Surroundings}),
 * no capability, no new privileges, a read-only root with a small temporary folder, an unprivileged
 * user, the engine's default seccomp profile, and limits of memory, processes, CPUs, file size and
 * open files. Its caller enforces the limits of time and output from outside.
 *
 * @param interactive whether a person is connected to it by a terminal
 */
export function containerSettings(
  request: Omit<UnreadContainer, 'timeoutSeconds' | 'outputBytes'>,
  name: string,
  quirks: Quirks,
  interactive = false,
): Docker.ContainerCreateOptions {
  const { surroundings, platform } = request;
  const [program, ...rest] = request.command;
  if (program === undefined) throw new RangeError('A container needs a command.');
  const terminal = interactive || (surroundings?.terminal ?? false);
  const body: Docker.ContainerCreateOptions = {
    Image: request.image,
    // The entry point is set, so that an image's own entry point cannot run first.
    Entrypoint: [program],
    Cmd: rest,
    Env: Object.entries(request.env ?? {}).map(([key, value]) => `${key}=${value}`),
    WorkingDir: request.workdir,
    Labels: { ...request.labels },
    User: UNPRIVILEGED_USER,
    AttachStdin: interactive,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: terminal,
    StdinOnce: interactive,
    Tty: terminal,
    // Not even a loopback device, and a start that is 80 ms shorter than with `none` alone.
    NetworkDisabled: surroundings === undefined,
    // A volume of this container alone, removed with it.
    ...(surroundings ? { Volumes: { [surroundings.volume.path]: {} } } : {}),

    Healthcheck: { Test: ['NONE'] },
    // Stopped by another client or with the engine, it dies of a signal that no program answers, and
    // at once: Podman reports no event of a stop, so a death by SIGTERM would look like its own.
    StopSignal: 'SIGKILL',
    HostConfig: {
      NetworkMode: 'none',
      // An engine can be set to show its containers the host's control groups instead.
      ...(quirks.unifiedCgroups ? { CgroupnsMode: 'private' } : {}),
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      ReadonlyRootfs: true,
      Tmpfs: {
        '/tmp': temporaryFolder(TEMPORARY_BYTES),
        ...(surroundings
          ? { [surroundings.folder.path]: temporaryFolder(surroundings.folder.bytes) }
          : {}),
      },
      // An engine leaves ::1 out of a container's loopback device.
      ...(surroundings && !quirks.lacksIpv6
        ? { Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '0' } }
        : {}),
      ShmSize: SHARED_MEMORY_BYTES,
      Memory: request.memoryBytes,
      // The same as the memory: none of it is swap.
      MemorySwap: request.memoryBytes,
      PidsLimit: request.pids,
      CpusetCpus: request.cpuset,
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: FILE_BYTES, Hard: FILE_BYTES },
        { Name: 'nofile', Soft: OPEN_FILES, Hard: OPEN_FILES },
        ...(quirks.statesProcessLimit
          ? [{ Name: 'nproc', Soft: USER_PROCESSES, Hard: USER_PROCESSES }]
          : []),
      ],
      // A first process that ignores signals by default, as a PID 1 does, would survive its own
      // abort(); and a process has to reap the children of a program that died.
      Init: true,
      // The engine's own removal loses the exit status.
      AutoRemove: false,
      RestartPolicy: { Name: 'no' },
      // The output goes to attached clients; nothing of it is stored.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
  const query = { name, ...(platform === undefined ? {} : { platform }) };
  // The library would put all settings into the address as well, where a long program on a command
  // line is more than a server has to take.
  return { _query: query, _body: body } as Docker.ContainerCreateOptions;
}

/** The options of a file system in memory. */
function temporaryFolder(bytes: number): string {
  return `rw,exec,nosuid,nodev,size=${bytes},mode=1777`;
}
