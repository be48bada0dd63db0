/** What a reproduction's folder says of itself, as the rest of the program sees it. */
import type { TrialEntry, VerdictEntry } from '../matrix/schema.ts';
import type { Launcher, Scenario } from '../model.ts';
import type { OutputPattern } from './output-pattern.ts';

/** How one run of a script says what it saw: by its lines of output and by its exit status. */
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
  /** What a run is that exceeds its time. */
  readonly hang: 'error' | 'reproduced';
  /** At its end, open and silent, or a terminal. */
  readonly stdin: (typeof STDIN_KINDS)[number];
  /** What each attempt gets of its own: its processes and files, or a whole container. */
  readonly isolation: 'attempt' | 'container';
  /** What a run without the bug means in an emulated row: as much as natively, or nothing yet. */
  readonly emulation: (typeof EMULATION)[number];
}

export const STDIN_KINDS = ['empty', 'open', 'tty'] as const;

export const EMULATION = ['fine', 'inconclusive'] as const;

/** How one run of a reproduction says what it saw. */
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
  /** Null where the file names none and speaks the contract: then the matrix names them. */
  readonly scenarios: readonly Scenario[] | null;
  /** What each launcher does underneath, in a few words. */
  readonly mechanisms: Readonly<Partial<Record<Launcher, string>>>;
  /** Packages that every image needs. */
  readonly packages: readonly string[];
  readonly programs: readonly Program[];
  /** Whether run.sh shows failing `execve` calls by strace, which then must work in every image. */
  readonly strace: boolean;
  /** What the file says of when a cell has enough. */
  readonly verdict: VerdictEntry;
  /** What the file says of what a trial may use. */
  readonly trial: TrialEntry;
}
