/** `matrix report FILE --format F`: any format from a run that may be somebody else's. */
import { FORMAT_NAMES } from '../formats/registry.ts';
import { renderTerminal } from '../formats/terminal/terminal.ts';
import { loadReport, onePath } from '../app/load-report.ts';
import { render } from '../app/render.ts';
import type { Options } from '../cli/options.ts';
import { terminalOf, wantsColor, widthOf } from '../cli/terminal.ts';
import { UserError } from '../cli/user-error.ts';

/** @returns the exit status */
export async function report(options: Options): Promise<number> {
  const loaded = await loadReport(onePath(options.positionals, 'results/latest/report.json'));
  const format = options.format ?? 'terminal';
  if (format === 'terminal') {
    const terminal = terminalOf(process.stdout);
    process.stdout.write(
      renderTerminal(loaded, {
        width: widthOf(terminal),
        color: wantsColor(options.color, process.env, terminal),
      }),
    );
    return 0;
  }
  const name = FORMAT_NAMES.find((one) => one === format);
  if (name === undefined) {
    throw new UserError(
      `there is no format ${format}; there are ${['terminal', ...FORMAT_NAMES].join(', ')}`,
    );
  }
  process.stdout.write(render(name, loaded));
  return 0;
}
