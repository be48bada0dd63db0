/**
 * The container engine as the rest of the program sees it: its operations, and every outcome of
 * each. Nothing outside this folder knows dockerode.
 */
import type { Readable } from 'node:stream';
import type { Platform } from '../platform.ts';

/** The engine's description of itself and of its host. */
export interface EngineDescription {
  /** `docker` or `podman`. */
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  /** How it was found, in words, such as `DOCKER_HOST (unix:///run/docker.sock)`. */
  readonly endpoint: string;
  /** Whether it is the engine that this program started for itself. */
  readonly private: boolean;
  /** Whether it ignores the CPU set of a container, as a rootless engine may. */
  readonly discardsCpuSets?: boolean | undefined;
  /** Whether its host has control groups of version 2. */
  readonly unifiedCgroups?: boolean | undefined;
  readonly host: {
    readonly kernel: string;
    readonly arch: string;
    readonly cpus: number;
    /** Bytes. */
    readonly memory: number;
  };
}

/** An image that the engine has. */
export interface StoredImage {
  /** `sha256:…` */
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes, shared layers included. */
  readonly size: number;
  /** `repository@sha256:…` of a pulled image. */
  readonly digests: readonly string[];
  /**
   * As its configuration states it, although an import into Docker 20.10 records the wrong
   * platform; undefined for others.
   */
  readonly platform?: Platform | undefined;
}

export interface PullOptions {
  /** The engine's own if absent. */
  readonly platform?: Platform | undefined;
  readonly timeoutSeconds: number;
  readonly onLine: (line: string) => void;
}

/** How having an image made ended. */
export type ImageOutcome =
  | { readonly type: 'done'; readonly image: StoredImage }
  | {
      /** A step of the build failed, an image is not usable, or a pull failed here and not at a registry. */
      readonly type: 'failed';
      readonly reason: string;
      /** The last lines of the log. */
      readonly log: readonly string[];
    }
  | {
      /** No registry served it, or none answered in time. Another source may. */
      readonly type: 'unavailable';
      readonly reason: string;
    }
  | { readonly type: 'cancelled' };

/** Why a registry does not serve an image. */
export interface RegistryRefusal {
  readonly reason: string;
  /** Whether the engine could not be asked, so that nothing is known of the registry. */
  readonly isLost: boolean;
}

/** How giving an image to a registry ended. */
export type PushOutcome =
  | { readonly type: 'done' }
  /** No registry there, no right to push, or whatever else; `reason` holds nothing secret. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'cancelled' };

export interface BuildRequest {
  /** A tar of the build's folder, with the Dockerfile at its top. */
  readonly context: Readable;
  /** `name:tag` that the image gets. */
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly args: Readonly<Record<string, string>>;
  /** CPUs that the steps may use, such as `0,1`; all if absent. */
  readonly cpuset?: string | undefined;
  /** For images that state another platform than the engine's own; the engine's own if absent. */
  readonly platform?: Platform | undefined;
  readonly timeoutSeconds: number;
  /** Called with each line of the build's output as it comes. */
  readonly onLine: (line: string) => void;
}

export interface ImportRequest {
  /** The tar of a root file system. */
  readonly archive: Readable;
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The platform of its programs; the engine's own if absent. */
  readonly platform?: Platform | undefined;
  readonly timeoutSeconds: number;
}

/** Mounts and folders of a container besides its image and an empty /tmp. */
interface ScriptSurroundings {
  /** Files that nothing in the container can change. */
  readonly volume: {
    /** Where they are in the container. */
    readonly path: string;
    /** Gives a tar of them; called once a container. */
    readonly archive: () => Readable;
  };
  /** A folder in memory that is empty at the start, and that programs can write to. */
  readonly folder: { readonly path: string; readonly bytes: number };
  /** Whether its standard streams are a terminal; all output is then of stdout. */
  readonly terminal: boolean;
}

/** A container to run once, from its start to its removal. */
export interface ContainerRequest {
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly workdir?: string | undefined;
  /** A script's surroundings, as in a terminal: loopback, a writable folder, files, a terminal. */
  readonly surroundings?: ScriptSurroundings | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** The platform that its image states, if not the engine's own; the engine does not infer it. */
  readonly platform?: Platform | undefined;
  /** Such as `0,1`; all if absent. */
  readonly cpuset?: string | undefined;
  readonly memoryBytes: number;
  readonly pids: number;
  /** Seconds from the start after which it is killed from outside. */
  readonly timeoutSeconds: number;
  /** Aborted when a time limit inside it has passed: it is then killed as after `timeoutSeconds`. */
  readonly expiry?: AbortSignal | undefined;
  /** Bytes of both streams together after which it is killed. */
  readonly outputBytes: number;
  /** Called with chunks as they come, never after the outcome. */
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

/** Settings of every container of a run, for any purpose. */
export type ContainerLimits = Pick<ContainerRequest, 'labels' | 'memoryBytes' | 'pids'>;

/** A container whose output is still without a reader. */
export type UnreadContainer = Omit<ContainerRequest, 'onStdout' | 'onStderr'>;

/** A container that a person works in. */
export interface InteractiveRequest extends Omit<
  UnreadContainer,
  'cpuset' | 'timeoutSeconds' | 'expiry' | 'outputBytes'
> {
  readonly terminal: {
    readonly input: NodeJS.ReadStream;
    readonly output: NodeJS.WriteStream;
    readonly columns: number;
    readonly rows: number;
  };
}

/** How a container ended. */
export type ContainerOutcome =
  | {
      /** Its first process ended by itself. Above 128 the status is 128 + a signal's number. */
      readonly type: 'exited';
      readonly status: number;
      readonly seconds: number;
    }
  /** The kernel ended a process in it because of the memory limit. */
  | { readonly type: 'out-of-memory'; readonly status: number; readonly seconds: number }
  /** It ran past its limit and was killed by us. */
  | { readonly type: 'timeout'; readonly seconds: number }
  /** It wrote more than its limit and was killed by us. */
  | { readonly type: 'output-limit'; readonly seconds: number }
  /** It could not be created or started. */
  | { readonly type: 'not-started'; readonly reason: string }
  /** It is gone, or was killed or removed by another process. */
  | { readonly type: 'vanished'; readonly reason: string; readonly seconds: number }
  /** The engine did not answer, or its answer was broken; nothing is known of the container. */
  | { readonly type: 'engine-failed'; readonly reason: string; readonly seconds: number }
  /** The run was interrupted. */
  | { readonly type: 'cancelled'; readonly seconds: number };

/** A container that exists, ours by its labels. */
export interface StoredContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly running: boolean;
  /**
   * Bytes that it has written; 0 if they were not requested, or if the engine does not report them.
   */
  readonly size: number;
}

/**
 * One engine, ready for use. Calls may be made side by side. No call throws for the outcomes in its
 * type.
 */
export interface Engine {
  readonly description: EngineDescription;
  /** How many calls were tried again since the engine was opened, after it failed or did not answer. */
  retries(): number;
  /** The image of that name or id; undefined if the engine has none. Throws EngineError. */
  image(reference: string): Promise<StoredImage | undefined>;
  /** Every image with the label (`key` or `key=value`). Throws EngineError. */
  images(label: string): Promise<readonly StoredImage[]>;
  /** By id: with all of its names. By name: that name, and the image with its last one. */
  removeImage(id: string): Promise<void>;
  /**
   * Pulls by reference; a registry that does not answer within the limit is `unavailable`, an engine
   * that is lost is `failed`.
   */
  pull(reference: string, options: PullOptions, signal: AbortSignal): Promise<ImageOutcome>;
  /** Pushes the image that has this name, `registry/name:tag`. */
  push(
    reference: string,
    options: { timeoutSeconds: number },
    signal: AbortSignal,
  ): Promise<PushOutcome>;
  /** Gives an image another name; the image keeps those that it has. Throws EngineError. */
  tag(id: string, reference: string): Promise<void>;
  /**
   * Why the registry of an image does not serve it, asked without pulling anything; undefined if it
   * does. Podman cannot be asked, and reports it.
   */
  registryRefusal(
    reference: string,
    seconds: number,
    signal: AbortSignal,
  ): Promise<RegistryRefusal | undefined>;
  build(request: BuildRequest, signal: AbortSignal): Promise<ImageOutcome>;
  import(request: ImportRequest, signal: AbortSignal): Promise<ImageOutcome>;
  /** Creates, starts, reads, waits and removes, whatever happens. */
  run(request: ContainerRequest, signal: AbortSignal): Promise<ContainerOutcome>;
  /**
   * Connects a terminal to a new container until its program ends, and gives its exit status.
   * Throws EngineError.
   */
  interact(request: InteractiveRequest): Promise<number>;
  /**
   * Every container with the label (`key` or `key=value`), running or not. Throws EngineError.
   *
   * @param sizes whether the engine is to count what they have written, which takes it a while
   */
  containers(label: string, sizes?: boolean): Promise<readonly StoredContainer[]>;
  removeContainer(id: string): Promise<void>;
  /**
   * Stops an engine that this program started (the private engine); does nothing for any other
   * engine.
   */
  close(): Promise<void>;
}

/** A request to the engine failed; `message` names the call and the engine's answer. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
