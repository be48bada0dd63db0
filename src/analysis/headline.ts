/** The line on top of a report, computed from its cells. Pure. */
import { listInWords } from '../text/list-text.ts';
import { quantity } from '../text/quantity.ts';
import type { Report } from '../report/schema.ts';
import { isControl } from './control.ts';
import { shortRuleText } from './rule-text.ts';
import { measuredEdges } from './rules/measured-edges.ts';
import { analyseScenarios, type Measured, type ScenarioAnalysis } from './scenario-analysis.ts';

/** A line that is longer leaves out the other launchers, then the rules. */
const SHORT = 120;
/** Two lines of a page. */
const LONGEST = 200;
/** Of the name in a line that would be longer. */
const LONGEST_NAME = 50;

/**
 * States where `os.system` (or else the launcher with most failures) fails, and which launchers did
 * not.
 *
 * @returns at most {@link LONGEST} characters; a sentence also where nothing failed or nothing was measured
 */
export function headline(report: Measured): string {
  const analyses = analyseScenarios(report).filter(
    ({ scenario, outcome }) => !isControl(scenario) && outcome.type !== 'unmeasured',
  );
  if (analyses.length === 0) return 'No cell has a verdict of pass or fail.';
  const failing = analyses.filter(({ outcome }) => outcome.type !== 'nowhere');
  if (failing.length === 0) {
    const cells = analyses.reduce((sum, { points }) => sum + points.length, 0);
    return cells === 1
      ? 'Did not fail in the only cell.'
      : `Did not fail in any of ${cells} cells.`;
  }
  const subject = subjectOf(failing);
  const own = failing.filter(({ scenario }) => launcherName(scenario) === subject);
  const rules = sentence(subject, own, scopeText);
  const candidates = [`${rules} ${othersText(analyses, subject)}`.trim(), rules];
  return candidates.find(({ length }) => length <= SHORT) ?? countSentence(subject, own);
}

function sentence(
  subject: string,
  analyses: readonly ScenarioAnalysis[],
  where: (analysis: ScenarioAnalysis) => string,
): string {
  if (analyses.some(({ scenario }) => scenario.mutation === undefined)) {
    return `${subject} fails ${listInWords(analyses.map(where))}.`;
  }
  const parts = analyses.map((one) => `${one.scenario.mutation ?? ''} ${where(one)}`);
  return `${subject} races with ${listInWords(parts)}.`;
}

/** The columns with their counts: the first ones where there is no room for all of them. */
function countSentence(subject: string, analyses: readonly ScenarioAnalysis[]): string {
  const whole = sentence(subject, analyses, affectedText);
  if (whole.length <= LONGEST) return whole;
  let text = '';
  for (let shown = 1; shown <= analyses.length; shown += 1) {
    const first = sentence(shortName(subject), analyses.slice(0, shown), affectedText);
    const more = quantity(analyses.length - shown, 'more column');
    const longer =
      shown === analyses.length ? first : `${first} Also in ${more}: see the findings.`;
    if (shown > 1 && longer.length > LONGEST) break;
    text = longer;
  }
  return text;
}

function shortName(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
}

function launcherName(scenario: Report['scenarios'][number]): string {
  return scenario.launcher ?? scenario.id;
}

function failures({ points }: ScenarioAnalysis): number {
  return points.filter(({ fails }) => fails).length;
}

function failuresByLauncher(analyses: readonly ScenarioAnalysis[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const analysis of analyses) {
    const name = launcherName(analysis.scenario);
    counts.set(name, (counts.get(name) ?? 0) + failures(analysis));
  }
  return counts;
}

function subjectOf(failing: readonly ScenarioAnalysis[]): string {
  const counts = failuresByLauncher(failing);
  if (counts.has('os.system')) return 'os.system';
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

function scopeText(analysis: ScenarioAnalysis): string {
  const { outcome, points } = analysis;
  if (outcome.type !== 'separated') return affectedText(analysis);
  const [rule, other, ...more] = outcome.rules;
  const text = shortRuleText(rule, points);
  if (!other) return `(${text})`;
  // Without the doubt a reader would take the first explanation for the only one.
  const terms = [rule, other].flatMap((one) => measuredEdges(one, points)).length;
  if (more.length > 0 || terms > 2)
    return `(${text}, or ${quantity(more.length + 1, 'other explanation')})`;
  return `(${text} or ${shortRuleText(other, points)})`;
}

function affectedText(analysis: ScenarioAnalysis): string {
  const { points, outcome, undecided } = analysis;
  if (outcome.type === 'everywhere') {
    if (undecided.length > 0) return `(all ${points.length} with a verdict)`;
    return points.length === 1 ? '(the only environment)' : '(everywhere)';
  }
  return `(${failures(analysis)} of ${points.length} environments)`;
}

function othersText(analyses: readonly ScenarioAnalysis[], subject: string): string {
  const safe = [...failuresByLauncher(analyses)].flatMap(([name, count]) =>
    name !== subject && count === 0 ? [name] : [],
  );
  return safe.length === 0 ? '' : `Never failed: ${listInWords(safe)}.`;
}
