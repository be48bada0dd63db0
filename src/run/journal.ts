/** The append-only record of a run: what is in it was measured, whatever happens afterwards. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Cell, Observation, Report, ReportEnvironment } from '../model.ts';

export type JournalEntry =
  | { readonly type: 'run'; readonly run: Pick<Report['run'], 'id' | 'startedAt' | 'matrix'> }
  | {
      readonly type: 'trial';
      readonly environment: string;
      readonly scenario: string;
      readonly observation: Observation;
    }
  | { readonly type: 'cell'; readonly cell: Cell }
  | { readonly type: 'environment'; readonly environment: ReportEnvironment }
  | { readonly type: 'end'; readonly complete: boolean };

export interface Journal {
  /** Appends an entry; it is with the system when this returns. Throws where the disk is full. */
  write(entry: JournalEntry): void;
  close(): void;
}

/** Opens a journal for appending; one JSON object a line. */
export function openJournal(path: string): Journal {
  const file = openSync(path, 'a');
  return {
    write(entry) {
      writeSync(file, `${JSON.stringify(entry)}\n`);
    },
    close() {
      fsyncSync(file);
      closeSync(file);
    },
  };
}
