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
    const gaps = others.filter((sentence) => sentence.startsWith('Not measured: '));
    const words = [`${first.charAt(0).toLowerCase()}${first.slice(1)}`, ...gaps].join(' ');
    return [`**${change}**: ${words}`];
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
  const turned = (old: ReportEnvironment, young: ReportEnvironment) =>
    report.scenarios.filter(
      (scenario) =>
        !isControl(scenario) &&
        verdicts.get(cellKey(old.id, scenario.id)) === 'fail' &&
        verdicts.get(cellKey(young.id, scenario.id)) === 'pass',
    );
  const [most] = buildTwins(report)
    .flatMap((rows) =>
      rows.flatMap((old, place) => rows.slice(place + 1).map((young) => ({ old, young }))),
    )
    .map((pair) => ({ ...pair, scenarios: turned(pair.old, pair.young) }))
    .sort((a, b) => b.scenarios.length - a.scenarios.length);
  if (!most || most.scenarios.length === 0) return undefined;
  const { old, young, scenarios } = most;
  const launchers = [...new Set(scenarios.map(({ id, launcher }) => launcher ?? id))].map(codeSpan);
  return [
    `**The C library of the build counts**: on ${libcText(old)}, ${pythonText(old)} built against`,
    `${builtAgainstText(old) ?? '?'} is unsafe with ${listInWords(launchers)};`,
    `built against ${builtAgainstText(young) ?? '?'}, it is safe with them.`,
  ].join(' ');
}
