/** Whether an engine enforces its limits, tested from inside a container of an existing image. */
import { readFile } from 'node:fs/promises';
import { z } from '../zod.ts';
import { endText, readContainer } from '../engine/containers/read-container.ts';
import type { Engine } from '../engine/engine.ts';
import { visibleLine } from '../text/visible-text.ts';
import { containerLabels } from './naming.ts';

type SandboxCheck =
  | {
      readonly type: 'checked';
      /** The things that the engine does not limit or refuse, in a word each. */
      readonly wrong: readonly string[];
      /** The needs of a trial that are not met there, in a sentence each. */
      readonly trouble: readonly string[];
    }
  | { readonly type: 'failed'; readonly reason: string };

const words = z.array(z.string().max(1000)).max(100);
const answerSchema = z.strictObject({ wrong: words, trouble: words });

const program = await readFile(new URL('sandbox-check.py', import.meta.url), 'utf8');

/** The limits of the container: low, so that they are reached at once. */
const LIMITS = { memoryBytes: 96 * 1024 * 1024, pids: 24 } as const;
const SECONDS = 8;

function failed(reason: string): SandboxCheck {
  return { type: 'failed', reason };
}

/** @param command the interpreter of the image, as matrix.yaml names it */
export async function checkSandbox(
  engine: Engine,
  image: string,
  command: string,
  signal: AbortSignal,
): Promise<SandboxCheck> {
  const python = (code: string, ...args: readonly string[]) =>
    readContainer(
      engine,
      {
        image,
        command: [command, '-c', code, ...args],
        labels: containerLabels(),
        ...LIMITS,
        timeoutSeconds: SECONDS,
        outputBytes: 64 * 1024,
      },
      signal,
    );
  const { outcome, stdout, stderr } = await python(
    program,
    String(LIMITS.memoryBytes),
    String(LIMITS.pids),
  );
  if (outcome.type !== 'exited' || outcome.status !== 0) {
    const lastLine = stderr.trim().split('\n').at(-1) ?? '';
    return failed(`a small test container failed: ${endText(outcome)} ${visibleLine(lastLine)}`);
  }
  let answer: z.output<typeof answerSchema>;
  try {
    answer = answerSchema.parse(JSON.parse(stdout));
  } catch (error) {
    return failed(`its answer cannot be read: ${String(error).slice(0, 200)}`);
  }
  // A limit in a file does not prove that a program is stopped at it.
  const eats = await python('x = b"x" * (512 * 1024 * 1024); print(len(x))');
  // An engine that loses the flag of its memory limit only reports a kill.
  if (!['exited', 'out-of-memory', 'vanished'].includes(eats.outcome.type)) {
    return failed(`a test container that takes memory failed: ${endText(eats.outcome)}`);
  }
  const ate = eats.outcome.type === 'exited' && eats.outcome.status === 0;
  const { wrong, trouble } = answer;
  const all = ate ? [...wrong, 'memory, of a program that takes it'] : wrong;
  return { type: 'checked', wrong: all, trouble };
}
