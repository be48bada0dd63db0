/** Events -> terminal: a live block under the log where there is a terminal, plain lines elsewhere. */
import { createLogUpdate } from 'log-update';
import type { Emit } from '../run/events.ts';
import { describeEvent } from './describe-event.ts';
import { liveBlock, statusLine } from './live-block.ts';
import { advance, initialProgress } from './state.ts';

/** Milliseconds between two progress lines in a log, because builds are silent for minutes. */
const STATUS_INTERVAL = 60_000;

export interface ProgressDisplay {
  readonly emit: Emit;
  /** Removes the live block, so that later output stands alone. */
  stop(): void;
}

/**
 * Shows a run.
 *
 * @param stream where to; progress goes to standard error, so that a pipe holds only results
 * @param live whether a block may be redrawn: a terminal, and not a CI log; a log has a line a minute instead
 */
export function showProgress(stream: NodeJS.WriteStream, live: boolean): ProgressDisplay {
  const now = () => performance.now() / 1000;
  let state = initialProgress(now());
  const block = live ? createLogUpdate(stream) : undefined;
  const draw = () => block?.(liveBlock(state, now(), stream.columns));
  const log = () => {
    // Before the run only the engine's start has something to report.
    if (state.cells > 0) stream.write(`${statusLine(state, now())}\n`);
  };
  const timer = live ? setInterval(draw, 250) : setInterval(log, STATUS_INTERVAL);
  timer.unref();
  return {
    emit(event) {
      state = advance(state, event, now());
      const line = describeEvent(event);
      if (line === undefined) return;
      block?.clear();
      stream.write(`${line}\n`);
      draw();
    },
    stop() {
      clearInterval(timer);
      block?.clear();
      block?.done();
    },
  };
}
