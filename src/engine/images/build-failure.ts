/** Why a build failed, in few lines. Pure. */
import { shortened } from '../../text/visible-text.ts';

/** Characters of a step's command in a reason; the Dockerfile has the rest. */
const COMMAND_CHARACTERS = 60;

/** What the builders of Docker and Podman print around the output of a step. */
const STEP_BEGINS = /^(?:\[\d+\/\d+\] )?(?:Step|STEP) \d+\/\d+ ?:|^ ?---> Running in /;
const AROUND_STEPS =
  /^(?:Removing intermediate container| ?---> Removed intermediate container|(?:Error: )?(?:error )?building at STEP|The command ')/;

/**
 * The engine's reason with its command cut short, and below it what the failing step itself printed.
 * The engine's text holds the whole command, and its log holds that text again, so that a compiler's
 * error between them was lost where a reason is shortened.
 *
 * @param log the last lines of the build
 */
export function buildFailure(reason: string, log: readonly string[]): string {
  const begin = log.findLastIndex((line) => STEP_BEGINS.test(line));
  const printed = log
    .slice(begin + 1)
    .filter((line) => !AROUND_STEPS.test(line) && !reason.endsWith(line));
  const command = /(?<=The command '|building at STEP ").+(?=' returned|": )/s;
  const short = reason.replace(command, (text) => shortened(text, COMMAND_CHARACTERS));
  return [short, ...printed].join('\n');
}
