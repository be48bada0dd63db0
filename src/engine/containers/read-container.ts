/** A container that is run once for what it writes. */
import type { ContainerOutcome, Engine, UnreadContainer } from '../engine.ts';

/** How a container ended, and what it wrote until then. */
interface ContainerRead {
  readonly outcome: ContainerOutcome;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly output: string;
}

/** Runs a container, and keeps in memory what it writes: `outputBytes` at most. */
export async function readContainer(
  engine: Engine,
  request: UnreadContainer,
  signal: AbortSignal,
): Promise<ContainerRead> {
  const pieces: { readonly stream: 'stdout' | 'stderr'; readonly chunk: Buffer }[] = [];
  const keep = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    pieces.push({ stream, chunk });
  };
  const outcome = await engine.run(
    { ...request, onStdout: keep('stdout'), onStderr: keep('stderr') },
    signal,
  );
  const textOf = (some: typeof pieces) =>
    Buffer.concat(some.map(({ chunk }) => chunk)).toString('utf8');
  return {
    outcome,
    stdout: textOf(pieces.filter(({ stream }) => stream === 'stdout')),
    stderr: textOf(pieces.filter(({ stream }) => stream === 'stderr')),
    output: textOf(pieces),
  };
}

/** What ended a container, in a few words: the engine's reason, a status, or a limit. */
export function endText(outcome: ContainerOutcome): string {
  if ('reason' in outcome) return outcome.reason;
  return outcome.type === 'exited' ? `status ${outcome.status}` : outcome.type;
}
