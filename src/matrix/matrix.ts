/** The contents of matrix.yaml, as the rest of the program sees them. Types only. */
import type {
  Base,
  Environment,
  Python,
  Scenario,
  StoppingRule,
  TrialLimits,
  Verdict,
} from '../model.ts';
import type { Platform } from '../platform.ts';
import type { ArchiveAddresses } from './schema.ts';

/** A combination that a group's axes would give and that is left out on purpose. */
export interface Exclusion {
  readonly kind: 'environment' | 'scenario';
  readonly id: string;
  /** In the words of the file. */
  readonly reason: string;
}

/** Rows and columns that are measured together. */
export interface Group {
  /** Empty if the file gives none. */
  readonly description: string;
  readonly environments: readonly Environment[];
  /** Rows that are added if a registry serves their bases; none of them is in `environments`. */
  readonly registryRows: readonly Environment[];
  /**
   * Controls included, each before the first scenario that needs it. Empty if the group names none:
   * then the reproduction's own are used.
   */
  readonly scenarios: readonly Scenario[];
  readonly excluded: readonly Exclusion[];
}

/** A line of the file about some cells. */
interface CellLine {
  readonly covers: (environment: string, scenario: string) => boolean;
}

/** Other limits for some cells. Of several that cover a cell the last one counts, and it alone. */
export interface Override extends CellLine {
  /** Complete: omitted values are those of the matrix. */
  readonly rule?: StoppingRule | undefined;
  /** Complete: omitted values are those of the matrix. */
  readonly trial?: TrialLimits | undefined;
}

/** The expected verdicts of cells. Of several that cover a cell the last one counts. */
interface Expectation extends CellLine {
  /** Null if nothing is expected of them. */
  readonly verdict: Verdict | null;
}

export interface Matrix {
  /** The file, as the user gave it. */
  readonly path: string;
  /** The sha256 of the file's bytes, in hex. */
  readonly sha256: string;
  /** The platform of rows whose ids name none; undefined if the host's is none that is known. */
  readonly home: Platform | undefined;
  readonly bases: ReadonlyMap<string, Base>;
  readonly pythons: ReadonlyMap<string, Python>;
  readonly groups: ReadonlyMap<string, Group>;
  /** The base that compiles C programs for all rows; null where each row's own does. */
  readonly compileOn: Base | null;
  /** A key of `groups`. */
  readonly defaultGroup: string;
  /** The reproduction's folder, relative to the matrix file's own. */
  readonly reproduction: string;
  readonly rule: StoppingRule;
  readonly trial: TrialLimits;
  readonly overrides: readonly Override[];
  readonly expectations: readonly Expectation[];
  /** Where the file says that archives of Debian are; Debian's own addresses where it names none. */
  readonly archives: ArchiveAddresses;
  /** The labels of the CI machines for shards of each platform. */
  readonly runners: Readonly<Partial<Record<Platform, string>>>;
  /** The file of accepted verdicts, relative to the matrix file's own folder; null if it names none. */
  readonly baseline: string | null;
}
