/** The first Ctrl-C ends a run gracefully, the second at once. */

export interface Interruption {
  readonly signal: AbortSignal;
  /** Stops listening, so that a signal does again what it does without us. */
  stop(): void;
}

/** @param onFirst called once, before anything is ended */
export function onInterrupt(onFirst: () => void): Interruption {
  const controller = new AbortController();
  const handle = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      // What is left behind carries our labels and is removed at the next start.
      process.exit(name === 'SIGTERM' ? 143 : 130);
    }
    onFirst();
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, handle);
  return {
    signal: controller.signal,
    stop() {
      for (const name of signals) process.off(name, handle);
    },
  };
}
