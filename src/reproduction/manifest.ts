/** The manifest of a reproduction's folder, as the rest of the program sees it. */
import type { TrialEntry, VerdictEntry } from '../matrix/schema.ts';
import type { Launcher, Scenario } from '../model.ts';
import type { OutputPattern } from './output-pattern.ts';

/** How one run of a script is interpreted: by its lines of output and by its exit status. */
export interface ScriptProtocol {
  readonly type: 'script';
  /** Any of these in any line: the bug showed. */
  readonly reproduced: readonly OutputPattern[];
  /** Any of these in any line: the run reached its end, so that its silence means something. */
  readonly completed: readonly OutputPattern[];
  /** Any of these in any line: nothing can be tested here. */
  readonly skipped: readonly OutputPattern[];
  /** The lines of output that a failing cell shows, besides those that match `reproduced`. */
  readonly evidence: readonly OutputPattern[];
  /** Exit statuses, 0 to 255, that mean the bug showed; empty for 1 to 124 without 77. */
  readonly badStatus: readonly number[];
  /** Exit statuses, 0 to 255, of a run without the bug; empty for 0. */
  readonly goodStatus: readonly number[];
  /** The meaning of a run that exceeds its time. */
  readonly hang: 'error' | 'reproduced';
  /** At its end, open and silent, or a terminal. */
  readonly stdin: (typeof STDIN_KINDS)[number];
  /** The isolation of each attempt: its own processes and files, or a whole container. */
  readonly isolation: 'attempt' | 'container';
  /**
   * The meaning of a run without the bug in an emulated row: a pass as on a native one, or
   * inconclusive.
   */
  readonly emulation: (typeof EMULATION)[number];
}

export const STDIN_KINDS = ['empty', 'open', 'tty'] as const;

export const EMULATION = ['fine', 'inconclusive'] as const;

/** How the output of one run of a reproduction is interpreted. */
export type Protocol =
  /** reproduce.py writes the lines of the trial contract (docs/architecture.md). */
  { readonly type: 'contract' } | ScriptProtocol;

/** A C source of the folder that is compiled for every image. */
interface Program {
  /** Such as `c-system.c`, in the folder itself. */
  readonly source: string;
  /** Whether a scenario needs it; what no selected scenario needs is not compiled. */
  readonly isNeededBy: (scenario: string) => boolean;
}

export interface Manifest {
  readonly protocol: Protocol;
  /** Null if the file names none and uses the contract: then the matrix names them. */
  readonly scenarios: readonly Scenario[] | null;
  /** The mechanism of each launcher, in a few words. */
  readonly mechanisms: Readonly<Partial<Record<Launcher, string>>>;
  /** Packages that every image needs. */
  readonly packages: readonly string[];
  readonly programs: readonly Program[];
  /** Whether run.sh shows failing `execve` calls by strace, which then must work in every image. */
  readonly strace: boolean;
  /** The verdict rule in the file. */
  readonly verdict: VerdictEntry;
  /** The trial limits in the file. */
  readonly trial: TrialEntry;
}
