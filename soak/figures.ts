/** The counts of a soak. */
import { tableCell } from '../src/text/markdown-text.ts';

/** Seconds that a program which was asked to end may take, on a machine that does nothing else. */
const GRACEFUL_SECONDS = 5;

export interface Summary {
  readonly seed: number;
  readonly minutes: number;
  readonly rounds: number;
  readonly parts: number;
  readonly resumptions: number;
  readonly cells: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** By the kind of disturbance. */
  readonly disturbances: Readonly<Record<string, number>>;
  /** Seconds from a first Ctrl-C or SIGTERM to the end of the program. */
  readonly gracefulSeconds: {
    readonly count: number;
    /** Undefined where none was measured. */
    readonly median?: number;
    readonly max?: number;
    /** Of them, those that took longer than they may. */
    readonly late: number;
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
    const median = sorted[Math.floor(sorted.length / 2)];
    const max = sorted.at(-1);
    const rounded = (seconds: number) => Math.round(seconds * 100) / 100;
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
        late: sorted.filter((seconds) => seconds > GRACEFUL_SECONDS).length,
        ...(median === undefined || max === undefined
          ? {}
          : { median: rounded(median), max: rounded(max) }),
      },
      wrong: this.#wrong,
    };
  }

  /** As a table in Markdown, to be put below a heading as it is. */
  text(): string {
    const rows = [
      ['', 'figures'],
      ['---', '---'],
      ...this.#rows().map(([what, printed]) => [what, tableCell(printed)]),
    ];
    return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
  }

  #rows(): [string, string][] {
    const { minutes, rounds, parts, resumptions, cells, ...rest } = this.summary();
    const { verdicts, disturbances, gracefulSeconds, wrong } = rest;
    const { count, median, max, late } = gracefulSeconds;
    return [
      ['time', `${minutes} minutes, seed ${this.#seed}`],
      ['runs', `${rounds}, in ${parts} parts, of which ${resumptions} went on with an earlier one`],
      ['cells reported', `${cells}: ${counted(verdicts)}`],
      ['done to them', counted(disturbances)],
      [
        'from a first signal to the end',
        median === undefined || max === undefined
          ? 'not measured: no part was ended by one while its engine was left in peace'
          : `${median} s in the median of ${count}, ${max} s at most; ${late} took longer than ${GRACEFUL_SECONDS} s`,
      ],
      [
        'wrong',
        wrong.length === 0
          ? 'nothing: no result lost or doubled, nothing left behind, no false verdict'
          : wrong.map((text) => text.replaceAll(/\s+/g, ' ')).join('<br>'),
      ],
    ];
  }
}

/** The most frequent first. */
function counted(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.map(([name, times]) => `${times} × ${name}`).join(', ') || 'none';
}
