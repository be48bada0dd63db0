/** Cells with a fault in them, measured by the program itself on a real engine. */
import { realpathSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { cacheFolder } from '../../src/app/with-engine.ts';
import { connect, parseEndpoint, type Endpoint } from '../../src/engine/endpoint.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { openEngine } from '../../src/engine/opening/open.ts';
import { privatePathsOf } from '../../src/engine/private/private-engine.ts';
import { buildRecipe } from '../../src/images/build-recipe.ts';
import type { ImageWork, Prepared, UsableImage } from '../../src/images/outcome.ts';
import { preparation } from '../../src/images/prepare.ts';
import { readFolder } from '../../src/host/folder-content.ts';
import { scenarioOf } from '../../src/matrix/scenarios.ts';
import { DEFAULT_TRIAL } from '../../src/matrix/limits.ts';
import type { Environment, StoppingRule, TrialLimits } from '../../src/model.ts';
import type { Cell } from '../../src/report/schema.ts';
import { CpuTurns, divideCpus } from '../../src/run/cpus.ts';
import { openJournal } from '../../src/run/journal.ts';
import { measureCell } from '../../src/run/measure-cell.ts';
import { measureEnvironment, type MeasuredRow } from '../../src/run/measure-environment.ts';
import type { RunPlan } from '../../src/run/plan.ts';
import { plainEnvironment } from './engine-under-test.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const never = new AbortController().signal;

/** Put on every container of these tests. */
export const LABEL = 'race-matrix.faults';

/** Weaker than the real one, so that a whole cell takes a second. */
const RULE: StoppingRule = { confidence: 0.99, maxRate: 0.02, budgetSeconds: 30 };

/** The row that all faults are put into; small.yaml has the same, so that its images serve both. */
const ENVIRONMENT: Environment = {
  id: 'debian-12/cpython-3.11',
  base: { id: 'debian-12', sources: [{ type: 'bootstrap', release: 'bookworm' }] },
  python: {
    id: 'cpython-3.11',
    recipe: 'debian-package',
    args: { PACKAGE: 'python3.11' },
    command: 'python3.11',
  },
};

const CONTROL = scenarioOf('none', 'os.system');
/**
 * Safe on glibc with CPython: without a fault it passes. So only the fault can keep these cells
 * from passing.
 */
const SAFE = scenarioOf('overwrite', 'os.system');

/** The changes that a case makes to its cell. */
export interface CellChanges {
  readonly limits?: Partial<TrialLimits>;
  readonly rule?: Partial<StoppingRule>;
  readonly cpuset?: string;
  readonly image?: string;
  readonly command?: string;
  /** Called with what the trials write, as it comes. */
  readonly onStdout?: (chunk: Buffer) => void;
}

/** The changes that a case makes to its row. */
export interface RowChanges {
  /** As of {@link FaultyCells.measure}; `none` if absent. */
  readonly fault?: string;
  /** A folder of faulty/images, built upon the image; the image itself if absent. */
  readonly recipe?: string;
  readonly limits?: Partial<TrialLimits>;
  readonly command?: string;
}

/** The engine, the images, and ways of measuring a cell with a fault in it. */
export class FaultyCells {
  readonly #scratch: string;
  readonly #cacheFolder: string;
  readonly #named: string | undefined;
  #engine: Engine;
  #image: UsableImage | undefined;

  private constructor(scratch: string, cache: string, named: string | undefined, engine: Engine) {
    this.#scratch = scratch;
    this.#cacheFolder = cache;
    this.#named = named;
    this.#engine = engine;
  }

  /**
   * Opens the engine of `MATRIX_TEST_ENGINE`, or the private one with the images that the end-to-end
   * tests use, or with those of `MATRIX_TEST_CACHE`; and has the image.
   */
  static async open(): Promise<FaultyCells> {
    const named = process.env['MATRIX_TEST_ENGINE'];
    const cache = process.env['MATRIX_TEST_CACHE'] ?? cacheFolder(process.env);
    await mkdir(cache, { recursive: true });
    const engine = await open(cache, named);
    const scratch = await mkdtemp(join(tmpdir(), 'faults-'));
    const cells = new FaultyCells(scratch, cache, named, engine);
    try {
      cells.#image = await cells.#prepare();
    } catch (error) {
      await cells.close();
      throw error;
    }
    return cells;
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** The reproduction with the faults, on the real Python. */
  get image(): UsableImage {
    if (!this.#image) throw new Error('the image was not prepared');
    return this.#image;
  }

  /** A client of the same engine: someone else, who does to our containers what we do not expect. */
  somebodyElse(): Docker {
    return connect(this.#endpoint());
  }

  /**
   * Marks by which the private engine's processes can be recognised; undefined for any other
   * engine.
   */
  privateEngineArgument(): string | undefined {
    if (this.#named !== undefined) return undefined;
    return `--data-root=${privatePathsOf(realpathSync(this.#cacheFolder)).data}`;
  }

  /** Opens the engine again, as the next run does. */
  async reopen(): Promise<void> {
    await this.#engine.close();
    this.#engine = await open(this.#cacheFolder, this.#named);
  }

  /**
   * Measures the cell that passes without faults, with a control that is taken to be clean.
   *
   * @param fault one of those in faulty/reproduce.py, or `none`
   */
  measure(fault: string, changes: CellChanges = {}): Promise<Cell> {
    return measureCell(
      this.#faultyEngine(fault, changes.onStdout),
      {
        environment: ENVIRONMENT.id,
        scenario: SAFE,
        image: changes.image ?? this.image.id,
        command: changes.command ?? ENVIRONMENT.python.command,
        rerun: '',
        traces: true,
        rule: { ...RULE, ...changes.rule },
        limits: { ...DEFAULT_TRIAL, ...changes.limits },
        expected: null,
        control: { type: 'clean' },
        cpuset: changes.cpuset ?? '0,1',
        labels: { [LABEL]: 'trial' },
        env: {},
        onTrial: () => undefined,
      },
      never,
    );
  }

  /**
   * Measures a row as a run does, from the probe of its image on: the control, and the cell that
   * passes without faults.
   */
  async measureRow(changes: RowChanges = {}): Promise<MeasuredRow> {
    const limits = { ...DEFAULT_TRIAL, ...changes.limits };
    const plan: RunPlan = {
      environments: [ENVIRONMENT],
      scenarios: [CONTROL, SAFE],
      rule: RULE,
      ruleFor: () => RULE,
      limitsFor: () => limits,
      expectedFor: () => null,
      matrix: { path: 'faults', sha256: '0'.repeat(64) },
      reproduction: this.#scratch,
      protocol: { type: 'contract' },
      packages: [],
      programs: [],
      compileOn: null,
      needsStrace: true,
      recipes: [],
    };
    const journal = await openJournal(join(this.#scratch, 'journal.jsonl'));
    try {
      return await measureEnvironment(
        changes.command === undefined
          ? ENVIRONMENT
          : { ...ENVIRONMENT, python: { ...ENVIRONMENT.python, command: changes.command } },
        {
          engine: this.#faultyEngine(changes.fault ?? 'none'),
          plan,
          prepare: () => this.#faultyImage(changes.recipe),
          turns: new CpuTurns(divideCpus(2, 2)),
          journal,
          emit: () => undefined,
          labels: { [LABEL]: 'row' },
          signal: never,
          restored: new Map(),
        },
      );
    } finally {
      await journal.close();
    }
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await rm(this.#scratch, { recursive: true, force: true });
  }

  /** The engine, whose containers have the fault and are overheard. */
  #faultyEngine(fault: string, onStdout?: (chunk: Buffer) => void): Engine {
    return {
      ...this.#engine,
      run: (request, signal) =>
        this.#engine.run(
          {
            ...request,
            env: { ...request.env, FAULT: fault },
            onStdout: (chunk) => {
              request.onStdout(chunk);
              onStdout?.(chunk);
            },
          },
          signal,
        ),
    };
  }

  #endpoint(): Endpoint {
    if (this.#named === undefined) {
      return { type: 'unix', path: privatePathsOf(realpathSync(this.#cacheFolder)).socket };
    }
    const parsed = parseEndpoint(this.#named, plainEnvironment());
    if (parsed.type === 'invalid') throw new Error(parsed.reason);
    return parsed;
  }

  #work(): ImageWork {
    return {
      emit: () => undefined,
      slot: (work) => work(),
      signal: never,
      refresh: false,
      timeoutSeconds: 1800,
    };
  }

  /** The real reproduction in its own folder, and the faulty one in its place. */
  async #prepare(): Promise<UsableImage> {
    const reproduction = join(this.#scratch, 'reproduction');
    await mkdir(join(reproduction, 'whole'), { recursive: true });
    await cp(
      join(root, 'test/integration/faulty/reproduce.py'),
      join(reproduction, 'reproduce.py'),
    );
    await cp(join(root, 'reproduction/run.sh'), join(reproduction, 'run.sh'));
    await cp(join(root, 'reproduction/reproduce.py'), join(reproduction, 'whole/reproduce.py'));
    const prepare = await preparation({
      engine: this.#engine,
      work: this.#work(),
      recipes: [join(root, 'images')],
      reproduction,
      packages: [],
      programs: [],
      compileOn: null,
    });
    return usable(await prepare(ENVIRONMENT));
  }

  async #faultyImage(recipe: string | undefined): Promise<Prepared> {
    if (recipe === undefined) return { type: 'ready', image: this.image, built: false };
    const folder = join(root, 'test/integration/faulty/images', recipe);
    return buildRecipe(
      this.#engine,
      {
        name: `${ENVIRONMENT.id}/${recipe}`,
        recipe: await readFolder(folder, recipe),
        args: {},
        parents: { BASE: this.image },
      },
      this.#work(),
    );
  }
}

async function open(cache: string, named: string | undefined): Promise<Engine> {
  const opened = await openEngine(
    {
      explicit: named ?? 'private',
      env: plainEnvironment(),
      cacheFolder: cache,
      notify: () => undefined,
    },
    never,
  );
  if (opened.type === 'none') throw new Error(`${opened.reason}\n${opened.advice}`);
  return opened.engine;
}

function usable(prepared: Prepared): UsableImage {
  if (prepared.type === 'ready') return prepared.image;
  throw new Error(`the image is ${prepared.type}: ${'reason' in prepared ? prepared.reason : ''}`);
}
