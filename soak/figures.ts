/** What a soak counts. */

export interface Summary {
  readonly seed: number;
  readonly minutes: number;
  readonly rounds: number;
  readonly parts: number;
  readonly resumptions: number;
  readonly cells: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** By what was done. */
  readonly disturbances: Readonly<Record<string, number>>;
  /** Seconds from a first Ctrl-C or SIGTERM to the end of the program. */
  readonly gracefulSeconds: {
    readonly count: number;
    readonly median: number;
    readonly max: number;
  };
  /** Everything that must not happen. */
  readonly wrong: readonly string[];
}

export class Figures {
  readonly #seed: number;
  #startedAt = 0;
  #minutes = 0;
  rounds = 0;
  parts = 0;
  resumptions = 0;
  readonly #verdicts: Record<string, number> = {};
  readonly #disturbances: Record<string, number> = {};
  readonly #graceful: number[] = [];
  readonly #wrong: string[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  start(): void {
    this.#startedAt = performance.now();
  }

  stop(): void {
    this.#minutes = (performance.now() - this.#startedAt) / 60_000;
  }

  verdict(verdict: string): void {
    this.#verdicts[verdict] = (this.#verdicts[verdict] ?? 0) + 1;
  }

  disturbance(name: string): void {
    this.#disturbances[name] = (this.#disturbances[name] ?? 0) + 1;
  }

  graceful(seconds: number): void {
    this.#graceful.push(seconds);
  }

  wrong(what: string): void {
    this.#wrong.push(what);
  }

  get wrongs(): number {
    return this.#wrong.length;
  }

  summary(): Summary {
    const sorted = this.#graceful.toSorted((a, b) => a - b);
    const rounded = (seconds = 0) => Math.round(seconds * 100) / 100;
    return {
      seed: this.#seed,
      minutes: Math.round(this.#minutes * 10) / 10,
      rounds: this.rounds,
      parts: this.parts,
      resumptions: this.resumptions,
      cells: Object.values(this.#verdicts).reduce((sum, times) => sum + times, 0),
      verdicts: this.#verdicts,
      disturbances: this.#disturbances,
      gracefulSeconds: {
        count: sorted.length,
        median: rounded(sorted[Math.floor(sorted.length / 2)]),
        max: rounded(sorted.at(-1)),
      },
      wrong: this.#wrong,
    };
  }

  text(): string {
    const {
      minutes,
      rounds,
      parts,
      resumptions,
      cells,
      verdicts,
      disturbances,
      gracefulSeconds,
      wrong,
    } = this.summary();
    const counted = (counts: Readonly<Record<string, number>>) =>
      Object.entries(counts)
        .map(([name, times]) => `${times} × ${name}`)
        .join(', ');
    return [
      `${minutes} minutes, seed ${this.#seed}: ${rounds} rounds in ${parts} parts, ${resumptions} of them resumed`,
      `${cells} cells reported: ${counted(verdicts)}`,
      `done to them: ${counted(disturbances)}`,
      `a first signal ended the program after ${gracefulSeconds.median} s in the median of ${gracefulSeconds.count}, ${gracefulSeconds.max} s at most`,
      wrong.length === 0
        ? 'nothing lost, nothing doubled, nothing left behind, no false verdict'
        : `WRONG:\n${wrong.map((text) => `  ${text}`).join('\n')}`,
    ].join('\n');
  }
}
