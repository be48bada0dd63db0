/** Options of the command line for the verdict on a script, which override its manifest. Pure. */
import { secondsOf } from '../matrix/quantities.ts';
import { failed, ok, type Result } from '../result.ts';
import { listed, quoted } from '../text/names.ts';
import { EMULATION, STDIN_KINDS, type Manifest, type ScriptProtocol } from './manifest.ts';
import { parseOutputPattern } from './output-pattern.ts';
import { LONG_BUDGET_SECONDS, SCRIPT_RULE } from './plain-manifest.ts';
import { parseStatuses, statusConflict } from './statuses.ts';

/** Options as they were given; what is absent leaves the manifest's own. */
export interface ScriptOptions {
  /** Patterns of lines that show the bug. */
  readonly bad?: readonly string[] | undefined;
  /** Patterns of lines that show that a run reached its end. */
  readonly good?: readonly string[] | undefined;
  /** Patterns of lines that mean that nothing can be tested. */
  readonly skipped?: readonly string[] | undefined;
  /** Such as `1,2` or `1-124`. */
  readonly badStatus?: readonly string[] | undefined;
  readonly goodStatus?: readonly string[] | undefined;
  /** Such as `10s`: a run that takes longer hangs, and the hang is the bug. */
  readonly hang?: string | undefined;
  readonly stdin?: string | undefined;
  /** `fine` where passes of emulated rows count. */
  readonly emulation?: string | undefined;
  /** The confidence of a pass: `95%` or `0.95`. */
  readonly sure?: string | undefined;
  /** The failure rate that a pass excludes: `10%` or `0.1`. */
  readonly rate?: string | undefined;
  /** How many clean runs a pass needs. */
  readonly runs?: string | undefined;
}

const PROTOCOL_OPTIONS = [
  ['bad', '--bad'],
  ['good', '--good'],
  ['skipped', '--skipped'],
  ['badStatus', '--bad-status'],
  ['goodStatus', '--good-status'],
  ['hang', '--hang'],
  ['stdin', '--stdin'],
  ['emulation', '--emulation'],
  ['runs', '--runs'],
] as const;

/** The same bounds as `timeout` has in a file. */
const HANG_SECONDS = { least: 1, most: 86_400 };

const MOST_RUNS = 1_000_000;

class Mistake extends Error {}

/**
 * Puts options over a manifest.
 *
 * @returns the manifest that holds for the run; or the first mistake, in a sentence that quotes the
 *   option and what was given
 */
export function withScriptOptions(
  manifest: Manifest,
  options: ScriptOptions,
): Result<Manifest, string> {
  try {
    return ok(applied(manifest, options));
  } catch (error) {
    if (error instanceof Mistake) return failed(error.message);
    throw error;
  }
}

function applied(manifest: Manifest, options: ScriptOptions): Manifest {
  const { protocol } = manifest;
  const given = PROTOCOL_OPTIONS.find(([key]) => options[key] !== undefined);
  if (protocol.type === 'contract' && given) {
    throw new Mistake(
      `${quoted(given[1])} has no effect on a reproduction that uses the trial contract.`,
    );
  }
  const hangSeconds = options.hang === undefined ? undefined : hangOf(options.hang);
  return {
    ...manifest,
    protocol: protocol.type === 'contract' ? protocol : protocolWith(protocol, options),
    verdict: verdictWith(manifest, options),
    trial: hangSeconds === undefined ? manifest.trial : { ...manifest.trial, timeout: hangSeconds },
  };
}

function protocolWith(protocol: ScriptProtocol, options: ScriptOptions): ScriptProtocol {
  const { bad, good, skipped, stdin, emulation } = options;
  const badStatus = statusesOf('--bad-status', options.badStatus) ?? protocol.badStatus;
  const goodStatus = statusesOf('--good-status', options.goodStatus) ?? protocol.goodStatus;
  const conflict = statusConflict(badStatus, goodStatus);
  if (conflict !== null) {
    const [option, given] = options.badStatus
      ? ['--bad-status', options.badStatus]
      : ['--good-status', options.goodStatus ?? []];
    throw new Mistake(`${quoted(`${option} ${given.join(',')}`)}: ${conflict}.`);
  }
  return {
    ...protocol,
    reproduced: parsedAll('--bad', bad, parseOutputPattern) ?? protocol.reproduced,
    completed: parsedAll('--good', good, parseOutputPattern) ?? protocol.completed,
    skipped: parsedAll('--skipped', skipped, parseOutputPattern) ?? protocol.skipped,
    badStatus,
    goodStatus,
    hang: options.hang === undefined ? protocol.hang : 'reproduced',
    stdin: stdin === undefined ? protocol.stdin : oneOf('--stdin', stdin, STDIN_KINDS),
    emulation:
      emulation === undefined ? protocol.emulation : oneOf('--emulation', emulation, EMULATION),
  };
}

/** What each of the texts of an option stands for; undefined where it was not given. */
function parsedAll<Parsed>(
  option: string,
  given: readonly string[] | undefined,
  parse: (text: string) => Result<Parsed, string>,
): readonly Parsed[] | undefined {
  return given?.map((text) => {
    const parsed = parse(text);
    if (!parsed.ok) throw mistake(option, text, parsed.error);
    return parsed.value;
  });
}

function statusesOf(
  option: string,
  given: readonly string[] | undefined,
): readonly number[] | undefined {
  const all = parsedAll(option, given, parseStatuses);
  return all && [...new Set(all.flat())].sort((a, b) => a - b);
}

function hangOf(text: string): number {
  const seconds = secondsOf(text);
  if (seconds === null) throw mistake('--hang', text, 'is not a duration such as `10s` or `2m`');
  if (seconds < HANG_SECONDS.least || seconds > HANG_SECONDS.most) {
    throw mistake('--hang', text, 'is not between 1s and 24h');
  }
  return seconds;
}

function oneOf<Kind extends string>(option: string, text: string, kinds: readonly Kind[]): Kind {
  const found = kinds.find((kind) => kind === text);
  if (found === undefined) throw mistake(option, text, `is none of ${listed(kinds)}`);
  return found;
}

function verdictWith(manifest: Manifest, { sure, rate, runs }: ScriptOptions): Manifest['verdict'] {
  if (sure === undefined && rate === undefined && runs === undefined) return manifest.verdict;
  const verdict = { ...manifest.verdict };
  // Else many runs would be inconclusive before they are made.
  if (manifest.protocol.type === 'script') {
    verdict.budget = Math.max(verdict.budget ?? 0, LONG_BUDGET_SECONDS);
  }
  if (sure !== undefined) {
    verdict.confidence = shareOf('--sure', sure, { such: '`95%`', least: 0.5, most: 0.999999 });
  }
  if (rate !== undefined) {
    if (runs !== undefined) {
      throw new Mistake(
        `${quoted(`--rate ${rate}`)} and ${quoted(`--runs ${runs}`)} both set how many runs a pass needs. Use only one of them.`,
      );
    }
    verdict.maxRate = shareOf('--rate', rate, { such: '`10%`', least: 0.000001, most: 0.5 });
  }
  if (runs !== undefined) {
    verdict.maxRate = rateExcludedBy(runsOf(runs), verdict.confidence ?? SCRIPT_RULE.confidence);
  }
  return verdict;
}

/**
 * The rate that `runs` clean runs exclude, so that a pass needs just as many: the same digits as
 * `upperBoundWithoutFailure` of verdict/bounds.ts, which a folder of this layer cannot import.
 */
function rateExcludedBy(runs: number, confidence: number): number {
  return -Math.expm1(Math.log1p(-confidence) / runs);
}

function runsOf(text: string): number {
  const runs = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (runs < 1 || runs > MOST_RUNS) {
    throw mistake('--runs', text, `is not a whole number from 1 to ${MOST_RUNS}`);
  }
  return runs;
}

function shareOf(
  option: string,
  text: string,
  { such, least, most }: { such: string; least: number; most: number },
): number {
  const match = /^(\d{1,3}(?:\.\d{1,9})?|\.\d{1,9})(%?)$/.exec(text);
  // Read as an exponent, since 99.9 / 100 is not the nearest number to 0.999.
  const share = match ? Number(`${match[1] ?? ''}${match[2] === '%' ? 'e-2' : ''}`) : NaN;
  if (Number.isNaN(share)) throw mistake(option, text, `is not a share such as ${such}`);
  if (share < least || share > most) {
    throw mistake(option, text, `is not between ${exactPercent(least)} and ${exactPercent(most)}`);
  }
  return share;
}

function exactPercent(share: number): string {
  return `${Number((share * 100).toPrecision(9))}%`;
}

function mistake(option: string, given: string, problem: string): Mistake {
  return new Mistake(`${quoted(`${option} ${given}`)} ${problem}.`);
}
