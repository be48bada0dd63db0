/** `matrix accept [FILE]`: the verdicts of a report become what is expected from now on. */
import { quantity } from '../text/quantity.ts';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { acceptReport, type Acceptance, type CellPlace } from '../comparison/accept.ts';
import { baselineSnapshot, renderBaseline } from '../comparison/baseline.ts';
import { readMatrixFile } from '../matrix/read.ts';
import { diffReports, isUnchanged } from '../comparison/diff.ts';
import { renderDiffTerminal } from '../comparison/diff-text.ts';
import { wrapped } from '../text/wrapped.ts';
import { visibleLine } from '../text/visible-text.ts';
import { baselineOf } from '../app/load-baseline.ts';
import { loadReport } from '../app/load-report.ts';
import { readTextIfThere } from '../app/read-text.ts';
import { layoutWidth } from '../cli/terminal.ts';
import { unwrapFile, UserError } from '../cli/user-error.ts';

/** Cells that are named one by one; more than these are counted. */
const MOST_NAMED = 20;

interface AcceptOptions {
  readonly matrix: string;
  readonly results: string;
  readonly output?: string | undefined;
}

/** @returns 0, because a change was requested */
export async function accept(file: string, options: AcceptOptions): Promise<number> {
  const report = await loadReport(file);
  if (report.run.source && options.output === undefined) {
    throw new UserError(
      `This report is about another reproduction (${visibleLine(report.run.source.text)}), not the matrix's own.\n    --output FILE writes its verdicts to a file of their own.`,
    );
  }
  const path = await baselinePath(options);
  const text = await readTextIfThere(path);
  const former = text === undefined ? undefined : baselineOf(text, path);
  const acceptance = acceptReport(report, former);
  const { baseline } = acceptance;
  const accepted = baseline.environments.reduce(
    (sum, { verdicts }) => sum + Object.keys(verdicts).length,
    0,
  );
  if (accepted === 0)
    throw new UserError(
      'This report has no cell that passed or failed, so there is nothing to accept.',
    );
  const width = layoutWidth();
  const difference = former && diffReports(baselineSnapshot(former), baselineSnapshot(baseline));
  const lines = difference ? [renderDiffTerminal(difference, width).trimEnd()] : [];
  // A file in which only the id of the run is new would be a change without content.
  if (difference && isUnchanged(difference)) {
    lines.push(`${path} is unchanged.`);
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, renderBaseline(baseline));
    lines.push(...left(acceptance, width));
    lines.push(`${path} now has ${quantity(accepted, 'expected verdict')}.`);
  }
  process.stdout.write(`${lines.join('\n\n')}\n`);
  return 0;
}

/** `--output`; else the baseline that matrix.yaml names; else that of the results. */
async function baselinePath(options: AcceptOptions): Promise<string> {
  if (options.output !== undefined) return options.output;
  const otherwise = join(options.results, 'baseline.json');
  if ((await readTextIfThere(options.matrix)) === undefined) return otherwise;
  const { baseline } = await unwrapFile(await readMatrixFile(options.matrix));
  return baseline === null ? otherwise : join(dirname(options.matrix), baseline);
}

function left({ kept, dropped }: Acceptance, width: number): readonly string[] {
  const paragraph = (heading: string, places: readonly CellPlace[]) =>
    places.length === 0
      ? []
      : [[...wrapped(heading, width), ...named(places).map((line) => `  ${line}`)].join('\n')];
  return [
    ...paragraph('Kept as before, because this report has no pass or fail for them:', kept),
    ...paragraph(
      'Dropped, because their row changed and this report has no pass or fail for them:',
      dropped,
    ),
  ];
}

function named(places: readonly CellPlace[]): readonly string[] {
  const lines = places
    .slice(0, MOST_NAMED)
    .map(({ environment, scenario }) => visibleLine(`${environment}, ${scenario}`));
  const more = places.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}
