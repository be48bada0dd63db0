/**
 * The words of the program as types. No behaviour lives here. The outcomes of a trial are in
 * verdict/observation.ts, and the contents of a report in report/schema.ts.
 */

import type { Platform } from './platform.ts';

/** The change of the environment while children are started. `none` is the control. */
export const MUTATIONS = ['none', 'add', 'delete', 'overwrite', 'churn'] as const;
export type Mutation = (typeof MUTATIONS)[number];

/** The call that starts the child. docs/method.md shows the call behind each name. */
export const LAUNCHERS = [
  'os.system',
  'os.popen',
  'subprocess-path',
  'subprocess-name',
  'subprocess-cwd',
  'subprocess-session',
  'subprocess-shell',
  'subprocess-env-copy',
  'os.posix_spawn',
  'os.spawnv',
  'multiprocessing-spawn',
  'c-system',
] as const;
export type Launcher = (typeof LAUNCHERS)[number];

/** How a call failed. docs/method.md defines each symptom. */
export const SYMPTOMS = [
  /** The child could not be started: a nonzero status, or an OSError. */
  'spawn-error',
  /** The child ran and the call reported success, but a sentinel variable was missing or wrong. */
  'damaged-environment',
  /** The launcher itself raised something else, such as a RuntimeError during a copy. */
  'exception',
  /** The interpreter died by its own signal. */
  'crash',
  /** A call did not come back within the trial's limit. */
  'hang',
  /** A reproduction of the user's own says, by its exit status or its output, that the bug showed. */
  'reproduced',
] as const;
export type Symptom = (typeof SYMPTOMS)[number];

/** A column of the table: the arguments of the reproduction. */
export interface Scenario {
  /** `mutation/launcher`, or the name that a reproduction of the user's own gives it. */
  readonly id: string;
  /** Absent for a reproduction that is not about the environment. */
  readonly mutation?: Mutation;
  readonly launcher?: Launcher;
  /**
   * The launcher's mechanism in a few words, such as `fork+exec`, if the reproduction states it.
   */
  readonly mechanism?: string | undefined;
  /** Arguments of the reproduction, without the time and count limits that a trial adds. */
  readonly args: readonly string[];
  /** The scenario that must be clean before this one counts; absent for a control itself. */
  readonly control?: string;
  /**
   * True for a control that has no mutation; a control with one is recognised by the mutation
   * `none`.
   */
  readonly role?: 'control';
}

/**
 * Where the packages of a Debian base come from; absent for the defaults of images and mmdebstrap.
 */
export interface Archive {
  readonly type: 'mirror' | 'old-releases' | 'snapshot';
  /** The address of Debian's main archive. */
  readonly main: string;
  readonly security: string;
  /** The moment of a snapshot, as `20260830T000000Z`. */
  readonly moment?: string | undefined;
  /** A file of this machine with the keys that sign it; Debian's own if absent. */
  readonly keyring?: string | undefined;
}

/** Where a base comes from, in the order that the sources are tried. */
export type BaseSource = (
  | { readonly type: 'pull'; readonly reference: string }
  | {
      readonly type: 'bootstrap';
      /** A release's code name or suite, such as `trixie` or `testing`. */
      readonly release: string;
      /** Packages taken from another suite on top, such as libc6 from experimental. */
      readonly overlay?: { readonly suite: string; readonly packages: readonly string[] };
    }
) & { readonly archive?: Archive };

/** A distribution image: one distribution, release and C library. */
export interface Base {
  /** On another platform than the host's it names that: `debian-12@linux-386`. */
  readonly id: string;
  readonly sources: readonly BaseSource[];
  /** Whether expired Release files are accepted if their signature is valid. */
  readonly acceptsExpired?: boolean | undefined;
  /** Platforms that a group may request, besides the engine's own. */
  readonly platforms?: readonly Platform[] | undefined;
  /** The one that this is of; the engine's own if absent. */
  readonly platform?: Platform | undefined;
}

/** How a Python gets onto a base: a recipe folder under images/ and its build arguments. */
export interface Python {
  readonly id: string;
  readonly recipe: string;
  readonly args: Readonly<Record<string, string>>;
  /** The build that runs once, on its own base; the recipe copies its result onto every base. */
  readonly build?: {
    readonly base: Base;
    readonly recipe: string;
    readonly args: Readonly<Record<string, string>>;
  };
  /** The command that starts it inside the image. */
  readonly command: string;
}

/** The allocator that a row's `malloc` names; `default` is the C library's own. */
export const MALLOCS = ['default', 'jemalloc', 'mimalloc'] as const;
export type Malloc = (typeof MALLOCS)[number];

/** A row of the table: one Python on one base. Its facts are measured, never copied from here. */
export interface Environment {
  /**
   * `base/python`, read from the outside in: `debian-13/cpython-3.13-musl`; with another allocator
   * its name follows: `debian-13/cpython-3.13/jemalloc`. Where the platform is not the host's own, the
   * base carries it: `debian-12@linux-386/cpython-3.11`.
   */
  readonly id: string;
  readonly base: Base;
  /** The reference of an image that is used as it is, whatever it holds. */
  readonly image?: string;
  /** Its command starts it with the row's allocator. */
  readonly python: Python;
  /** Absent where the C library's own allocator is used. */
  readonly malloc?: {
    readonly name: Exclude<Malloc, 'default'>;
    /** The command that starts the interpreter without it. */
    readonly interpreter: string;
  };
}

/** An archive that supplied packages of an image, according to apt's lists in it. */
export interface ArchiveFacts {
  /** Without its scheme: `deb.debian.org/debian`. */
  readonly address: string;
  readonly suite: string;
  /** The date in the Release file, such as `2026-09-12`. */
  readonly day: string;
}

/** The probe's measurements inside an image. */
export interface EnvironmentFacts {
  readonly python: {
    /** `CPython` or `PyPy`. */
    readonly implementation: string;
    readonly version: string;
    /** Compiler, build date and build options, as the interpreter states them. */
    readonly build: string;
    /** The C library that it was compiled against; absent if unknown. */
    readonly builtAgainst?: {
      readonly name: string;
      /** Exact, where the build noted it. */
      readonly version?: string | undefined;
      /** Otherwise the newest version whose symbols it needs: a lower bound. */
      readonly atLeast?: string | undefined;
      /** The version before which it was built. */
      readonly below?: string | undefined;
    };
    /** Whether the GIL is on. */
    readonly gil?: boolean;
    /** The switches that decide what `subprocess` starts a child by. */
    readonly subprocess?: {
      readonly posixSpawn: boolean;
      readonly vfork: boolean;
      /** Whether `os.POSIX_SPAWN_CLOSEFROM` existed when it was compiled. */
      readonly closeFrom: boolean;
    };
  };
  readonly libc: {
    readonly name: 'glibc' | 'musl';
    /** The library's own version, such as `2.41`. */
    readonly version: string;
    /** The package that owns the loaded library, with its release, such as `libc6 2.41-12+deb13u1`. */
    readonly package: string;
  };
  readonly distro: { readonly id: string; readonly version: string };
  /** The shell behind /bin/sh, such as `dash 0.5.12-12`. */
  readonly shell: string;
  /**
   * The kernel's machine name in the container, such as `x86_64`; if it is not the host's, the row
   * is emulated.
   */
  readonly arch: string;
  /** The machine type of the interpreter's own file, whatever the kernel reports. */
  readonly platform: PlatformFacts;
}

/** Properties of a platform that a program can depend on, besides its instructions. */
interface PlatformFacts {
  /** `linux/386`; `unknown` for a machine that is none of the platforms. */
  readonly name: string;
  readonly pointerBits: number;
  readonly byteOrder: 'little' | 'big';
  /** Bytes. */
  readonly pageSize: number;
}

/** Which source served an image. */
export interface ImageFacts {
  /** The engine's content id, `sha256:…`. */
  readonly id: string;
  /** A hash of everything that goes into the image, sha256 in hex. */
  readonly fingerprint: string;
  /** In words: the pulled image, or the bootstrapped release and the date of its archive. */
  readonly source: string;
}

export const VERDICTS = ['pass', 'fail', 'inconclusive', 'error', 'skipped'] as const;
/**
 * - `pass`: did not reproduce, within the bound that the cell states.
 * - `fail`: reproduced, with a clean control.
 * - `inconclusive`: did not reproduce, but the bound was not reached either.
 * - `error`: something failed, so the cell shows nothing about the bug.
 * - `skipped`: was not tried, for a stated reason.
 */
export type Verdict = (typeof VERDICTS)[number];

/** When a cell has enough. */
export interface StoppingRule {
  /** 0 < confidence < 1: of the one-sided bound of a pass, and of the two-sided interval. */
  readonly confidence: number;
  /** A pass needs an upper bound of the failure rate of at most this. */
  readonly maxRate: number;
  /** Seconds of trials after which the cell is inconclusive. */
  readonly budgetSeconds: number;
}

/** The limits of a trial. */
export interface TrialLimits {
  /** Seconds of the first trial, and of each one after it. */
  readonly seconds: { readonly first: number; readonly next: number };
  /** Threads that start children. */
  readonly threads: number;
  /** Seconds after which a trial is ended from outside. */
  readonly timeoutSeconds: number;
  readonly memoryBytes: number;
  readonly pids: number;
  /** Dedicated CPUs; a race needs two. */
  readonly cpus: number;
  readonly outputBytes: number;
}
