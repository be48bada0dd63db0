/** `matrix report FILE --format F`: any format from a run that may be somebody else's. */
import { open } from 'node:fs/promises';
import { FORMATS, type FormatName } from '../report/formats.ts';
import { parseReport } from '../report/json.ts';
import { renderTerminal } from '../report/terminal.ts';
import type { Options } from './options.ts';
import { terminalOf } from './run.ts';
import { wantsColor, widthOf } from './terminal.ts';
import { UserError } from './user-error.ts';

/** Far above a report of 80,000 cells; a larger file is something else. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** @returns the exit status */
export async function report(options: Options): Promise<number> {
  const [path = 'results/latest/report.json', ...more] = options.positionals;
  if (more.length > 0) throw new UserError(`one report at a time, not also ${more.join(', ')}`);
  const loaded = parseReport(await readText(path));
  if (loaded.type !== 'report') {
    throw new UserError(`${path} is not a report:\n${loaded.problems.join('\n')}`);
  }
  const format = options.format ?? 'terminal';
  if (format === 'terminal') {
    const terminal = terminalOf(process.stdout);
    process.stdout.write(
      renderTerminal(loaded.report, {
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
  process.stdout.write(FORMATS[format as FormatName].render(loaded.report));
  return 0;
}

async function readText(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > LARGEST_BYTES) {
        throw new UserError(`${path} is larger than any report (${size} bytes)`);
      }
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}
