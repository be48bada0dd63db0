/** The events of a run, for progress displays. Types only. */
import type { ImageEvent } from '../images/outcome.ts';
import type { EnvironmentFacts } from '../model.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Cell } from '../report/schema.ts';

export type RunEvent =
  | ImageEvent
  | {
      readonly type: 'run-started';
      readonly id: string;
      /** In words: which engine serves. */
      readonly engine: string;
      readonly environments: number;
      readonly cells: number;
    }
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
  | { readonly type: 'interrupted' };

export type Emit = (event: RunEvent) => void;
