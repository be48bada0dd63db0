/** `matrix advise [FILE]`: which ways of starting a child were safe against what. */
import { advise as adviceOf } from '../analysis/advise.ts';
import { renderAdviceTerminal } from '../formats/terminal/advice.ts';
import { environmentChoice } from '../app/environment-choice.ts';
import { loadReport, onePath } from '../app/load-report.ts';
import type { Options } from '../cli/options.ts';
import { terminalOf, widthOf } from '../cli/terminal.ts';
import { textFormat } from '../cli/text-format.ts';
import { adviceMarkdown } from '../formats/markdown/advice.ts';

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
