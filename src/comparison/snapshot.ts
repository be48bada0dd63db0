/**
 * The form in which two runs are compared: the verdict of each cell, and the facts of its row. A
 * report has this form, and so do the records of the baseline and the history. Types only.
 */
import type { ImageFacts } from '../model.ts';
import type { Cell, Report, ReportEnvironment } from '../report/schema.ts';

/** A row's measured facts, without descriptions of its image. */
export type SnapshotRow = Pick<
  ReportEnvironment,
  'id' | 'platform' | 'python' | 'libc' | 'distro' | 'shell'
> & {
  readonly image?: Pick<ImageFacts, 'fingerprint'> | undefined;
};

/** The verdicts of a run and their circumstances, as far as they were kept. */
export interface Snapshot {
  readonly run: Pick<Report['run'], 'id'> &
    Partial<
      Pick<
        Report['run'],
        'host' | 'hosts' | 'platform' | 'engine' | 'rule' | 'tool' | 'matrix' | 'leftOut' | 'source'
      >
    >;
  readonly environments: readonly SnapshotRow[];
  readonly scenarios: readonly { readonly id: string }[];
  readonly cells: readonly (Pick<Cell, 'environment' | 'scenario' | 'verdict'> &
    Partial<Pick<Cell, 'failures' | 'exposed'>>)[];
  /** Whether cells that were neither pass nor fail were left out. */
  readonly conclusiveOnly?: boolean | undefined;
}
