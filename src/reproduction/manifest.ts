/** What a reproduction's folder says of itself, as the rest of the program sees it. Types only. */
import type { Scenario, StoppingRule, TrialLimits } from '../model.ts';
import type { OutputPattern } from './output-pattern.ts';

/** How one run of a reproduction says what it saw. */
export type Protocol =
  /** reproduce.py writes the lines of the trial contract (docs/architecture.md). */
  | { readonly type: 'contract' }
  /** The exit status of run.sh, read as `git bisect run` reads it. */
  | {
      readonly type: 'exit-status';
      /** The lines of output that a failing cell shows; the last ones where there are none. */
      readonly evidence: readonly OutputPattern[];
    }
  /** Lines of run.sh's output; its exit status means nothing. */
  | {
      readonly type: 'patterns';
      /** Any of these in any line: the bug showed. */
      readonly reproduced: readonly OutputPattern[];
      /** Any of these in any line: the run came to its end, so that silence means something. */
      readonly completed: readonly OutputPattern[];
      /** The lines that a failing cell shows besides those that fit `reproduced`. */
      readonly evidence: readonly OutputPattern[];
    };

/** A C source of the folder that is compiled for every image. */
export interface Program {
  /** Such as `c-system.c`, in the folder itself. */
  readonly source: string;
  /** Whether a scenario needs it; one that no selected scenario needs is not compiled. */
  readonly neededBy: (scenario: string) => boolean;
}

export interface Manifest {
  readonly protocol: Protocol;
  /** Null where the file names none and speaks the contract: then the matrix names them. */
  readonly scenarios: readonly Scenario[] | null;
  /** Packages that every image needs. */
  readonly packages: readonly string[];
  readonly programs: readonly Program[];
  /** Whether run.sh shows the failing `execve` calls by strace, which then must work in every image. */
  readonly strace: boolean;
  /** What the file changes of the rule that its protocol has by default. */
  readonly rule: Partial<StoppingRule>;
  /** What the file changes of the limits in matrix.yaml. */
  readonly trial: Partial<TrialLimits>;
}

/** A reproduction whose one run is one call cannot be run thousands of times: 29 runs are enough here. */
export const SCRIPT_RULE: StoppingRule = { confidence: 0.95, maxRate: 0.1, budgetSeconds: 120 };

/** What a folder without a reproduction.yaml is taken for. */
export const PLAIN_MANIFEST: Manifest = {
  protocol: { type: 'exit-status', evidence: [] },
  scenarios: [{ id: 'default', args: [] }],
  packages: [],
  programs: [],
  strace: false,
  rule: {},
  trial: {},
};
