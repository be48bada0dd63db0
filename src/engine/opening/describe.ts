/** Reads an engine's description of itself, and decides whether this program can use it. */
import { type Calls, callWithRetry } from '../calls.ts';
import type { EngineDescription } from '../engine.ts';
import { engineMessage } from '../failure.ts';

/** Docker 20.10's; Podman 4 states the same. */
const OLDEST_API = '1.41';
const SECONDS = 10;

/** The description of an engine, or why it cannot be used. */
export type Described =
  | {
      readonly type: 'usable';
      readonly description: EngineDescription;
      /** A warning to the user about an engine that can be used. */
      readonly warnings: readonly string[];
    }
  | { readonly type: 'unusable'; readonly reason: string };

/** The parts of the engine's answers that are used; an engine may omit any of them. */
interface Answers {
  readonly version: {
    readonly Version?: string;
    readonly ApiVersion?: string;
    readonly Os?: string;
    readonly Arch?: string;
    readonly KernelVersion?: string;
    readonly Components?: readonly { readonly Name?: string; readonly Version?: string }[];
  } | null;
  readonly info: {
    readonly NCPU?: number;
    readonly MemTotal?: number;
    readonly KernelVersion?: string;
    readonly Architecture?: string;
    readonly OSType?: string;
    readonly Driver?: string;
    readonly MemoryLimit?: boolean;
    readonly PidsLimit?: boolean;
    readonly CPUSet?: boolean;
    readonly CgroupVersion?: string;
    /** Podman alone; Docker has a security option for it. */
    readonly Rootless?: boolean;
    readonly SecurityOptions?: readonly string[] | null;
  } | null;
}

/**
 * Asks an engine what it is.
 *
 * @param endpoint how it was found, in words
 * @returns `unusable` also where it does not answer
 */
export async function describeEngine(
  calls: Calls,
  endpoint: string,
  isPrivate: boolean,
  signal: AbortSignal,
): Promise<Described> {
  try {
    const options = { seconds: SECONDS, signal };
    const version = await callWithRetry(calls, { ...options, what: 'GET /version' }, (docker) =>
      docker.version(),
    );
    const info: unknown = await callWithRetry(calls, { ...options, what: 'GET /info' }, (docker) =>
      docker.info(),
    );
    return readAnswers({ version, info: info as Answers['info'] }, endpoint, isPrivate);
  } catch (error) {
    return { type: 'unusable', reason: engineMessage(error) };
  }
}

/** Decides from the answers to /version and /info. */
export function readAnswers(answers: Answers, endpoint: string, isPrivate: boolean): Described {
  const { version, info } = answers;
  const unusable = (reason: string): Described => ({ type: 'unusable', reason });
  if (typeof version?.ApiVersion !== 'string') {
    return unusable('its answer to /version is not that of a container engine.');
  }
  if (typeof info?.NCPU !== 'number' || typeof info.MemTotal !== 'number') {
    return unusable('it does not report how many CPUs and how much memory its host has.');
  }
  const podman = version.Components?.find((part) => part.Name === 'Podman Engine');
  const name = podman === undefined ? 'docker' : 'podman';
  const engineVersion = podman?.Version ?? version.Version ?? 'of an unknown version';
  const system = info.OSType ?? version.Os ?? '';
  if (system !== 'linux') {
    return unusable(`it runs ${system === '' ? 'an unknown system' : system}, not Linux.`);
  }
  if (isOlder(version.ApiVersion, OLDEST_API)) {
    return unusable(
      `it is ${name} ${engineVersion} with API ${version.ApiVersion}; at least ${OLDEST_API} is needed ` +
        '(Docker 20.10, Podman 4).',
    );
  }
  const isRootless =
    info.Rootless === true ||
    info.SecurityOptions?.some((option) => /^name=rootless\b/.test(option)) === true;
  const limits = limitsOf(info, name, isRootless);
  return {
    type: 'usable',
    warnings: limitWarnings(limits, isRootless, info.Driver),
    description: {
      name,
      version: engineVersion,
      apiVersion: version.ApiVersion,
      endpoint,
      private: isPrivate,
      // Docker drops a CPU set that it cannot apply with a warning; Podman refuses the container.
      discardsCpuSets: limits.CPUs === false,
      unifiedCgroups: info.CgroupVersion === '2',
      host: {
        kernel: info.KernelVersion ?? version.KernelVersion ?? 'unknown',
        arch: info.Architecture ?? version.Arch ?? 'unknown',
        cpus: info.NCPU,
        memory: info.MemTotal,
      },
    },
  };
}

/** Whether the engine enforces a limit; undefined where it does not say. */
type Limits = Readonly<Record<'memory' | 'number of processes' | 'CPUs', boolean | undefined>>;

/**
 * Two answers of Podman are corrected. On control groups of version 2 it looks for CPU sets in the
 * root group, which never has any. On those of version 1 a rootless one drops every limit, and reports
 * what its host can do (`specgen/generate/validate.go`, Podman 4.9 and 5.4).
 */
function limitsOf(
  { MemoryLimit, PidsLimit, CPUSet, CgroupVersion }: NonNullable<Answers['info']>,
  name: string,
  isRootless: boolean,
): Limits {
  if (name === 'podman' && isRootless && CgroupVersion === '1') {
    return { memory: false, 'number of processes': false, CPUs: false };
  }
  const isMisread = name === 'podman' && !isRootless && CgroupVersion === '2';
  return {
    memory: MemoryLimit,
    'number of processes': PidsLimit,
    CPUs: isMisread ? undefined : CPUSet,
  };
}

function limitWarnings(limits: Limits, isRootless: boolean, driver: string | undefined): string[] {
  return [
    ...Object.entries(limits)
      .filter(([, enforced]) => enforced === false)
      .map(([what]) => `The engine cannot limit the ${what} of a container.`),
    // Docker's documentation, "Rootless mode", has the setting.
    ...(limits.CPUs === false && isRootless
      ? [
          'It is rootless. systemd passes CPU sets on to it with Delegate=cpu cpuset io memory pids in the settings of user@.service.',
        ]
      : []),
    ...(driver === 'vfs'
      ? [
          'The engine copies whole images (its storage driver is vfs): expect it to be slow and large.',
        ]
      : []),
  ];
}

/** Compares versions such as `1.41` number by number. A part that is no number counts as 0. */
function isOlder(version: string, than: string): boolean {
  const parts = (text: string): number[] => text.split('.').map((part) => Number(part) || 0);
  const left = parts(version);
  const differences = parts(than).map((part, place) => (left[place] ?? 0) - part);
  return (differences.find((difference) => difference !== 0) ?? 0) < 0;
}
