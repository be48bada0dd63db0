/** The first Ctrl-C ends a run gracefully, the second at once. */
import { setMaxListeners } from 'node:events';

/**
 * Runs `use` with a signal that the first Ctrl-C aborts. After `use`, signals have their default
 * effect again.
 *
 * @param onFirst called once, before anything is ended
 */
export async function interruptible<T>(
  onFirst: () => void,
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // Each row and each call to the engine listens to it while it lasts, which Node takes for a leak.
  setMaxListeners(0, controller.signal);
  const handle = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      // Leftovers carry our labels and are removed at the next start.
      process.exit(name === 'SIGTERM' ? 143 : 130);
    }
    onFirst();
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, handle);
  try {
    return await use(controller.signal);
  } finally {
    for (const name of signals) process.off(name, handle);
  }
}
