/**
 * Assigns CPUs. Trials get dedicated CPUs, and nothing else of this program runs on those
 * meanwhile. Builds share the other CPUs; on a small host builds and trials take turns.
 */

/** How a host's CPUs are divided. */
interface CpuPlan {
  /** The CPUs of each trial that may run at a time. */
  readonly slots: readonly (readonly number[])[];
  /** Whether builds use the CPUs of the slots, so that the two exclude each other. */
  readonly shared: boolean;
  /** The CPUs that builds use. */
  readonly builds: readonly number[];
}

/**
 * Divides CPUs: on four or more, half of them for trials while the rest build; on fewer, one slot
 * of all CPUs that trials and builds use in turn.
 *
 * @param cpus number of CPUs, 1 or more
 * @param perTrial CPUs of a trial, 1 or more; a slot has fewer only where the host does
 */
export function divideCpus(cpus: number, perTrial: number): CpuPlan {
  const list = Array.from({ length: cpus }, (_, cpu) => cpu);
  if (cpus < 2 * perTrial) return { slots: [list.slice(0, perTrial)], shared: true, builds: list };
  const count = Math.floor(cpus / 2 / perTrial);
  return {
    slots: Array.from({ length: count }, (_, slot) =>
      list.slice(slot * perTrial, (slot + 1) * perTrial),
    ),
    shared: false,
    builds: list.slice(count * perTrial),
  };
}

/** Lets builds and trials in, as a plan allows. */
export class CpuTurns {
  readonly #free: (readonly number[])[];
  readonly #shared: boolean;
  readonly #trialsWaiting: (() => void)[] = [];
  readonly #buildsWaiting: (() => void)[] = [];
  #building = 0;
  #trying = 0;

  constructor(plan: CpuPlan) {
    this.#free = [...plan.slots];
    this.#shared = plan.shared;
  }

  /** Runs a build when it may use the CPUs. A trial that waits goes first. */
  async build<T>(work: () => Promise<T>): Promise<T> {
    while (this.#shared && (this.#trying > 0 || this.#trialsWaiting.length > 0)) {
      await new Promise<void>((resolve) => this.#buildsWaiting.push(resolve));
    }
    this.#building += 1;
    try {
      return await work();
    } finally {
      this.#building -= 1;
      this.#wake();
    }
  }

  /** Runs trials on their own slot; `cpuset` is in the engine's notation, such as `0,1`. */
  async trial<T>(work: (cpuset: string) => Promise<T>): Promise<T> {
    let slot: readonly number[] | undefined;
    for (;;) {
      slot = this.#shared && this.#building > 0 ? undefined : this.#free.shift();
      if (slot !== undefined) break;
      await new Promise<void>((resolve) => this.#trialsWaiting.push(resolve));
    }
    this.#trying += 1;
    try {
      return await work(slot.join(','));
    } finally {
      this.#trying -= 1;
      this.#free.push(slot);
      this.#wake();
    }
  }

  /** All of them look again; those that may not continue yet wait again, in the same order. */
  #wake(): void {
    for (const resolve of this.#trialsWaiting.splice(0)) resolve();
    // After the trials have had their look, so that they go first.
    const builds = this.#buildsWaiting.splice(0);
    queueMicrotask(() => {
      for (const resolve of builds) resolve();
    });
  }
}
