/** What a reproduction's folder says of itself, as the rest of the program sees it. Types only. */
import type { TrialEntry, VerdictEntry } from '../matrix/schema.ts';
import type { Scenario } from '../model.ts';
import type { OutputPattern } from './output-pattern.ts';

/** What standard input is: at its end, a pipe without data that stays open, or a terminal. */
export const STDIN_KINDS = ['empty', 'open', 'tty'] as const;

/** What one run of a run.sh means, and how it is run. */
export interface ScriptProtocol {
  readonly type: 'script';
  /** Any of these in any line: the bug showed. */
  readonly reproduced: readonly OutputPattern[];
  /** Where given, a run without the bug has a line that fits one, so that its silence means something. */
  readonly completed: readonly OutputPattern[];
  /** Any of these in any line: the run tests nothing here. */
  readonly skipped: readonly OutputPattern[];
  /** The lines that a failing cell shows, besides those that fit `reproduced`. */
  readonly evidence: readonly OutputPattern[];
  /** Statuses that show the bug; where empty, 1 to 124 without 77 do. */
  readonly badStatus: readonly number[];
  /** Statuses of a run without the bug; where empty, 0 is. */
  readonly goodStatus: readonly number[];
  /** What a run is that takes longer than its time. */
  readonly hang: 'error' | 'reproduced';
  readonly stdin: (typeof STDIN_KINDS)[number];
  /** Whether each attempt has a container of its own. */
  readonly isolation: 'attempt' | 'container';
}

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
