/** An engine in memory for tests of a run: it remembers what it was asked and answers by script. */
import { buffer } from 'node:stream/consumers';
import type {
  BuildRequest,
  ContainerOutcome,
  ContainerRequest,
  Engine,
  ImageOutcome,
  StoredImage,
} from '../../src/engine/engine.ts';
import type { Mutation } from '../../src/model.ts';

export interface Script {
  /** How a pull ends; unavailable if absent. */
  readonly pull?: (reference: string) => ImageOutcome | undefined;
  /** How a build ends, by the image's name; `done` where it gives nothing. */
  readonly build?: (name: string) => ImageOutcome | undefined;
  /** The output and the end of a trial; a complete trial without failures if absent. */
  readonly trial?: (
    request: TrialAsked,
  ) => { output: string; outcome?: ContainerOutcome } | undefined;
  readonly cpus?: number;
  /** Put into the images' ids, so that those of two engines are others. */
  readonly imageIds?: string;
  /** The probe's report about strace; by default, that it works. */
  readonly untraceable?: string;
  /** The output of run.sh for a mutation; by default, a failing execve without a count. */
  readonly traced?: (mutation: Mutation) => string;
  /** The architecture that the probe sees; the host's if absent. */
  readonly arch?: string;
}

export interface TrialAsked {
  readonly image: string;
  readonly mutation: Mutation;
  readonly calls: number;
  readonly cpuset: string | undefined;
}

export interface ScriptedEngine extends Engine {
  readonly builds: string[];
  readonly trials: TrialAsked[];
  /** Containers and builds in progress. */
  readonly busy: { trials: number; builds: number };
}

export const FACTS = {
  python: { implementation: 'CPython', version: '3.11.2', build: '3.11.2 [GCC 12.2.0]' },
  libc: { name: 'glibc', version: '2.36', package: 'libc6 2.36-9' },
  distro: { id: 'debian', version: '12' },
  shell: '/usr/bin/dash (dash 0.5.12-2)',
  arch: 'x86_64',
  platform: { name: 'linux/amd64', pointerBits: 64, byteOrder: 'little', pageSize: 4096 },
} as const;

/** The lines of a whole trial. */
export function trialOutput(mutation: Mutation, exposed: number, failures = 0): string {
  const lines: object[] = [
    {
      type: 'start',
      contract: 1,
      python: '3.11.2',
      implementation: 'CPython',
      mutation,
      launcher: 'os.system',
      threads: 8,
      cpus: 2,
    },
  ];
  if (failures > 0) {
    lines.push({ type: 'failure', call: 1, symptom: 'spawn-error', status: 32512, seconds: 0.01 });
  }
  lines.push({
    type: 'summary',
    calls: exposed,
    exposed,
    failures: failures > 0 ? { 'spawn-error': failures } : {},
    mutations: 1000,
    seconds: 2,
    firstFailureSeconds: failures > 0 ? 0.01 : null,
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function scriptedEngine(script: Script): ScriptedEngine {
  const images = new Map<string, StoredImage>();
  const builds: string[] = [];
  const trials: TrialAsked[] = [];
  const busy = { trials: 0, builds: 0 };

  const store = (tag: string, labels: Readonly<Record<string, string>>): StoredImage => {
    const image = {
      id: `sha256:${script.imageIds ?? ''}${tag}`,
      tags: [tag],
      labels,
      size: 1,
      digests: [],
    };
    images.set(tag, image);
    return image;
  };

  const build = async (request: BuildRequest, signal: AbortSignal): Promise<ImageOutcome> => {
    await buffer(request.context);
    if (signal.aborted) return { type: 'cancelled' };
    const name = request.labels['org.race-matrix.name'] ?? request.tag;
    builds.push(name);
    busy.builds += 1;
    await new Promise((resolve) => setImmediate(resolve));
    busy.builds -= 1;
    const outcome = script.build?.(name);
    return outcome ?? { type: 'done', image: store(request.tag, request.labels) };
  };

  const run = async (request: ContainerRequest, signal: AbortSignal): Promise<ContainerOutcome> => {
    if (signal.aborted) return { type: 'cancelled', seconds: 0 };
    const exited: ContainerOutcome = { type: 'exited', status: 0, seconds: 2.1 };
    if (request.command[1] === '-c') {
      request.onStdout(
        Buffer.from(
          JSON.stringify({
            facts: { ...FACTS, arch: script.arch ?? FACTS.arch },
            executable: '/usr/bin/python3',
            untraceable: script.untraceable ?? null,
          }),
        ),
      );
      return exited;
    }
    if (request.command[0] === './run.sh') {
      const mutation = request.command[request.command.indexOf('--mutation') + 1] as Mutation;
      const traced =
        script.traced?.(mutation) ??
        '[pid 7] execve("/bin/sh", ["sh"], 0x1) = -1 EFAULT (Bad address)\n';
      request.onStdout(Buffer.from(traced));
      return { ...exited, status: 1 };
    }
    const argument = (name: string) => request.command[request.command.indexOf(name) + 1] ?? '';
    const asked: TrialAsked = {
      image: request.image,
      mutation: argument('--mutation') as Mutation,
      calls: Number(argument('--calls')),
      cpuset: request.cpuset,
    };
    trials.push(asked);
    busy.trials += 1;
    await new Promise((resolve) => setImmediate(resolve));
    busy.trials -= 1;
    const answer = script.trial?.(asked) ?? { output: trialOutput(asked.mutation, asked.calls) };
    request.onStdout(Buffer.from(answer.output));
    return answer.outcome ?? exited;
  };

  return {
    builds,
    trials,
    busy,
    description: {
      name: 'scripted',
      version: '1',
      apiVersion: '1.41',
      endpoint: 'memory',
      private: false,
      host: { kernel: '6.1', arch: 'x86_64', cpus: script.cpus ?? 2, memory: 1 << 30 },
    },
    image: (reference) => Promise.resolve(images.get(reference)),
    images: () => Promise.resolve([...images.values()]),
    removeImage: (id) => {
      images.delete(id);
      return Promise.resolve();
    },
    pull: (reference) => {
      const outcome = script.pull?.(reference);
      return Promise.resolve(outcome ?? { type: 'done', image: store(reference, {}) });
    },
    push: () => Promise.resolve({ type: 'failed', reason: 'not in this test' }),
    tag: (id, reference) => {
      const image = [...images.values()].find((one) => one.id === id);
      if (image) images.set(reference, image);
      return Promise.resolve();
    },
    build,
    import: ({ archive }) => {
      archive.destroy();
      return Promise.resolve({ type: 'failed', reason: 'not in this test', log: [] });
    },
    run,
    retries: () => 0,
    registryRefusal: () => Promise.resolve({ reason: 'not in this test', isLost: false }),
    interact: () => Promise.reject(new Error('not in this test')),
    containers: () => Promise.resolve([]),
    removeContainer: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
