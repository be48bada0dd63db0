/** Measures the steps of a benchmark: time, turns of the event loop, memory. */
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { inSeconds } from './statistics.ts';

export const MEGABYTE = 1_000_000;
/** Milliseconds between two checks of the event loop. */
const RESOLUTION = 10;

/** The measurements of a step. */
export interface Step {
  readonly seconds: number;
  /** Milliseconds that the event loop was held up for at most. */
  readonly held: number;
  /** Bytes that were resident at most, what earlier steps have left behind included. */
  readonly resident: number;
}

/** Prints for each step its time, the longest block of the event loop, and the most memory. */
export class Stopwatch {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  #began = performance.now();

  constructor() {
    this.#delay.enable();
    forgetPeak();
  }

  async print(step: string): Promise<Step> {
    const seconds = (performance.now() - this.#began) / 1000;
    // A block at the very end of the step shows when the timer fires late.
    await setTimeout(3 * RESOLUTION);
    const held = Math.max(this.#delay.max / 1e6 - RESOLUTION, 0);
    const resident = peak();
    process.stdout.write(
      `${step}: ${inSeconds(seconds)}, the event loop held up for ${held.toFixed(0)} ms at most, ` +
        `${(resident / MEGABYTE).toFixed(0)} MB resident at most\n`,
    );
    this.#delay.reset();
    forgetPeak();
    this.#began = performance.now();
    return { seconds, held, resident };
  }
}

/** The most bytes that were resident since {@link forgetPeak}, as the kernel counts: nothing is missed between two looks. */
function peak(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

/** Source: proc(5), /proc/pid/clear_refs: 5 resets the peak to what is resident now. */
function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5');
}
