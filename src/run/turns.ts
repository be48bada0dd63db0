/** Long work next to everything else that goes on: it is put down for a turn of the event loop now and then. */
import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../report/steps.ts';

/** Milliseconds after which everything else has a turn; a step that takes longer is not cut in two. */
const LONGEST_TURN = 20;
/** UTF-16 units that are written at a time. */
const PIECE = 128 * 1024;

/** Does all steps, with turns for everything else. @returns what they come to */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  const turn = new Turn();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (turn.isOver()) await turn.next();
  }
}

/** Gathers a text's parts into pieces that are worth a write, with turns for everything else. */
export async function* piecesInTurns(parts: Iterable<string>): AsyncGenerator<string, void> {
  const turn = new Turn();
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
    if (turn.isOver()) await turn.next();
  }
  yield piece;
}

class Turn {
  #began = performance.now();

  isOver(): boolean {
    return performance.now() - this.#began >= LONGEST_TURN;
  }

  async next(): Promise<void> {
    await setImmediate();
    this.#began = performance.now();
  }
}
