/** The command line of `matrix try`, and the one that does the same again. Pure. */
import type { ScriptOptions } from '../../reproduction/script-options.ts';
import { withoutCredentials } from '../../intake/address.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { Choice } from '../../app/environment-choice.ts';
import type { EngineOptions } from '../../app/with-engine.ts';

type Texts = 'run' | 'matrix' | 'group' | 'fixedSince' | 'results';
type Switches = 'bisect' | 'json' | 'output' | 'color';

export interface TryOptions
  extends
    Choice,
    EngineOptions,
    ScriptOptions,
    Readonly<Partial<Record<Texts, string | undefined>>>,
    Readonly<Partial<Record<Switches, boolean | undefined>>> {
  readonly image?: readonly string[] | undefined;
}

/** Options that change what is measured, in the order of the help. */
const REPEATED = [
  ['--run', 'run'],
  ['--group', 'group'],
  ['--bad', 'bad'],
  ['--good', 'good'],
  ['--skipped', 'skipped'],
  ['--bad-status', 'badStatus'],
  ['--good-status', 'goodStatus'],
  ['--hang', 'hang'],
  ['--stdin', 'stdin'],
  ['--emulation', 'emulation'],
  ['--sure', 'sure'],
  ['--rate', 'rate'],
  ['--runs', 'runs'],
] as const satisfies readonly (readonly [string, keyof TryOptions])[];

/**
 * The command line, as a shell reads it, that tries the same in one row and shows what the runs print.
 * Holds in the same folder.
 *
 * @param program what starts this program, as a shell reads it
 * @param environment a row's id; the image's reference where rows are images
 */
export function triedCommand(
  program: string,
  environment: string,
  what: string | undefined,
  args: readonly string[],
  options: TryOptions,
): string {
  const words = [program, 'try'];
  if (what !== undefined) words.push(shellWord(withoutCredentials(what)));
  if (options.image) words.push('--image', shellWord(environment));
  else words.push('--only', shellWord(environment));
  if (options.matrix !== undefined) words.push('--matrix', shellWord(options.matrix));
  for (const [flag, name] of REPEATED) {
    const given = options[name];
    const values = typeof given === 'string' ? [given] : (given ?? []);
    for (const value of values) words.push(flag, shellWord(value));
  }
  words.push('--output');
  if (args.length > 0) words.push('--', ...args.map(shellWord));
  return words.join(' ');
}
