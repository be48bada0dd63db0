/** The progress of a run as its command line shows it. */
import { showProgress, type ProgressDisplay } from '../progress/show.ts';
import { interruptible } from './interrupt.ts';
import { wantsLive } from './terminal.ts';

/** Shows a run on standard error, redrawn where that is a terminal; see {@link showProgress}. */
export function startProgressDisplay(): ProgressDisplay {
  return showProgress(process.stderr, wantsLive());
}

/** Runs `use` with a display, which also acknowledges the first Ctrl-C. */
export function withProgress<T>(
  use: (display: ProgressDisplay, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const display = startProgressDisplay();
  return interruptible(
    () => {
      display.emit({ type: 'interrupted' });
    },
    async (signal) => {
      try {
        return await use(display, signal);
      } finally {
        display.stop();
      }
    },
  );
}
