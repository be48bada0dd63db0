/**
 * The words of the program as types. No behaviour lives here.
 *
 * Every outcome is a discriminated union, and every member says in one sentence when it happens, so
 * that this file alone tells a reader what can come out of a run.
 */

/** What is done to the environment while children are started. `none` is the control. */
export const MUTATIONS = ['none', 'add', 'delete', 'overwrite', 'churn'] as const;
export type Mutation = (typeof MUTATIONS)[number];

/** What starts the child. docs/method.md shows the call behind each name. */
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

/** What a failed call looked like. See docs/method.md for how each is told from the others. */
export const SYMPTOMS = [
  /** The child could not be started: a nonzero status, or an OSError. */
  'spawn-error',
  /** The child ran and the call reported success, but a sentinel variable was missing or wrong. */
  'damaged-environment',
  /** The launcher itself raised something else, such as a RuntimeError during a copy. */
  'exception',
  /** The interpreter died by a signal of its own. */
  'crash',
  /** A call did not come back within the trial's limit. */
  'hang',
  /** A reproduction of the user's own says, by its exit status or its output, that the bug showed. */
  'reproduced',
] as const;
export type Symptom = (typeof SYMPTOMS)[number];

/** A column of the table: what is passed to the reproduction. */
export interface Scenario {
  /** `mutation/launcher`, or the name that a reproduction of the user's own gives it. */
  readonly id: string;
  /** Absent for a reproduction that is not about the environment. */
  readonly mutation?: Mutation;
  readonly launcher?: Launcher;
  /** Arguments of the reproduction, without the time and count limits that a trial adds. */
  readonly args: readonly string[];
  /** The scenario that must be clean before this one says anything; absent for a control itself. */
  readonly control?: string;
  /** Of a control without a mutation; one with a mutation is told by its being `none`. */
  readonly role?: 'control';
}

/** Where a base comes from, in the order that the sources are tried. */
export type BaseSource =
  | { readonly type: 'pull'; readonly reference: string }
  | {
      readonly type: 'bootstrap';
      /** A release's code name or suite, such as `trixie` or `testing`. */
      readonly release: string;
      /** Packages taken from another suite on top, such as libc6 from experimental. */
      readonly overlay?: { readonly suite: string; readonly packages: readonly string[] };
    };

/** A distribution image: one distribution, release and C library. */
export interface Base {
  readonly id: string;
  readonly sources: readonly BaseSource[];
}

/** How a Python gets onto a base: a recipe folder under images/ and its build arguments. */
export interface Python {
  readonly id: string;
  readonly recipe: string;
  readonly args: Readonly<Record<string, string>>;
  /** What is built once, on a base of its own, for the recipe to put onto every base. */
  readonly build?: {
    readonly base: Base;
    readonly recipe: string;
    readonly args: Readonly<Record<string, string>>;
  };
  /** The command that starts it inside the image. */
  readonly command: string;
}

/** What serves a row's `malloc`; `default` is the C library's own. */
export const MALLOCS = ['default', 'jemalloc', 'mimalloc', 'hardened'] as const;
export type Malloc = (typeof MALLOCS)[number];

/** A row of the table: one Python on one base. Its facts are measured, never copied from here. */
export interface Environment {
  /**
   * `base/python`, read from the outside in: `debian-13/cpython-3.13-musl`; with another allocator
   * its name follows: `debian-13/cpython-3.13/jemalloc`.
   */
  readonly id: string;
  readonly base: Base;
  /** Its command starts it with the row's allocator. */
  readonly python: Python;
  /** Absent where the C library's own allocator is used. */
  readonly malloc?: {
    readonly name: Exclude<Malloc, 'default'>;
    /** The command that starts the interpreter without it. */
    readonly interpreter: string;
  };
}

/** What the probe found inside an image. */
export interface EnvironmentFacts {
  readonly python: {
    /** `CPython` or `PyPy`. */
    readonly implementation: string;
    readonly version: string;
    /** Compiler, build date and build options, as the interpreter states them. */
    readonly build: string;
    /** The C library that it was compiled against, where that is known. */
    readonly builtAgainst?: { readonly name: string; readonly version: string };
  };
  readonly libc: {
    readonly name: 'glibc' | 'musl';
    /** The library's own version, such as `2.41`. */
    readonly version: string;
    /** The package that owns the loaded library, with its release, such as `libc6 2.41-12+deb13u1`. */
    readonly package: string;
  };
  readonly distro: { readonly id: string; readonly version: string };
  /** What /bin/sh is, such as `dash 0.5.12-12`. */
  readonly shell: string;
  /** What the kernel says it is in there, such as `x86_64`: another one than the host's is emulated. */
  readonly arch: string;
}

/** Which source served an image. */
export interface ImageFacts {
  /** The engine's content id, `sha256:…`. */
  readonly id: string;
  /** A hash of everything that goes into the image, sha256 in hex. */
  readonly fingerprint: string;
  /** In words: what was pulled, or which release was bootstrapped and the date of its archive. */
  readonly source: string;
}

export const VERDICTS = ['pass', 'fail', 'inconclusive', 'error', 'skipped'] as const;
/**
 * - `pass`: did not reproduce, within the bound that the cell states.
 * - `fail`: reproduced, with a clean control.
 * - `inconclusive`: did not reproduce, but the bound was not reached either.
 * - `error`: something went wrong, so that the cell says nothing about the bug.
 * - `skipped`: was not tried, for a stated reason.
 */
export type Verdict = (typeof VERDICTS)[number];

/** One failed call, as the reproduction reports it. */
export interface Failure {
  /** The call's number within its trial, from 1. */
  readonly call: number;
  readonly symptom: Symptom;
  /** The status that the call returned, where it returned one. */
  readonly status?: number;
  /** The errno's name, where the call raised an OSError. */
  readonly errno?: string;
  /** Seconds since the trial's first call. */
  readonly seconds: number;
  /** One line for a person. */
  readonly detail?: string;
}

/** Why a trial gave no observation that counts. */
export type TrialProblem =
  /** The process ended without its summary line. */
  | 'no-summary'
  /** The summary contradicts the lines before it, or itself. */
  | 'contradiction'
  /** A line of output was not what the contract says. */
  | 'malformed-output'
  /** More output than the limit. */
  | 'output-limit'
  /** The trial ran longer than its limit without the reproduction calling it a hang. */
  | 'timeout'
  /** The kernel ended the process because of the memory limit. */
  | 'out-of-memory'
  /** The summary was complete, but the exit status says that something went wrong. */
  | 'exit-status'
  /** Fewer CPUs than a race needs. */
  | 'cpus'
  /** The reproduction itself says that it cannot run here. */
  | 'unusable'
  /** The container could not be started, vanished, or was killed from outside. */
  | 'container'
  /** The engine did not answer, or answered with an error. */
  | 'engine'
  /** The run was interrupted. */
  | 'interrupted';

/** What one trial, one fresh process, gave. */
export type Observation =
  | {
      /** The trial ran to its end. */
      readonly type: 'completed';
      readonly calls: number;
      /** Calls during which at least one mutation happened; for a control, all calls. */
      readonly exposed: number;
      /** Failed calls by symptom. */
      readonly symptoms: Readonly<Partial<Record<Symptom, number>>>;
      /** The sum over symptoms. */
      readonly failures: number;
      readonly mutations: number;
      /** The first few failures, in order. */
      readonly samples: readonly Failure[];
      readonly firstFailureSeconds?: number;
      /** Seconds of the trial itself, without the container's start. */
      readonly seconds: number;
      /** Lines of its output that show the failures, of a reproduction of the user's own. */
      readonly notes?: readonly string[];
    }
  | {
      /** The launcher does not exist in this Python. */
      readonly type: 'unsupported';
      readonly reason: string;
    }
  | {
      /** The interpreter died by its own signal: the symptom `crash` if the control is clean. */
      readonly type: 'crashed';
      readonly signal: string;
      /** What was counted until then; the crash itself is one failure of one exposed call more. */
      readonly calls: number;
      readonly exposed: number;
      readonly samples: readonly Failure[];
      readonly seconds: number;
    }
  | {
      readonly type: 'problem';
      readonly problem: TrialProblem;
      /** What happened, in a sentence, with the last lines of output where they help. */
      readonly reason: string;
      readonly seconds: number;
    };

/** An interval for a rate: the point estimate and the exact bounds, each in 0…1. */
export interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** When a cell has enough. */
export interface StoppingRule {
  /** 0 < confidence < 1: of the one-sided bound of a pass, and of the two-sided interval. */
  readonly confidence: number;
  /** A pass needs an upper bound of the failure rate of at most this. */
  readonly maxRate: number;
  /** Seconds of trials after which the cell is inconclusive. */
  readonly budgetSeconds: number;
}

/** What a trial may use. */
export interface TrialLimits {
  /** Seconds of the first trial, and of each one after it. */
  readonly seconds: { readonly first: number; readonly next: number };
  /** Threads that start children. */
  readonly threads: number;
  /** Seconds after which a trial is ended from outside. */
  readonly timeoutSeconds: number;
  readonly memoryBytes: number;
  readonly pids: number;
  /** CPUs of its own; a race needs two. */
  readonly cpus: number;
  readonly outputBytes: number;
}

/** What a cell says, as the report shows it. */
export interface Cell {
  readonly environment: string;
  readonly scenario: string;
  readonly verdict: Verdict;
  /** What matrix.yaml expects, or null where it expects nothing. */
  readonly expected: Verdict | null;
  /** Always there for inconclusive, error and skipped. */
  readonly reason?: string;
  readonly symptoms: Readonly<Partial<Record<Symptom, number>>>;
  readonly trials: number;
  readonly calls: number;
  readonly exposed: number;
  readonly failures: number;
  /** Null where nothing was exposed. */
  readonly rate: Rate | null;
  /** The upper bound at the rule's confidence for a cell without failures; absent otherwise. */
  readonly bound?: number;
  readonly firstFailureSeconds?: number;
  /** Seconds of trials. */
  readonly seconds: number;
  readonly evidence: readonly string[];
  /** The command that measures this cell again. */
  readonly rerun: string;
}

/** A row of the report: the environment with what was measured inside its image. */
export interface ReportEnvironment {
  readonly id: string;
  /** Absent where the image could not be had; the row's cells say why. */
  readonly python?: EnvironmentFacts['python'];
  readonly libc?: EnvironmentFacts['libc'];
  readonly distro?: EnvironmentFacts['distro'];
  readonly shell?: string;
  /** Absent in reports of early versions. */
  readonly arch?: string;
  readonly image?: ImageFacts;
}

/** A statement computed from the cells. */
export interface Finding {
  readonly scenario: string;
  readonly text: string;
}

/** A machine that measured some of a report's rows. */
export interface ReportHost {
  /** Such as `2/5`; absent where the rows were not measured as a shard. */
  readonly shard?: string;
  /** The id of the run there. */
  readonly run: string;
  readonly host: Report['run']['host'];
  readonly engine: Report['run']['engine'];
  /** Ids of the rows that were measured there, and with them all of their cells. */
  readonly environments: readonly string[];
}

/** The whole of report.json. Its JSON Schema is results/report.schema.json. */
export interface Report {
  readonly schema: 1;
  readonly run: {
    readonly id: string;
    /** ISO 8601, UTC. */
    readonly startedAt: string;
    readonly finishedAt: string;
    /** False where the run was interrupted: cells that were not reached are `skipped`. */
    readonly complete: boolean;
    readonly tool: { readonly name: string; readonly version: string };
    readonly engine: {
      readonly name: string;
      readonly version: string;
      readonly apiVersion: string;
      readonly private: boolean;
    };
    readonly host: {
      readonly kernel: string;
      readonly arch: string;
      readonly cpus: number;
      /** Bytes. */
      readonly memory: number;
    };
    readonly matrix: { readonly path: string; readonly sha256: string };
    readonly rule: StoppingRule;
    /** The file of the lock that the images were held to; null where they were not locked. */
    readonly lock?: { readonly sha256: string } | null;
    /** Of a report that holds the rows of one shard alone: which one, and the digest of the plan. */
    readonly shard?: { readonly index: number; readonly count: number; readonly plan: string };
    /** Of a report that was put together from others. */
    readonly merged?: {
      /** Ids of their runs. */
      readonly runs: readonly string[];
      /** What should have been there and was not; the cells that it would have had are skipped. */
      readonly missing: readonly { readonly shard: string; readonly reason: string }[];
    };
    /** Where each row was measured, if not all of them on hosts alike; `host` is then the first. */
    readonly hosts?: readonly ReportHost[];
    /** Calls to the engine that were tried again; absent in reports of before. */
    readonly retries?: number;
    /** What a reader must know before any cell, such as a host that may be blind to the race. */
    readonly warnings: readonly string[];
  };
  readonly environments: readonly ReportEnvironment[];
  readonly scenarios: readonly {
    readonly id: string;
    readonly mutation?: Mutation;
    readonly launcher?: Launcher;
    /** Of a control without a mutation. */
    readonly role?: 'control';
  }[];
  readonly cells: readonly Cell[];
  readonly findings: readonly Finding[];
  readonly summary: Readonly<Record<Verdict, number>> & { readonly unexpected: number };
}
