/** The findings on README.md's first screen, computed from a report. Pure. */
import { isControl } from '../src/analysis/control.ts';
import { cellKey } from '../src/report/cell-key.ts';
import { builtAgainstText, libcText, pythonText } from '../src/report/facts-text.ts';
import type { Report, ReportEnvironment } from '../src/report/schema.ts';
import { listInWords } from '../src/text/list-text.ts';
import { codeSpan } from '../src/text/markdown-text.ts';
import { buildTwins } from './build-twins.ts';

const CHANGES: Readonly<Record<string, string>> = {
  add: 'Adding a variable',
  delete: 'Deleting a variable',
  overwrite: 'Overwriting a variable',
};

/** The first finding of each change of the environment for one launcher, in words that stand without the table. */
export function findingsByChange(
  { scenarios, findings }: Pick<Report, 'scenarios' | 'findings'>,
  launcher: string,
): string[] {
  return scenarios.flatMap((scenario) => {
    const change = CHANGES[scenario.mutation ?? ''];
    const text = findings.find((finding) => finding.scenario === scenario.id)?.text;
    if (scenario.launcher !== launcher || change === undefined || text === undefined) return [];
    const [first = '', ...others] = text.split(/(?<=\.) /);
    const limits = others.filter((sentence) => /^(Not measured: |These rows fit )/.test(sentence));
    const words = [`${first.charAt(0).toLowerCase()}${first.slice(1)}`, ...limits].join(' ');
    return [`**${change} beside \`${launcher}\`**: ${words}`];
  });
}

/**
 * Launchers that fail in a Python that was built against an old C library and pass in the same Python
 * built against a newer one, of the pair with most such launchers.
 *
 * @returns undefined if no two rows differ so
 */
export function buildFinding(report: Report): string | undefined {
  const verdicts = new Map(
    report.cells.map((cell) => [cellKey(cell.environment, cell.scenario), cell.verdict]),
  );
  const races = report.scenarios.filter((scenario) => !isControl(scenario));
  const launchers = new Set(races.map(({ id, launcher }) => launcher ?? id));
  const turned = (old: ReportEnvironment, young: ReportEnvironment) =>
    [...launchers].filter((name) => {
      const scenarios = races.filter(({ id, launcher }) => (launcher ?? id) === name);
      const verdictsOf = ({ id: row }: ReportEnvironment) =>
        scenarios.map(({ id }) => verdicts.get(cellKey(row, id)));
      const isSafe = verdictsOf(young).every((verdict) => verdict === 'pass');
      return isSafe && verdictsOf(old).includes('fail');
    });
  const [most] = buildTwins(report)
    .flatMap((rows) =>
      rows.flatMap((old, place) => rows.slice(place + 1).map((young) => ({ old, young }))),
    )
    .map((pair) => ({ ...pair, launchers: turned(pair.old, pair.young) }))
    .sort((a, b) => b.launchers.length - a.launchers.length);
  if (!most || most.launchers.length === 0) return undefined;
  const { old, young } = most;
  return [
    `**The C library of the build counts**: on ${libcText(old)}, ${pythonText(old)} built against`,
    `${builtAgainstText(old) ?? '?'} is unsafe with ${listInWords(most.launchers.map(codeSpan))};`,
    `built against ${builtAgainstText(young) ?? '?'}, it is safe with ${most.launchers.length === 1 ? 'it' : 'them'}.`,
  ].join(' ');
}
