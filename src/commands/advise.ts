/** `matrix advise [FILE]`: which ways of starting a child were safe against what. */
import { advise as adviceOf } from '../report/advise.ts';
import { adviceMarkdown, renderAdviceTerminal } from '../report/advise-text.ts';
import { environmentChoice } from './environment-choice.ts';
import { loadReport, onePath } from './load-report.ts';
import type { Options } from './options.ts';
import { terminalOf, widthOf } from './terminal.ts';
import { textFormat } from './text-format.ts';

/** @returns the exit status */
export async function advise(options: Options): Promise<number> {
  const format = textFormat(options);
  const report = await loadReport(onePath(options.positionals, 'results/latest/report.json'));
  const includes = environmentChoice(
    report.environments.map(({ id }) => id),
    options,
  );
  const advice = adviceOf(report, includes);
  process.stdout.write(
    {
      terminal: () => renderAdviceTerminal(advice, widthOf(terminalOf(process.stdout))),
      markdown: () => `${adviceMarkdown(advice)}\n`,
      json: () => `${JSON.stringify(advice, null, 2)}\n`,
    }[format](),
  );
  return 0;
}
