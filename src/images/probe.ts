/** An image's own facts, measured by a program that is run inside it. */
import { readFile } from 'node:fs/promises';
import { z } from '../zod.ts';
import { endText, readContainer } from '../engine/containers/read-container.ts';
import type { ContainerLimits, Engine } from '../engine/engine.ts';
import type { ArchiveFacts, EnvironmentFacts, Malloc } from '../model.ts';
import { LABELS } from './naming.ts';

type ProbeOutcome =
  | {
      readonly type: 'facts';
      readonly facts: EnvironmentFacts;
      /** The archives of the package lists in the image; empty if it keeps no lists. */
      readonly archives: readonly ArchiveFacts[];
      /** The interpreter's path in the image. */
      readonly executable: string;
      /** Why strace does not work in the image, so that a failure would have no evidence; or null. */
      readonly untraceable: string | null;
    }
  /** The interpreter does not start, lacks its standard library, or something is not as it must be. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'cancelled' };

const text = z.string().min(1).max(500);
const answerSchema = z.strictObject({
  archives: z
    .array(
      z.strictObject({ address: text, suite: text, day: z.string().regex(/^\d{4}-\d\d-\d\d$/) }),
    )
    .default([]),
  facts: z.strictObject({
    python: z.strictObject({
      implementation: text,
      version: text,
      build: text,
      builtAgainst: z
        .strictObject({
          name: text,
          version: text.optional(),
          atLeast: text.optional(),
          below: text.optional(),
        })
        .exactOptional(),
      gil: z.boolean().exactOptional(),
      subprocess: z
        .strictObject({
          posixSpawn: z.boolean(),
          vfork: z.boolean(),
          closeFrom: z.boolean(),
        })
        .exactOptional(),
    }),
    libc: z.strictObject({ name: z.enum(['glibc', 'musl']), version: text, package: text }),
    distro: z.strictObject({ id: text, version: text }),
    shell: text,
    arch: text,
    platform: z.strictObject({
      name: text,
      pointerBits: z.int().positive(),
      byteOrder: z.enum(['little', 'big']),
      pageSize: z.int().positive(),
    }),
  }),
  executable: text,
  untraceable: text.nullable(),
});

const program = await readFile(new URL('probe.py', import.meta.url), 'utf8');

/**
 * Runs the probe with the environment's own interpreter.
 *
 * @param command the interpreter, as matrix.yaml names it
 * @param malloc the allocator that it is to have; another one is `failed`
 * @param limits what every container of this run gets
 */
export async function probe(
  engine: Engine,
  image: string,
  command: string,
  malloc: Malloc,
  limits: ContainerLimits,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { outcome, stdout, stderr } = await readContainer(
    engine,
    {
      ...limits,
      labels: { ...limits.labels, [LABELS.name]: 'probe' },
      image,
      command: [command, '-c', program, malloc],
      timeoutSeconds: 60,
      outputBytes: 64 * 1024,
    },
    signal,
  );
  if (outcome.type === 'cancelled') return { type: 'cancelled' };
  const failed = (reason: string): ProbeOutcome => ({ type: 'failed', reason });
  if (outcome.type !== 'exited') {
    return failed(`the probe of the image did not end: ${endText(outcome)}`);
  }
  if (outcome.status !== 0) {
    const output = stderr.trim().split('\n').slice(-5).join('\n');
    return failed(`the probe of the image failed (${outcome.status}): ${output}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    return failed(`the probe wrote no JSON: ${stdout.slice(0, 200)}`);
  }
  const parsed = answerSchema.safeParse(value);
  return parsed.success
    ? { type: 'facts', ...parsed.data }
    : failed(`the probe's answer is not complete: ${z.prettifyError(parsed.error)}`);
}
