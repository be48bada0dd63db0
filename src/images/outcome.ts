/** How preparing an image ended, and what happens meanwhile. Types only. */

import type { Platform } from '../platform.ts';
import type { BaseSource } from '../model.ts';
import type { ArchiveProblem } from './archive-problem.ts';
import type { ImageCache } from './image-cache.ts';

/** An image that is ready for use. */
export interface UsableImage {
  /** The engine's content id. */
  readonly id: string;
  /** `name:tag` to start from. */
  readonly reference: string;
  readonly fingerprint: string;
  /** In words: which source served it. */
  readonly source: string;
  /** The parent identity for images that are built upon it. */
  readonly identity: string;
  /** The platform that it states, if that is not the engine's own. */
  readonly platform?: Platform | undefined;
  /** For a base: the source that served it. */
  readonly served?: BaseSource | undefined;
}

export type Prepared =
  | {
      readonly type: 'ready';
      readonly image: UsableImage;
      readonly built: boolean;
      /**
       * Whether an emulator runs its programs here; undefined if only measuring its row can show
       * this.
       */
      readonly emulated?: boolean | undefined;
    }
  /** No source has it: the rows that need it are skipped. */
  | {
      readonly type: 'unavailable';
      readonly reason: string;
      /** The error of its archive, if that is the cause; another source may work. */
      readonly problem?: ArchiveProblem | undefined;
    }
  /** It should have worked and did not: the rows that need it are errors. */
  | {
      readonly type: 'failed';
      readonly reason: string;
      readonly problem?: ArchiveProblem | undefined;
      /** Whether its parent failed, and not its own steps. */
      readonly inherited?: boolean | undefined;
    }
  | { readonly type: 'cancelled' };

/** Events of the work on images that a user wants to see. */
export type ImageEvent =
  | { readonly type: 'image-started'; readonly image: string }
  | { readonly type: 'image-line'; readonly image: string; readonly line: string }
  | {
      readonly type: 'image-finished';
      readonly image: string;
      readonly outcome: Prepared['type'];
      /** False if the engine had it already. */
      readonly built: boolean;
      readonly seconds: number;
      readonly reason?: string | undefined;
    }
  /** Something that a person should know, such as why another source is tried. */
  | { readonly type: 'notice'; readonly text: string };

/** The dependencies of the work on images. */
export interface ImageWork {
  readonly emit: (event: ImageEvent) => void;
  /** Runs a build or a bootstrap when it may use the CPUs. */
  readonly slot: <T>(work: () => Promise<T>) => Promise<T>;
  /** The CPUs that a build may use, such as `2,3`; all if absent. */
  readonly cpuset?: string | undefined;
  readonly signal: AbortSignal;
  /** Makes bases again although the engine has them. */
  readonly refresh: boolean;
  /** Bases that were made before are made again. */
  readonly basesSince?: Date | undefined;
  /** Where other machines put what they made. */
  readonly cache?: ImageCache | undefined;
  /** Seconds after which a build or a bootstrap is given up. */
  readonly timeoutSeconds: number;
}
