/** The findings of a report: sentences computed from its cells. Pure. */
import { groupBy } from '../group-by.ts';
import type { Finding, Report } from '../report/schema.ts';
import { asSentence } from '../text/as-sentence.ts';
import { quantity } from '../text/quantity.ts';
import { isControl } from './control.ts';
import { COMPARISONS, FACTS, type Fact } from './rules/facts.ts';
import { nextRow, type MatrixRow } from './next-row.ts';
import { platformDifference } from './platform-twins.ts';
import { findRateDifference } from './rates.ts';
import { meets, type Condition, type Rule } from './rules/rule.ts';
import { allRows, gapsText, namedIds, namedRows, rulePhrase, shortRuleText } from './rule-text.ts';
import {
  analyseScenarios,
  type Measured,
  type RatedPoint,
  type ScenarioAnalysis,
} from './scenario-analysis.ts';

/**
 * States for each scenario where it fails and where it passes, by the simplest rule over measured
 * facts. Also states every other rule that is as simple, the row of the matrix that would separate
 * them, gaps at the rule's edges, effects of the platform, and rates that differ by a fact.
 *
 * A control has a finding only where it failed. A scenario without a pass or a fail has none.
 *
 * @param matrix the rows that could be measured as well, in the order of preference
 */
export function computeFindings(report: Measured, matrix: readonly MatrixRow[] = []): Finding[] {
  const analyses = analyseScenarios(report);
  return analyses.flatMap((analysis) => {
    const texts = isControl(analysis.scenario)
      ? controlTexts(analysis)
      : [
          scenarioText(analysis, matrix),
          platformDifference(analysis.points),
          rateDifferenceText(analysis, matrix),
          symptomText(analysis),
          yardstickText(analysis, analyses),
        ];
    return texts
      .filter((text) => text !== '')
      .map((text) => ({ scenario: analysis.scenario.id, text }));
  });
}

/**
 * Where a scenario fails and where it passes, in one sentence.
 *
 * @returns an empty text if no row has a verdict of pass or fail
 */
export function ruleSentence(analysis: ScenarioAnalysis): string {
  return outcomeTexts(analysis, [])[0] ?? '';
}

/** As {@link ruleSentence}, but the same after a patch release of Python that changed no verdict. */
export function ruleKey(analysis: ScenarioAnalysis): string {
  return outcomeTexts(analysis, [], [])[0] ?? '';
}

function controlTexts({ points }: ScenarioAnalysis): string[] {
  const failing = points.filter(({ fails }) => fails);
  if (failing.length === 0) return [];
  return [
    `This control failed in ${namedRows(failing)}: the scenarios that it controls mean nothing there.`,
  ];
}

/** The verb of a failing scenario: a change of the environment is unsafe, any other bug shows. */
function verbs({ mutation }: Report['scenarios'][number]): readonly [string, string] {
  return mutation === undefined ? ['Fails', 'passes'] : ['Unsafe', 'safe'];
}

function scenarioText(analysis: ScenarioAnalysis, matrix: readonly MatrixRow[]): string {
  const sentences = outcomeTexts(analysis, matrix);
  if (sentences.length === 0) return '';
  const { undecided, unknown } = analysis;
  // By name, since a range that is open on a side may hold some of them.
  const unmeasured = undecided.length === 0 ? [] : [`No verdict in ${namedIds(undecided)}.`];
  const unplaced =
    unknown.length === 0 ? [] : [`Left out, since its facts are unknown: ${namedIds(unknown)}.`];
  return [...sentences, ...unmeasured, ...unplaced].join(' ');
}

function rateDifferenceText(analysis: ScenarioAnalysis, matrix: readonly MatrixRow[]): string {
  const difference = findRateDifference(analysis);
  if (!difference) return '';
  const { text, rules, rated } = difference;
  return [text, ...confusionTexts(rules, analysis.points, matrix, rated)].join(' ');
}

/** @param edges the rows that limit the ranges of a rule; without any, a range is as coarse as in the search */
function outcomeTexts(
  { scenario, points, outcome }: ScenarioAnalysis,
  matrix: readonly MatrixRow[],
  edges: readonly RatedPoint[] = points,
): string[] {
  const [fails, passes] = verbs(scenario);
  switch (outcome.type) {
    case 'unmeasured':
      return [];
    case 'everywhere':
      return [`${fails} in ${allRows(points.length)} measured: ${rangesText(points)}.`];
    case 'nowhere':
      return [
        `Did not fail in ${allRows(points.length, 'any of the')} measured: ${rangesText(points)}.`,
      ];
    case 'separated': {
      const { rules, passing } = outcome;
      const [rule] = rules;
      const gaps = gapsText(rule, points);
      const others = points.filter((point) => !point.fails).length;
      const elsewhere = passing
        ? rulePhrase(passing, edges)
        : `in ${others === 1 ? 'the other environment' : `the other ${others} environments`}`;
      return [
        `${fails} ${rulePhrase(rule, edges)}; ${passes} ${elsewhere}.`,
        ...(gaps === '' ? [] : [`Not measured: ${gaps}.`]),
        ...confusionTexts(rules, points, matrix),
      ];
    }
    case 'mixed': {
      const failing = points.filter((point) => point.fails);
      const { closest, exceptions, alike } = outcome;
      const [wrong, missed] = [
        exceptions.filter((point) => !point.fails),
        exceptions.filter((point) => point.fails),
      ];
      const exceptionTexts = [
        ...(wrong.length === 0 ? [] : [`passes in ${namedRows(wrong)}`]),
        ...(missed.length === 0 ? [] : [`fails in ${namedRows(missed)}`]),
      ];
      const common = commonTexts(points);
      return [
        `${fails} in ${failing.length} of ${points.length} environments, by no simple rule.`,
        closest.length === 0
          ? `It fails in ${namedRows(failing)}.`
          : `The closest is ${rulePhrase(closest, edges)}; its exceptions: ${exceptionTexts.join('; ')}.`,
        common.length === 0 ? '' : `Common to all failing rows: ${common.join(', ')}.`,
        alike === undefined
          ? ''
          : `All facts of ${alike[0].id}, which fails, and of ${alike[1].id}, which passes, are the same.`,
      ].filter((text) => text !== '');
    }
  }
}

/** Rules that these rows cannot distinguish, and the row that would. */
function confusionTexts(
  rules: readonly Rule[],
  points: readonly RatedPoint[],
  matrix: readonly MatrixRow[],
  edges: readonly RatedPoint[] = points,
): string[] {
  if (rules.length < 2) return [];
  const row = nextRow(rules, points, matrix);
  const texts = rules.slice(1).map((rule) => rulePhrase(rule, edges));
  const effect = texts.length === 1 ? 'tell them apart' : 'exclude some of them';
  const would = row === undefined ? '' : ` \`${row.command}\` would ${effect}.`;
  const fit =
    texts.length === 1
      ? `another rule as well: ${texts[0] ?? ''}`
      : `${texts.length} other rules as well: ${texts.map((text, index) => `(${index + 1}) ${text}`).join('; ')}`;
  return [`These rows fit ${fit}.${would}`];
}

/** `glibc 2.31 to 2.44, musl 1.2.2 to 1.2.6; CPython 2.7 to 3.15, PyPy 3.7 to 3.11`. */
function rangesText(points: readonly RatedPoint[]): string {
  return (['libc', 'python'] as const).map((fact) => rangesOf(fact, points).join(', ')).join('; ');
}

function rangesOf(fact: Fact, points: readonly RatedPoint[]): string[] {
  const values = points.flatMap(({ facts }) => facts[fact] ?? []);
  return [...groupBy(values, ({ family }) => family)].map(([family, own]) => {
    const versions = own.map(({ levels }) => levels[0] ?? '').sort(COMPARISONS[fact].compare);
    const [first = '', last = ''] = [versions[0], versions.at(-1)];
    return first === last ? `${family} ${first}` : `${family} ${first} to ${last}`;
  });
}

/** Facts that are the same in all failing rows and not in all others, each at its coarsest such level. */
function commonTexts(points: readonly RatedPoint[]): string[] {
  const failing = points.filter(({ fails }) => fails);
  const first = failing[0];
  if (!first) return [];
  return FACTS.flatMap((fact) => {
    const value = first.facts[fact];
    if (!value) return [];
    const { family, packager, levels } = value;
    const conditions = [undefined, ...levels.keys()].map((level): Condition => {
      const version = level === undefined ? undefined : levels[level];
      const range = { from: version, to: version, only: version };
      return { fact, family, level, ...range, packager: level === 1 ? packager : undefined };
    });
    const shared = conditions.find((condition) => {
      const has = ({ facts }: RatedPoint) => meets(condition, facts[fact]);
      return failing.every(has) && !points.every(has);
    });
    return shared ? [shortRuleText([[shared]], points)] : [];
  });
}

/** Damage that a user would not notice, or would mistake for something else. */
const SYMPTOM_TEXTS: Readonly<Record<string, string>> = {
  'damaged-environment': 'children started without an error, but with a damaged environment',
  exception: 'the call raised a Python exception',
  crash: 'the interpreter itself crashed',
  hang: 'a call did not return',
};

/** The same for a script, which may be in any language. */
const SCRIPT_SYMPTOM_TEXTS: typeof SYMPTOM_TEXTS = {
  crash: 'the program crashed',
  hang: 'a run took longer than it may',
};

function symptomText({ scenario, symptoms }: ScenarioAnalysis): string {
  const ofScript = scenario.mutation === undefined;
  const texts = Object.entries(ofScript ? SCRIPT_SYMPTOM_TEXTS : SYMPTOM_TEXTS);
  const seen = texts.flatMap(([symptom, text]) => {
    const count = symptoms.get(symptom) ?? 0;
    return count === 0 ? [] : [`in ${quantity(count, 'environment')} ${text}`];
  });
  if (seen.length === 0) return '';
  return ofScript ? asSentence(seen.join('; ')) : `More than a failed start: ${seen.join('; ')}.`;
}

/**
 * The C program is the reference: if it fails and Python's os.system does not, the pass may come
 * from a workload that is too weak.
 */
function yardstickText(
  { scenario, points }: ScenarioAnalysis,
  analyses: readonly ScenarioAnalysis[],
): string {
  if (scenario.launcher !== 'os.system') return '';
  const yardstick = analyses.find(
    (one) => one.scenario.launcher === 'c-system' && one.scenario.mutation === scenario.mutation,
  );
  const failing = new Set(yardstick?.points.filter(({ fails }) => fails).map(({ id }) => id));
  const doubtful = points.filter(({ id, fails }) => !fails && failing.has(id));
  if (doubtful.length === 0) return '';
  return (
    `The C library's own system() fails in ${namedRows(doubtful)}, where os.system passed: ` +
    `look into these before trusting the pass.`
  );
}
