/** The progress of a run as its command line shows it. */
import { showProgress, type ProgressDisplay } from '../progress/show.ts';
import { terminalOf, wantsLive } from './terminal.ts';

/** Shows a run on standard error, redrawn where that is a terminal; see {@link showProgress}. */
export function progressDisplay(): ProgressDisplay {
  return showProgress(process.stderr, wantsLive(process.env, terminalOf(process.stderr)));
}
