/** The events of a run, for progress displays. Types only. */
import type { ImageEvent } from '../images/outcome.ts';
import type { EnvironmentFacts } from '../model.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Cell, Report } from '../report/schema.ts';

export type RunEvent =
  | ImageEvent
  | {
      readonly type: 'run-started';
      readonly id: string;
      /** In words: which engine serves. */
      readonly engine: string;
      readonly environments: readonly string[];
      readonly scenarios: readonly string[];
      readonly cells: number;
      /** Trials that may run at a time. */
      readonly slots: number;
    }
  | { readonly type: 'environment-started'; readonly environment: string }
  | {
      readonly type: 'environment-probed';
      readonly environment: string;
      readonly facts: EnvironmentFacts;
    }
  | { readonly type: 'cell-started'; readonly environment: string; readonly scenario: string }
  | {
      readonly type: 'trial-finished';
      readonly environment: string;
      readonly scenario: string;
      readonly observation: Observation;
    }
  | { readonly type: 'cell-finished'; readonly cell: Cell }
  | { readonly type: 'interrupted' }
  | { readonly type: 'run-finished'; readonly report: Report };

export type Emit = (event: RunEvent) => void;
