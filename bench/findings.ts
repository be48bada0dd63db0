/** Where 80,000 cells fail, in sentences: how long the search for the simplest rules takes. */
import { computeFindings } from '../src/analysis/findings.ts';
import { headline } from '../src/analysis/headline.ts';
import type { Verdict } from '../src/model.ts';
import type { Report } from '../src/report/schema.ts';
import { largeReport } from '../test/support/sample-report.ts';
import { median } from './statistics.ts';

const ROUNDS = 3;

type Row = Report['environments'][number];

/** Decides the verdict of a cell, by its row, the row's position and the column's. */
type Shape = (row: Row, place: number, column: number) => Verdict;

const verdict = (fails: boolean): Verdict => (fails ? 'fail' : 'pass');
const isMusl = ({ libc }: Row) => libc?.name === 'musl';
const libcMinor = ({ libc }: Row) => Number(libc?.version.split('.').at(-1) ?? 0);
const pythonMinor = ({ python }: Row) => Number(python?.version.split('.')[1] ?? 0);

const twoTerms: Shape = (row, _, column) =>
  verdict(
    isMusl(row) ? row.python?.implementation === 'CPython' : pythonMinor(row) <= 7 + (column % 8),
  );

const SHAPES: Readonly<Record<string, Shape>> = {
  'two terms': twoTerms,
  'two terms, with gaps that make every column another one': (row, place, column) =>
    (place * 7 + column * 3) % 41 === 0 ? 'error' : twoTerms(row, place, column),
  'one failing row in each column': (_, place, column) => verdict(place === column * 37),
  'musl and one row': (row, place, column) => verdict(isMusl(row) || place === column * 37),
  'two terms of two ranges each': (row, _, column) =>
    verdict(
      isMusl(row)
        ? libcMinor(row) >= 2 && pythonMinor(row) <= 10
        : libcMinor(row) <= 33 + (column % 8) && pythonMinor(row) >= 4,
    ),
  'three terms': (row, _, column) =>
    verdict(
      isMusl(row)
        ? pythonMinor(row) <= 3 + (column % 11)
        : libcMinor(row) <= 31 + (column % 4) || libcMinor(row) >= 40,
    ),
};

export async function findings(): Promise<void> {
  await Promise.resolve();
  const large = largeReport(2000, 40);
  describe('no rule', large);
  for (const [what, shape] of Object.entries(SHAPES)) describe(what, shaped(large, shape));
  describe('two terms', shaped(largeReport(40, 2000), twoTerms));
}

/** CPU time, since other work on the machine makes every other time longer. */
function describe(what: string, report: Report): void {
  const times = Array.from({ length: ROUNDS }, () => {
    // The facts of a report are cached with its cells.
    const fresh = { ...report, cells: [...report.cells] };
    const before = process.cpuUsage();
    computeFindings(fresh);
    headline(fresh);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  process.stdout.write(
    `${report.environments.length} environments × ${report.scenarios.length} scenarios, ${what}: ` +
      `${median(times).toFixed(0)} ms of CPU in the median of ${ROUNDS}, ${Math.max(...times).toFixed(0)} ms at most\n`,
  );
}

/** The same report with other verdicts. */
function shaped(report: Report, shape: Shape): Report {
  const rows = new Map(report.environments.map((row, place) => [row.id, { row, place }]));
  const columns = new Map(report.scenarios.map(({ id }, place) => [id, place]));
  const cells = report.cells.map((cell) => {
    const { row, place = 0 } = rows.get(cell.environment) ?? {};
    const column = columns.get(cell.scenario) ?? 0;
    return row ? { ...cell, verdict: shape(row, place, column) } : cell;
  });
  return { ...report, cells };
}
