/** What a command line says of a script's runs, in place of reproduction.yaml. Pure. */
import { secondsOf } from '../matrix/quantities.ts';
import { failed, ok, type Result } from '../result.ts';
import { STDIN_KINDS, type Manifest, type ScriptProtocol } from './manifest.ts';
import { parseOutputPattern, type OutputPattern } from './output-pattern.ts';
import { SCRIPT_RULE } from './plain-manifest.ts';

/** As they were typed. */
export interface ScriptOptions {
  readonly bad?: readonly string[] | undefined;
  readonly good?: readonly string[] | undefined;
  readonly skipped?: readonly string[] | undefined;
  readonly badStatus?: readonly string[] | undefined;
  readonly goodStatus?: readonly string[] | undefined;
  /** A time; a run that takes longer shows the bug. */
  readonly hang?: string | undefined;
  readonly stdin?: string | undefined;
  /** The confidence of a pass, such as `95%`. */
  readonly sure?: string | undefined;
  /** The failure rate that a pass excludes, such as `10%`. */
  readonly rate?: string | undefined;
  /** How many runs without the bug a pass takes. */
  readonly runs?: string | undefined;
}

/** What an option that cannot be read is thrown as, and caught here. */
class OptionError extends Error {}

/** Most runs that one cell may ask for. */
const MOST_RUNS = 1_000_000;

/** Seconds for runs where a command line asks for more of them than by default. */
const BUDGET_SECONDS = 3600;

/** The manifest with everything that the options say; or the sentence that names the option that is wrong. */
export function withScriptOptions(
  manifest: Manifest,
  options: ScriptOptions,
): Result<Manifest, string> {
  const { protocol } = manifest;
  const given = Object.entries(FLAGS).filter(([name]) => options[name as keyof ScriptOptions]);
  if (protocol.type !== 'script') {
    const [first] = given;
    if (first === undefined) return ok(manifest);
    return failed(`${first[1]} is for scripts; this reproduction speaks the trial contract`);
  }
  try {
    const changed: ScriptProtocol = {
      ...protocol,
      reproduced: patterns('bad', options) ?? protocol.reproduced,
      completed: patterns('good', options) ?? protocol.completed,
      skipped: patterns('skipped', options) ?? protocol.skipped,
      badStatus: statuses('badStatus', options) ?? protocol.badStatus,
      goodStatus: statuses('goodStatus', options) ?? protocol.goodStatus,
      hang: options.hang === undefined ? protocol.hang : 'reproduced',
      stdin: stdinOf(options.stdin) ?? protocol.stdin,
    };
    const both = changed.goodStatus.find((status) => changed.badStatus.includes(status));
    if (both !== undefined) {
      return failed(`--good-status and --bad-status cannot both have ${both}`);
    }
    return ok({
      ...manifest,
      protocol: changed,
      verdict: { ...manifest.verdict, ...verdictOf(manifest, options) },
      trial:
        options.hang === undefined
          ? manifest.trial
          : { ...manifest.trial, timeout: timeOf('hang', options.hang) },
    });
  } catch (error) {
    if (error instanceof OptionError) return failed(error.message);
    throw error;
  }
}

const FLAGS = {
  bad: '--bad',
  good: '--good',
  skipped: '--skipped',
  badStatus: '--bad-status',
  goodStatus: '--good-status',
  hang: '--hang',
  stdin: '--stdin',
  sure: '--sure',
  rate: '--rate',
  runs: '--runs',
} as const satisfies Record<keyof ScriptOptions, string>;

function patterns(
  name: 'bad' | 'good' | 'skipped',
  options: ScriptOptions,
): readonly OutputPattern[] | undefined {
  return options[name]?.map((text) => {
    const parsed = parseOutputPattern(text);
    if (!parsed.ok) throw new OptionError(`${FLAGS[name]} '${text}': the pattern ${parsed.error}.`);
    return parsed.value;
  });
}

function statuses(
  name: 'badStatus' | 'goodStatus',
  options: ScriptOptions,
): readonly number[] | undefined {
  return options[name]?.flatMap((text) =>
    text.split(',').flatMap((part) => {
      const [, from = '', to = from] = /^ *(\d{1,3}) *(?:- *(\d{1,3}) *)?$/.exec(part) ?? [];
      const [low, high] = [Number(from), Number(to)];
      if (from === '' || high > 255 || low > high) {
        const wanted = 'an exit status from 0 to 255, a list such as 1,3 or a range such as 1-124';
        throw new OptionError(`${FLAGS[name]} '${text}' is not ${wanted}.`);
      }
      return Array.from({ length: high - low + 1 }, (_, index) => low + index);
    }),
  );
}

function stdinOf(text: string | undefined): ScriptProtocol['stdin'] | undefined {
  if (text === undefined) return undefined;
  const kind = STDIN_KINDS.find((one) => one === text);
  if (kind === undefined) {
    throw new OptionError(`--stdin '${text}' is none of ${STDIN_KINDS.join(', ')}.`);
  }
  return kind;
}

function timeOf(name: 'hang', text: string): number {
  const seconds = secondsOf(text);
  if (seconds === null || seconds <= 0 || seconds > 24 * 3600) {
    throw new OptionError(`${FLAGS[name]} '${text}' is not a time such as 10s or 2m.`);
  }
  return seconds;
}

function shareOf(name: 'sure' | 'rate', text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (!(share > 0 && share < 1)) {
    throw new OptionError(`${FLAGS[name]} '${text}' is not a share such as 95% or 0.95.`);
  }
  return share;
}

function verdictOf(
  { verdict }: Manifest,
  { sure, rate, runs }: ScriptOptions,
): Partial<Manifest['verdict']> {
  if (sure === undefined && rate === undefined && runs === undefined) return {};
  if (rate !== undefined && runs !== undefined) {
    throw new OptionError('--rate and --runs both say how many runs a pass takes. Give one.');
  }
  const confidence =
    sure === undefined ? (verdict.confidence ?? SCRIPT_RULE.confidence) : shareOf('sure', sure);
  const budget = Math.max(verdict.budget ?? SCRIPT_RULE.budgetSeconds, BUDGET_SECONDS);
  if (runs === undefined) {
    return {
      confidence,
      budget,
      ...(rate === undefined ? {} : { maxRate: shareOf('rate', rate) }),
    };
  }
  const count = /^\d{1,7}$/.test(runs) ? Number(runs) : 0;
  if (count < 1 || count > MOST_RUNS) {
    throw new OptionError(`--runs '${runs}' is not a number from 1 to ${MOST_RUNS}.`);
  }
  return { confidence, budget, maxRate: rateExcludedBy(count, confidence) };
}

/**
 * The failure rate that `runs` clean runs exclude, a trifle more than the bound that verdict/bounds.ts
 * computes, so that rounding asks for no run more.
 *
 * @param runs 1 or more
 * @param confidence strictly between 0 and 1
 */
function rateExcludedBy(runs: number, confidence: number): number {
  return -Math.expm1(Math.log1p(-confidence) / runs) * (1 + 1e-12);
}
