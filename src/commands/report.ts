/** `matrix report FILE --format F`: any format from any run. */
import { FORMAT_NAMES } from '../formats/registry.ts';
import { printReport } from '../app/finish-run.ts';
import { loadReport } from '../app/load-report.ts';
import { render } from '../app/render.ts';
import { UserError } from '../cli/user-error.ts';

/** @returns the exit status */
export async function report(
  file: string,
  { format, color }: { readonly format: string; readonly color?: boolean | undefined },
): Promise<number> {
  const loaded = await loadReport(file);
  if (format === 'terminal') {
    printReport({ color }, loaded);
    return 0;
  }
  const name = FORMAT_NAMES.find((one) => one === format);
  if (name === undefined) {
    throw new UserError(
      `There is no format ${format}. Choose one of: ${['terminal', ...FORMAT_NAMES].join(', ')}.`,
    );
  }
  process.stdout.write(render(name, loaded));
  return 0;
}
