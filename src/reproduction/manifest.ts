/** What a reproduction's folder says of itself, as the rest of the program sees it. Types only. */
import type { TrialEntry, VerdictEntry } from '../matrix/schema.ts';
import type { Scenario } from '../model.ts';
import type { OutputPattern } from './output-pattern.ts';

/** How one run of run.sh says what it saw. */
export type ScriptProtocol =
  /** Its exit status, read as `git bisect run` reads it. */
  | {
      readonly type: 'exit-status';
      /** The lines of output that a failing cell shows; where nothing fits, the last ones. */
      readonly evidence: readonly OutputPattern[];
    }
  /** Its lines of output; the exit status means nothing. */
  | {
      readonly type: 'patterns';
      /** Any of these in any line: the bug showed. */
      readonly reproduced: readonly OutputPattern[];
      /** Any of these in any line: the run came to its end, so that its silence means something. */
      readonly completed: readonly OutputPattern[];
      /** The lines that a failing cell shows, besides those that fit `reproduced`. */
      readonly evidence: readonly OutputPattern[];
    };

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
