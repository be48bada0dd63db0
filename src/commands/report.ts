/** `matrix report FILE --format F`: any format from a run that may be somebody else's. */
import { FORMATS, type FormatName } from '../formats/registry.ts';
import { renderTerminal } from '../formats/terminal/terminal.ts';
import { loadReport, onePath } from '../app/load-report.ts';
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
  if (!Object.hasOwn(FORMATS, format)) {
    throw new UserError(
      `there is no format ${format}; there are ${['terminal', ...Object.keys(FORMATS)].join(', ')}`,
    );
  }
  process.stdout.write(FORMATS[format as FormatName].render(loaded));
  return 0;
}
