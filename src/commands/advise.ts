/** `matrix advise [FILE]`: which ways of starting a child were safe against what. */
import { advise as adviceOf } from '../analysis/advise.ts';
import { renderAdviceTerminal } from '../formats/terminal/advice.ts';
import { environmentChoice, type Choice } from '../app/environment-choice.ts';
import { loadReport } from '../app/load-report.ts';
import type { TextFormat } from '../cli/options.ts';
import { terminalOf, widthOf } from '../cli/terminal.ts';
import { adviceMarkdown } from '../formats/markdown/advice.ts';

/** @returns the exit status */
export async function advise(
  file: string,
  options: Choice & { readonly format: TextFormat },
): Promise<number> {
  const report = await loadReport(file);
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
    }[options.format](),
  );
  return 0;
}
