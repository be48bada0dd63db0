/** The text around the table in every format: the run, its host, its rule, how to read it. Pure. */
import { SYMPTOMS, VERDICTS, type Symptom, type Verdict } from '../model.ts';
import type { Report, ReportHost } from './schema.ts';
import { boundText, percent, SYMBOLS, SYMPTOM_MARKS, symptomsOf } from './cell-text.ts';
import { isConclusive } from './summary.ts';
import { quantity } from '../text/quantity.ts';
import { leftOutText } from './left-out-text.ts';

type Run = Report['run'];

/** The subject of the report. Scenarios of the user's own reproduction may be about anything. */
export function reportTitle({ scenarios }: Report): string {
  const foreign = scenarios.length > 0 && scenarios.every(({ mutation }) => mutation === undefined);
  return foreign
    ? 'Where the reproduction shows its bug'
    : 'Where starting a child process is unsafe while the environment changes';
}

/** The machines of a run; each of several is described. */
type Machines<K extends 'host' | 'engine'> = Pick<Run, K> & Pick<Run, 'hosts'>;

/** The engine in words: `docker 20.10.24 (API 1.41), started for this run`. */
export function engineText(run: Machines<'engine'>): string {
  return ofEach(run, oneEngineText(run.engine), ({ engine }) => oneEngineText(engine));
}

function oneEngineText(engine: Run['engine']): string {
  const whose = engine.private ? 'started for this run' : 'already running';
  return `${engine.name} ${engine.version} (API ${engine.apiVersion}), ${whose}`;
}

/** The host in words: `kernel 6.1.0-31-amd64, x86_64, 2 CPUs, 7.8 GiB of memory`. */
export function hostText(run: Machines<'host'>): string {
  return ofEach(run, oneHostText(run.host), ({ host }) => oneHostText(host));
}

/** The text of the only one; or the different ones, each with how many rows were measured there. */
function ofEach(
  { hosts = [] }: Pick<Run, 'hosts'>,
  only: string,
  textOf: (host: ReportHost) => string,
): string {
  const rows = new Map<string, number>();
  for (const host of hosts) {
    const text = textOf(host);
    rows.set(text, (rows.get(text) ?? 0) + host.environments.length);
  }
  if (rows.size < 2) return only;
  return [...rows].map(([text, count]) => `${text} (${quantity(count, 'row')})`).join('; ');
}

function oneHostText(host: Run['host']): string {
  const cpus = quantity(host.cpus, 'CPU');
  const memory = (host.memory / 2 ** 30).toFixed(1);
  return `kernel ${host.kernel}, ${host.arch}, ${cpus}, ${memory} GiB of memory`;
}

/**
 * The reproduction (unless it is the matrix's own), the machines, and the images of the run: a
 * sentence each.
 */
export function circumstances(run: Run): readonly string[] {
  return [
    ...(run.source === undefined ? [] : [`Reproduction: ${run.source.text}.`]),
    `Host: ${hostText(run)}.`,
    `Engine: ${engineText(run)}.`,
    ...(run.lock === undefined ? [] : [lockText(run)]),
    ...(run.leftOut === undefined ? [] : [leftOutText(run.leftOut)]),
  ];
}

/** Whether the images were held to a lock; empty for a report without this information. */
export function lockText({ lock }: Pick<Run, 'lock'>): string {
  if (lock === undefined) return '';
  return lock === null
    ? 'Not locked: the run was not held to a lock file.'
    : `Locked: every image holds what matrix.lock.json (sha256 ${lock.sha256.slice(0, 12)}) lists.`;
}

/** The rule that decided the cells, in sentences, and which cells were judged by a weaker bound. */
export function ruleText({ run: { rule, counts }, cells }: Report): string {
  // A little more than the bound is what rounding makes of it.
  const weaker = cells.filter(
    ({ verdict, bound = 0 }) => verdict === 'pass' && bound > rule.maxRate * (1 + 1e-9),
  );
  const weakest = Math.max(...weaker.map(({ bound = 0 }) => bound));
  const exception =
    weaker.length === 0
      ? ''
      : ` ${weaker.length === 1 ? '1 pass has' : `${weaker.length} passes have`} a weaker bound, ` +
        `${boundText(weakest)}, as the matrix allows for those cells.`;
  if (counts === 'runs') {
    return (
      `An environment fails as soon as a run shows the bug. It passes after enough runs without it to ` +
      `exclude a failure rate above ${percent(rule.maxRate, 'up')} with ` +
      `${percent(rule.confidence, 'down')} confidence, and is inconclusive if ` +
      `${rule.budgetSeconds} s of runs did not reach that.${exception}`
    );
  }
  return (
    `A cell fails as soon as a call fails while its control is clean. ` +
    `It passes after enough exposed calls without a failure to bound the failure rate ` +
    `${boundText(rule.maxRate)} with ${percent(rule.confidence, 'down')} confidence, ` +
    `and is inconclusive if ${rule.budgetSeconds} s of trials did not reach that.${exception}`
  );
}

/** The legend for cells of a script. */
const RUNS_LEGEND = {
  pass: '0/n (≤ bound): pass, the bug showed in 0 of n runs; it shows in at most that part of all runs',
  fail: 'k/n (rate): fail, the bug showed in k of n runs',
};

const LEGEND: Readonly<Record<Verdict, string>> = {
  pass: '0/n (≤ bound): pass, did not reproduce in n exposed calls; the failure rate is at most the bound',
  fail: 'k/n (rate): fail, reproduced in k of n exposed calls',
  inconclusive: 'inconclusive: did not reproduce, but the bound that a pass needs was not reached',
  error: 'error: the measurement failed, so the cell is no evidence about the bug',
  skipped: 'skipped: was not tried',
};

/** A symptom of a launcher's calls in words. */
export const SYMPTOM_WORDS: Readonly<Record<Symptom, string>> = {
  'spawn-error': 'the child did not start',
  'damaged-environment': 'the child started with a damaged environment',
  exception:
    'a Python exception, such as KeyError from os.environ.copy(), which a lock in the caller prevents',
  crash: 'the interpreter crashed',
  hang: 'the call did not return',
  reproduced: 'the bug was reproduced',
};

/** Those of a script, which may be in any language. */
const RUNS_SYMPTOM_WORDS: typeof SYMPTOM_WORDS = {
  ...SYMPTOM_WORDS,
  crash: 'the program crashed',
  hang: 'the run took longer than it may',
};

/** The meaning of the letters after a failing cell's symbol, for those in the report. */
function symptomLegend({ cells, run }: Pick<Report, 'cells' | 'run'>): readonly string[] {
  const seen = new Set(
    cells.filter(({ verdict }) => verdict === 'fail').flatMap((cell) => symptomsOf(cell)),
  );
  const words = run.counts === 'runs' ? RUNS_SYMPTOM_WORDS : SYMPTOM_WORDS;
  return SYMPTOMS.filter((symptom) => seen.has(symptom) && SYMPTOM_MARKS[symptom] !== '').map(
    (symptom) => `${SYMBOLS.fail}${SYMPTOM_MARKS[symptom]} ${words[symptom]}`,
  );
}

/** The mechanisms of a report's launchers, if it states them, such as `os.spawnv: fork+exec`. */
export function mechanismLines({ scenarios }: Pick<Report, 'scenarios'>): readonly string[] {
  const lines = scenarios.flatMap(({ launcher, mechanism }) =>
    launcher === undefined || mechanism === undefined ? [] : [`${launcher}: ${mechanism}`],
  );
  return [...new Set(lines)];
}

/** How to read the cells of this report, a line for each verdict and each kind of failure in it. */
export function legend(report: Pick<Report, 'summary' | 'cells' | 'run'>): readonly string[] {
  const { summary, run } = report;
  const words = run.counts === 'runs' ? { ...LEGEND, ...RUNS_LEGEND } : LEGEND;
  const lines = VERDICTS.filter((verdict) => summary[verdict] > 0).flatMap((verdict) => [
    `${SYMBOLS[verdict]} ${words[verdict]}`,
    ...(verdict === 'fail' ? symptomLegend(report) : []),
  ]);
  return summary.unexpected > 0 ? [...lines, '≠ verdict: that verdict was expected'] : lines;
}

/** The verdicts counted: `64 cells: 20 ✓ pass, 40 ✗ fail, …; none unexpected`. Verdicts without a cell are left out. */
export function summaryText(report: Report): string {
  const { summary } = report;
  const counts = (['fail', 'pass', 'inconclusive', 'error', 'skipped'] as const)
    .filter((verdict) => summary[verdict] > 0)
    .map((verdict) => `${summary[verdict]} ${SYMBOLS[verdict]} ${verdict}`);
  const total = quantity(report.cells.length, 'cell');
  const conclusive = report.cells.filter(({ verdict }) => isConclusive(verdict));
  const expected = conclusive.filter((cell) => cell.expected !== null).length;
  const of = expected === conclusive.length ? '' : ` of ${expected} with an expectation`;
  const unexpected =
    expected === 0
      ? 'none has an expectation'
      : `${summary.unexpected === 0 ? 'none' : summary.unexpected} unexpected${of}`;
  return counts.length === 0 ? 'no cells' : `${total}: ${counts.join(', ')}; ${unexpected}`;
}

/** Warnings that belong before any cell: the run's own, and that it was interrupted. */
export function warningTexts(report: Report): readonly string[] {
  // The warnings of a merged report already name its missing parts.
  const interrupted =
    report.run.complete || report.run.merged
      ? []
      : ['The run was interrupted. Cells that it did not reach are skipped.'];
  return [...interrupted, ...report.run.warnings];
}
