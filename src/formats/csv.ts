/** report.csv: a row a cell, for a notebook or a spreadsheet. Pure. */
import { SYMPTOMS } from '../model.ts';
import type { Cell, Report, ReportEnvironment } from '../report/schema.ts';
import { markOf } from '../report/cell-text.ts';
import { builtAgainstText, emulatedText, gilText, subprocessText } from '../report/facts-text.ts';
import { gridOf } from '../report/grid.ts';
import { isUnexpected } from '../report/summary.ts';
import { visibleText } from '../text/visible-text.ts';

/** Text is guarded, a number and a blank are not; undefined is a blank. */
type Field = string | number | boolean | undefined;

interface CsvRow {
  readonly report: Report;
  readonly environment: ReportEnvironment;
  /** The machine that measured the row. */
  readonly host: Report['run']['host'];
  readonly scenario: Report['scenarios'][number];
  /** Undefined where the report has no such cell. */
  readonly cell: Cell | undefined;
}

const COLUMNS: readonly (readonly [name: string, value: (row: CsvRow) => Field])[] = [
  ['run', ({ report }) => report.run.id],
  ['environment', ({ environment }) => environment.id],
  ['python_implementation', ({ environment }) => environment.python?.implementation],
  ['python_version', ({ environment }) => environment.python?.version],
  ['python_build', ({ environment }) => environment.python?.build],
  ['python_built_against', ({ environment }) => builtAgainstText(environment)],
  ['python_gil', ({ environment }) => gilText(environment)],
  ['python_subprocess', ({ environment }) => subprocessText(environment)],
  ['libc', ({ environment }) => environment.libc?.name],
  ['libc_version', ({ environment }) => environment.libc?.version],
  ['libc_package', ({ environment }) => environment.libc?.package],
  ['distro', ({ environment }) => environment.distro?.id],
  ['distro_version', ({ environment }) => environment.distro?.version],
  ['shell', ({ environment }) => environment.shell],
  ['platform', ({ environment }) => environment.platform?.name],
  ['pointer_bits', ({ environment }) => environment.platform?.pointerBits],
  ['byte_order', ({ environment }) => environment.platform?.byteOrder],
  ['page_size', ({ environment }) => environment.platform?.pageSize],
  ['emulated', ({ environment }) => emulatedText(environment)],
  ['image_source', ({ environment }) => environment.image?.source],
  ['image_fingerprint', ({ environment }) => environment.image?.fingerprint],
  ['host_kernel', ({ host }) => host.kernel],
  ['host_arch', ({ host }) => host.arch],
  ['host_cpus', ({ host }) => host.cpus],
  ['scenario', ({ scenario }) => scenario.id],
  ['mutation', ({ scenario }) => scenario.mutation],
  ['launcher', ({ scenario }) => scenario.launcher],
  ['mechanism', ({ scenario }) => scenario.mechanism],
  ['verdict', ({ cell }) => cell?.verdict ?? 'missing'],
  ['mark', ({ cell }) => cell && markOf(cell)],
  ['expected', ({ cell }) => cell?.expected ?? undefined],
  ['unexpected', ({ cell }) => cell && isUnexpected(cell)],
  ['trials', ({ cell }) => cell?.trials],
  ['calls', ({ cell }) => cell?.calls],
  ['exposed', ({ cell }) => cell?.exposed],
  ['failures', ({ cell }) => cell?.failures],
  ['rate', ({ cell }) => cell?.rate?.value],
  ['rate_low', ({ cell }) => cell?.rate?.low],
  ['rate_high', ({ cell }) => cell?.rate?.high],
  ['bound', ({ cell }) => cell?.bound],
  ['first_failure_seconds', ({ cell }) => cell?.firstFailureSeconds],
  ['seconds', ({ cell }) => cell?.seconds],
  ...SYMPTOMS.map(
    (symptom) =>
      [
        `symptom_${symptom.replaceAll('-', '_')}`,
        ({ cell }: CsvRow) => cell && (cell.symptoms[symptom] ?? 0),
      ] as const,
  ),
  ['reason', ({ cell }) => cell?.reason],
  ['evidence', ({ cell }) => cell?.evidence.join('\n')],
  ['rerun', ({ cell }) => cell?.rerun],
];

/**
 * The report, a record a part, as CSV by RFC 4180: comma, CRLF, quotes where needed, a header row; in UTF-8 without a
 * byte order mark. Rates and bounds are in 0…1, times in seconds. A place in the table without a cell
 * has the verdict `missing`.
 *
 * A spreadsheet runs a text that starts with `=`, `+`, `-` or `@` as a formula, and the texts here
 * are output of containers. So such a text gets an apostrophe in front. Numbers are written as they
 * are.
 */
export function* csvParts(report: Report): Generator<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`;
  const { columns, rows } = gridOf(report);
  for (const { environment, cells } of rows) {
    const host = hostOf(report, environment);
    for (const [x, scenario] of columns.entries()) {
      const row: CsvRow = { report, environment, host, scenario, cell: cells[x] };
      yield `${COLUMNS.map(([, value]) => fieldText(value(row))).join(',')}\r\n`;
    }
  }
}

/** The machine that measured a row. */
function hostOf({ run }: Report, { id }: ReportEnvironment): Report['run']['host'] {
  const found = run.hosts?.find(({ environments }) => environments.includes(id));
  return (found ?? run).host;
}

function fieldText(value: Field): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = visibleText(value);
  const guarded = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
