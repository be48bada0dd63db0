/** The output of a script as a person sees it while it runs. */
import { visibleLine } from '../text/visible-text.ts';

/** Prints a line of a script on the stream that it came from. */
export function printScriptLine(stream: 'stdout' | 'stderr', text: string): void {
  process[stream].write(`${visibleLine(text)}\n`);
}
