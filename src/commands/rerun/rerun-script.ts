/** `matrix rerun` of a reproduction that does not use the trial contract: its run.sh, once. */
import type { Engine } from '../../engine/engine.ts';
import { Attempts, type AttemptsRequest } from '../../trial/attempts.ts';
import { EXIT } from '../../cli/exit-status.ts';
import { print } from '../../cli/print.ts';
import { printScriptLine } from '../../cli/script-output.ts';
import { visibleText } from '../../text/visible-text.ts';

/**
 * Runs it as the matrix does, passes on its output as it comes, and explains its verdict.
 *
 * @returns 0 if the bug did not show, 1 if it did, 3 if nothing follows
 */
export async function rerunScript(
  engine: Engine,
  request: AttemptsRequest,
  signal: AbortSignal,
): Promise<number> {
  print(`--- as the matrix runs it: ${['./run.sh', ...request.scenario.args].join(' ')}`);
  const attempts = new Attempts(engine, { ...request, onLine: printScriptLine }, signal);
  const observation = await attempts.next(1).finally(() => attempts.close());
  switch (observation.type) {
    case 'completed':
      print(observation.failures > 0 ? '--- reproduced' : '--- did not reproduce');
      return observation.failures > 0 ? 1 : 0;
    case 'crashed':
    case 'unsupported':
    case 'problem':
      print(
        `--- inconclusive: ${'reason' in observation ? visibleText(observation.reason) : observation.type}`,
      );
      return EXIT.notMeasured;
  }
}
