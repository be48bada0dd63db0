/** `matrix advise [FILE]`: which ways of starting a child were safe against what. */
import { adviceOf } from '../analysis/advise.ts';
import type { Axis } from '../report/row-place.ts';
import {
  findOwnRows,
  ownSystemText,
  parseWanted,
  releaseCaution,
  type OwnSystem,
} from '../analysis/own-system.ts';
import { renderAdviceTerminal } from '../formats/terminal/advice.ts';
import { environmentChoice, type Choice } from '../app/environment-choice.ts';
import { loadReport } from '../app/load-report.ts';
import { EXIT } from '../cli/exit-status.ts';
import type { TextFormat } from '../cli/options.ts';
import { layoutWidth } from '../cli/terminal.ts';
import { unwrap } from '../cli/user-error.ts';
import { adviceMarkdown } from '../formats/markdown/advice.ts';
import type { ReportEnvironment } from '../report/schema.ts';
import { libcText, pythonText } from '../report/facts-text.ts';
import { wrapped } from '../text/wrapped.ts';

interface AdviseOptions extends Choice {
  readonly format: TextFormat;
  /** The reader's own Python, such as `3.13`. */
  readonly python?: string | undefined;
  /** The reader's own C library, such as `musl`. */
  readonly libc?: string | undefined;
}

/** @returns 0, or 3 if no row of the report is like the system that is asked about */
export async function advise(file: string, options: AdviseOptions): Promise<number> {
  const report = await loadReport(file);
  const includes = environmentChoice(
    report.environments.map(({ id }) => id),
    options,
  );
  const included = report.environments.filter(({ id }) => includes(id));
  const own = ownSystem(options);
  const rows = own && findOwnRows(included, own);
  if (own && !rows) {
    process.stderr.write(
      `No row of this report is like ${ownSystemText(own)}, so there is no advice for it.\n`,
    );
    return EXIT.notMeasured;
  }
  const environments = rows?.environments ?? included;
  const ids = new Set(environments.map(({ id }) => id));
  const advice = adviceOf(report, (id) => ids.has(id));
  const width = layoutWidth();
  const basis = own && rows ? basisText(own, rows.type, environments) : '';
  process.stdout.write(
    {
      terminal: () =>
        (basis === '' ? '' : `${wrapped(basis, width).join('\n')}\n\n`) +
        renderAdviceTerminal(advice, environments, width),
      markdown: () =>
        `${basis === '' ? '' : `${basis}\n\n`}${adviceMarkdown(advice, environments)}\n`,
      json: () =>
        `${JSON.stringify(rows ? { rows: rows.type, environments: [...ids], advice } : advice, null, 2)}\n`,
    }[options.format](),
  );
  return EXIT.asExpected;
}

/** @throws UserError for an option that cannot be read */
function ownSystem(options: Pick<AdviseOptions, 'python' | 'libc'>): OwnSystem | undefined {
  const read = (axis: Axis) => {
    const text = options[axis];
    if (text === undefined) return undefined;
    return unwrap(parseWanted(axis, text), (error) => `--${axis} ${error}, not ${text}.`);
  };
  const own = { python: read('python'), libc: read('libc') };
  return own.python || own.libc ? own : undefined;
}

/** Which rows the answer is from, and that they are not the reader's own if they are not. */
function basisText(
  own: OwnSystem,
  type: 'exact' | 'nearest',
  environments: readonly ReportEnvironment[],
): string {
  const rows = environments.map((one) => `${one.id} (${pythonText(one)} on ${libcText(one)})`);
  return type === 'exact'
    ? `For ${ownSystemText(own)}, from the measured ${rows.join(', ')}. ${releaseCaution(own, environments)}`.trimEnd()
    : `${ownSystemText(own)} was not measured. The nearest measured rows are ${rows.join(', ')}. ` +
        'Your own system may behave differently.';
}
