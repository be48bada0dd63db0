/** Which ways of starting a child were safe against which change of the environment. Pure. */
import { groupBy } from '../group-by.ts';
import { MUTATIONS, type Mutation, type Verdict } from '../model.ts';
import type { Report } from '../report/schema.ts';
import { SYMBOLS } from '../report/cell-text.ts';
import { builtAgainstText, libcText, pythonText } from '../report/facts-text.ts';
import { gridOf, type GridRow } from '../report/grid.ts';
import { listInWords, shortList } from '../text/list-text.ts';
import { quantity } from '../text/quantity.ts';
import { isControl } from './control.ts';
import { allRows, rulePhrase } from './rule-text.ts';
import { analyseScenarios } from './scenario-analysis.ts';

/**
 * The results of one scenario over all environments; lists hold environment ids in order of rows.
 */
export interface Advice {
  readonly scenario: string;
  /** The launcher, or the scenario's own id where it has none. */
  readonly launcher: string;
  /** Undefined for a scenario that is not about the environment. */
  readonly mutation: Mutation | undefined;
  readonly safe: readonly string[];
  readonly unsafe: readonly string[];
  /** Inconclusive, errors and missing cells. */
  readonly undecided: readonly string[];
  /** Where it was skipped, such as because that Python has no such launcher. */
  readonly skipped: readonly string[];
  /** The rule of the unsafe ones, such as `on musl`; undefined if none separates them from the safe ones. */
  readonly where: string | undefined;
  readonly standing: Standing;
}

/** The results of one launcher, in a sentence to paste. */
export interface LauncherAdvice {
  readonly launcher: string;
  /** Safe against everything that was tried, and tried against something. */
  readonly isSafe: boolean;
  readonly text: string;
}

/**
 * - `safe`: passed wherever it was tried, and was tried somewhere.
 * - `unsafe`: failed somewhere.
 * - `unknown`: failed nowhere, but was not decided everywhere that it was tried.
 * - `untried`: was skipped everywhere.
 */
export type Standing = 'safe' | 'unsafe' | 'unknown' | 'untried';

/**
 * The results of each scenario in the measured environments, without controls. Safe means that
 * nothing failed within each cell's own bound, in these environments only.
 *
 * @param includes which environments the question is about; all if absent
 */
export function adviceOf(
  report: Pick<Report, 'environments' | 'scenarios' | 'cells'>,
  includes: (environment: string) => boolean = () => true,
): readonly Advice[] {
  const { scenarios } = report;
  const environments = report.environments.filter(({ id }) => includes(id));
  const cells = report.cells.filter(({ environment }) => includes(environment));
  const { rows } = gridOf({ environments, scenarios, cells });
  const analyses = analyseScenarios({ environments, scenarios, cells });
  return scenarios.flatMap((scenario, x) => {
    if (isControl(scenario)) return [];
    const lists = listsOf(rows, x);
    const { outcome, points = [] } = analyses[x] ?? {};
    return {
      scenario: scenario.id,
      launcher: scenario.launcher ?? scenario.id,
      mutation: scenario.mutation,
      ...lists,
      where: outcome?.type === 'separated' ? rulePhrase(outcome.rules[0], points) : undefined,
      standing: standingOf(lists),
    };
  });
}

type List = 'safe' | 'unsafe' | 'undecided' | 'skipped';

const LISTS: Readonly<Record<Verdict, List>> = {
  pass: 'safe',
  fail: 'unsafe',
  inconclusive: 'undecided',
  error: 'undecided',
  skipped: 'skipped',
};

/** The environments of one column by what was seen there. */
function listsOf(rows: readonly GridRow[], column: number): Readonly<Record<List, string[]>> {
  const lists: Record<List, string[]> = { safe: [], unsafe: [], undecided: [], skipped: [] };
  for (const { environment, cells } of rows) {
    const verdict = cells[column]?.verdict;
    lists[verdict === undefined ? 'undecided' : LISTS[verdict]].push(environment.id);
  }
  return lists;
}

function standingOf({
  safe,
  unsafe,
  undecided,
}: Pick<Advice, 'safe' | 'unsafe' | 'undecided'>): Standing {
  if (unsafe.length > 0) return 'unsafe';
  if (undecided.length > 0) return 'unknown';
  return safe.length > 0 ? 'safe' : 'untried';
}

/**
 * Whether a table of launchers against mutations adds something to the grid of cells. With a single
 * launcher, or with scenarios that are not about the environment, it would repeat the grid.
 */
export function isWorthATable(advice: readonly Advice[]): boolean {
  const launchers = new Set(advice.map(({ launcher }) => launcher));
  return launchers.size > 1 && advice.some(({ mutation }) => mutation !== undefined);
}

/** A row of the table of advice: a launcher and what is known of it against each mutation. */
export interface AdviceRow {
  readonly launcher: string;
  /** In the order of the columns; undefined if that pair is no scenario of the report. */
  readonly cells: readonly (Advice | undefined)[];
}

/** Launchers as rows and mutations as columns, those with the fewest unsafe environments first. */
export function adviceTable(advice: readonly Advice[]): {
  readonly columns: readonly string[];
  readonly rows: readonly AdviceRow[];
} {
  const mutations = MUTATIONS.filter((name) => advice.some(({ mutation }) => mutation === name));
  const others = advice.some(({ mutation }) => mutation === undefined);
  const columns = [...mutations, ...(others ? [undefined] : [])];
  const launchers = [...new Set(advice.map(({ launcher }) => launcher))];
  const rows = launchers.map((launcher) => {
    const own = advice.filter((one) => one.launcher === launcher);
    return {
      launcher,
      cells: columns.map((column) => own.find(({ mutation }) => mutation === column)),
      worst: own.reduce((sum, { unsafe }) => sum + unsafe.length, 0),
      unknown: own.reduce((sum, { undecided }) => sum + undecided.length, 0),
    };
  });
  rows.sort((a, b) => a.worst - b.worst || a.unknown - b.unknown);
  return {
    columns: columns.map((column) => column ?? 'any'),
    rows: rows.map(({ launcher, cells }) => ({ launcher, cells })),
  };
}

/** A cell of that table: `✓ 16 of 16 safe`, `✗ 5 of 16 fail`, `? 2 of 16 without verdict`, `– not tried`. */
export function adviceText(advice: Advice | undefined): string {
  if (!advice || advice.standing === 'untried') return `${SYMBOLS.skipped} not tried`;
  const { safe, unsafe, undecided, standing } = advice;
  const tried = triedIn(advice);
  switch (standing) {
    case 'safe':
      return `${SYMBOLS.pass} ${safe.length} of ${tried} safe`;
    case 'unsafe':
      return `${SYMBOLS.fail} ${unsafe.length} of ${tried} fail`;
    case 'unknown':
      return `${SYMBOLS.inconclusive} ${undecided.length} of ${tried} without verdict`;
  }
}

/** The text before the table, in every format. */
const CAUTION =
  'The number of environments in which each launcher was safe, for each change of the environment. ' +
  'The safest launcher comes first. Other environments may differ.';

/** PlaceNames named in a sentence for one change of the environment. */
const MOST_PLACES = 3;

/**
 * The advice around its table: its subject, a sentence for each launcher, the safest first, and
 * what to do.
 *
 * @param environments those that the advice is about
 */
export function adviceInWords(
  advice: readonly Advice[],
  environments: Report['environments'],
): {
  readonly caution: string;
  readonly launchers: readonly LauncherAdvice[];
  readonly recommendation: string;
} {
  const launchers = launcherAdvice(advice, environments);
  return { caution: CAUTION, launchers, recommendation: recommendation(launchers, advice) };
}

/** The changes against which each launcher was safe or unsafe, with the places. */
function launcherAdvice(
  advice: readonly Advice[],
  environments: Report['environments'],
): readonly LauncherAdvice[] {
  const places = new Map(
    environments.map((environment) => [environment.id, placeName(environment)]),
  );
  return adviceTable(advice).rows.map(({ launcher, cells }) => {
    const own = cells.filter((cell) => cell !== undefined);
    const standing = (wanted: Standing) => own.filter((cell) => cell.standing === wanted);
    const [safe, unsafe, unknown] = [standing('safe'), standing('unsafe'), standing('unknown')];
    const parts = [
      safe.length === 0
        ? ''
        : `safe against ${listInWords(safe.map(changeOf))} in ${quantity(Math.min(...safe.map(triedIn)), 'environment')}`,
      ...changesBy(unsafe, (cell) => unsafeText(cell, places)).map(
        ([where, changes]) => `not safe against ${changes} ${where}`,
      ),
      ...changesBy(unknown, (cell) => undecidedText(cell, places)).map(
        ([where, changes]) => `no verdict against ${changes} ${where}`,
      ),
    ].filter((part) => part !== '');
    const isSafe = safe.length > 0 && unsafe.length === 0 && unknown.length === 0;
    return {
      launcher,
      isSafe,
      text: parts.length === 0 ? 'not tried.' : `${parts.join('; ')}.`,
    };
  });
}

/** `CPython 3.13.5 on glibc 2.41, built against glibc 2.31`; the id of a row that is not known. */
function placeName(environment: Report['environments'][number]): string {
  const { python, libc, id } = environment;
  if (!python || !libc) return id;
  const against = builtAgainstText(environment);
  const built = against === undefined ? '' : ` (built against ${against})`;
  return `${pythonText(environment)}${built} on ${libcText(environment)}`;
}

/** The mutation, or the scenario where it is about something else. */
function changeOf({ mutation, scenario }: Advice): string {
  return mutation ?? scenario;
}

function triedIn({ safe, unsafe, undecided }: Advice): number {
  return safe.length + unsafe.length + undecided.length;
}

/** Changes with the same text, in one list: `delete and churn`. */
function changesBy(
  cells: readonly Advice[],
  textOf: (cell: Advice) => string,
): (readonly [text: string, changes: string])[] {
  return [...groupBy(cells, textOf)].map(([text, own]) => [text, listInWords(own.map(changeOf))]);
}

type PlaceNames = ReadonlyMap<string, string>;

/** `in all 4 environments`, `on musl (2 of 4)`; without a rule as {@link namedText}. */
function unsafeText(cell: Advice, places: PlaceNames): string {
  const tried = triedIn(cell);
  const { unsafe, where } = cell;
  if (unsafe.length === tried) return `in ${allRows(tried)}`;
  if (where !== undefined) return `${where} (${unsafe.length} of ${tried})`;
  return namedText(unsafe, tried, places);
}

function undecidedText(cell: Advice, places: PlaceNames): string {
  const { undecided, safe } = cell;
  const where = namedText(undecided, triedIn(cell), places);
  return safe.length === 0 ? where : `${where}, safe in the others`;
}

/** `in 2 of 4 (CPython 3.9.2 on glibc 2.31, …)`. */
function namedText(ids: readonly string[], tried: number, places: PlaceNames): string {
  const names = [...new Set(ids.map((id) => places.get(id) ?? id))];
  return `in ${ids.length} of ${tried} (${shortList(names, MOST_PLACES)})`;
}

/** Advice in words to paste into a bug report. */
function recommendation(launchers: readonly LauncherAdvice[], advice: readonly Advice[]): string {
  const safe = launchers.filter(({ isSafe }) => isSafe).map(({ launcher }) => launcher);
  const of = (launcher: string) => advice.filter((one) => one.launcher === launcher);
  const lock = 'one lock around every change of os.environ and every start of a child';
  if (safe.length === 0) {
    const measured = new Set(advice.flatMap((one) => [...one.safe, ...one.unsafe])).size;
    const failed = launchers.every(({ launcher }) =>
      of(launcher).some(({ standing }) => standing === 'unsafe'),
    );
    return (
      `No launcher was ${failed ? 'safe' : 'shown to be safe'} against every change that was tried in ` +
      `${quantity(measured, 'measured environment')}. Change the environment before other threads start, ` +
      `or hold ${lock}.`
    );
  }
  const counts = safe.flatMap((launcher) =>
    of(launcher).flatMap((one) => (one.standing === 'safe' ? [one.safe.length] : [])),
  );
  const least = Math.min(...counts);
  const measured = `${least === Math.max(...counts) ? '' : 'at least '}${quantity(least, 'measured environment')}`;
  return (
    `Hold ${lock}, or use a launcher that was safe against every change that was tried in ${measured}: ` +
    `${safe.join(', ')}.`
  );
}
