/** Events -> terminal: a live block under the log where there is a terminal, plain lines elsewhere. */
import { createLogUpdate } from 'log-update';
import type { Emit } from '../run/events.ts';
import { describeEvent } from './describe-event.ts';
import { liveBlock } from './live-block.ts';
import { advance, initialProgress } from './state.ts';

export interface ProgressDisplay {
  readonly emit: Emit;
  /** Takes the live block away, so that what is printed next stands alone. */
  stop(): void;
}

/**
 * Shows a run.
 *
 * @param stream where to; progress goes to standard error, so that a pipe holds only results
 * @param live whether a block may be redrawn: a terminal, and not a CI log
 */
export function showProgress(stream: NodeJS.WriteStream, live: boolean): ProgressDisplay {
  const now = () => performance.now() / 1000;
  let state = initialProgress(now());
  const block = live ? createLogUpdate(stream) : undefined;
  const draw = () => block?.(liveBlock(state, now(), stream.columns));
  const timer = live ? setInterval(draw, 250) : undefined;
  timer?.unref();
  return {
    emit(event) {
      state = advance(state, event, now());
      const line = describeEvent(event);
      if (line === undefined) return;
      if (block) {
        block.clear();
        stream.write(`${line}\n`);
        draw();
      } else {
        stream.write(`${line}\n`);
      }
    },
    stop() {
      clearInterval(timer);
      block?.clear();
      block?.done();
    },
  };
}
