import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Environment } from '../model.ts';
import type { Cell, Report } from '../report/schema.ts';
import type { RunEvent } from './events.ts';
import { runMatrix } from './run-matrix.ts';
import { environment, planOf } from '../../test/support/small-plan.ts';
import {
  scriptedEngine,
  trialOutput,
  type Script,
  type ScriptedEngine,
} from '../../test/support/scripted-engine.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-'));
});
after(() => rm(folder, { recursive: true }));

interface Ran {
  readonly report: Report;
  readonly engine: ScriptedEngine;
  readonly events: readonly RunEvent[];
  readonly journal: readonly { type: string }[];
}

async function ran(
  environments: readonly Environment[],
  script: Script,
  onEvent: (event: RunEvent, interrupt: () => void) => void = () => undefined,
  engine = scriptedEngine(script),
): Promise<Ran> {
  const id = `run-${Math.random()}`;
  const events: RunEvent[] = [];
  const controller = new AbortController();
  const report = await runMatrix({
    id,
    engine,
    plan: planOf(environments),
    folder: join(folder, id),
    tool: { name: 'test', version: '0' },
    emit: (event) => {
      events.push(event);
      onEvent(event, () => {
        controller.abort();
      });
    },
    refresh: false,
    signal: controller.signal,
  });
  const lines = (await readFile(join(folder, id, 'journal.jsonl'), 'utf8')).trim().split('\n');
  return {
    report,
    engine,
    events,
    journal: lines.map((line) => JSON.parse(line) as { type: string }),
  };
}

function cellOf(report: Report, environmentId: string, scenarioId: string): Cell {
  const cell = report.cells.find(
    (item) => item.environment === environmentId && item.scenario === scenarioId,
  );
  assert.ok(cell, `${environmentId} ${scenarioId}`);
  return cell;
}

const py = environment('debian-12', 'cpython-3.11');
const pypy = environment('debian-12', 'pypy3');
const affected: Script = {
  trial: ({ mutation, calls }) =>
    mutation === 'add' ? { output: trialOutput(mutation, Math.min(calls, 40), 10) } : undefined,
};

describe('a run', () => {
  it('gives every cell a verdict with its figures, and the report the measured facts', async () => {
    const { report } = await ran([py], affected);
    assert.deepEqual(
      report.cells.map(({ scenario: id, verdict }) => `${id} ${verdict}`),
      ['none/os.system pass', 'add/os.system fail', 'delete/os.system pass'],
    );
    const add = cellOf(report, py.id, 'add/os.system');
    assert.equal(add.rate?.value, 0.25);
    assert.equal(report.summary.unexpected, 0);
    assert.match(add.evidence[0] ?? '', /EFAULT/);
    assert.match(add.evidence[1] ?? '', /status 32512/);
    assert.equal(report.environments[0]?.libc?.package, 'libc6 2.36-9');
    assert.ok(report.findings.some(({ scenario: id }) => id === 'add/os.system'));
  });

  it('takes no pass of a row that ran under emulation', async () => {
    const { report } = await ran([py], { ...affected, arch: 'aarch64' });
    assert.equal(cellOf(report, py.id, 'add/os.system').verdict, 'fail');
    const { verdict, reason } = cellOf(report, py.id, 'delete/os.system');
    assert.equal(verdict, 'inconclusive');
    assert.match(reason ?? '', /emulation/);
    assert.match(report.run.warnings.join(), /emulation of another architecture/);
    assert.equal(report.environments[0]?.emulated, true);
  });

  it('measures an emulated row in which no program can trace another one', async () => {
    const untraceable = 'strace cannot trace its own child';
    const { report } = await ran([py], { ...affected, arch: 's390x', untraceable });
    const add = cellOf(report, py.id, 'add/os.system');
    assert.equal(add.verdict, 'fail');
    assert.equal(add.strace, undefined);
  });

  it('continues with fresh trials until a pass has enough exposed calls', async () => {
    const { report, engine } = await ran([py], {
      trial: ({ mutation, calls }) => ({ output: trialOutput(mutation, Math.min(200, calls)) }),
    });
    // 459 calls bound the rate at 0.01 with 99 % confidence.
    assert.deepEqual(
      engine.trials.filter(({ mutation }) => mutation === 'add').map(({ calls }) => calls),
      [459, 259, 59],
    );
    assert.equal(cellOf(report, py.id, 'add/os.system').trials, 3);
  });

  it('has the base and each Python once, and builds nothing the second time', async () => {
    const first = await ran([py, pypy], {});
    assert.deepEqual([...first.engine.builds].sort(), [
      'base debian-12',
      'debian-12/cpython-3.11',
      'debian-12/cpython-3.11/reproduction',
      'debian-12/pypy3',
      'debian-12/pypy3/reproduction',
      'debian-12/runtime',
    ]);
    first.engine.builds.length = 0;
    const second = await ran([py, pypy], {}, undefined, first.engine);
    assert.deepEqual(second.engine.builds, []);
    assert.equal(second.report.summary.pass, 6);
  });

  it('never builds beside a trial on a small host', async () => {
    const engine = scriptedEngine({});
    await ran(
      [py, pypy, environment('debian-13', 'pypy3')],
      {},
      () => {
        assert.ok(engine.busy.trials === 0 || engine.busy.builds === 0);
        assert.ok(engine.busy.trials <= 1);
      },
      engine,
    );
    assert.ok(engine.trials.every(({ cpuset }) => cpuset === '0,1'));
  });

  it('states how often the engine had to be asked again', async () => {
    const engine = { ...scriptedEngine({}), retries: () => 3 };
    const { report } = await ran([py], {}, undefined, engine);
    assert.equal(report.run.retries, 3);
  });

  it('has each trial in the journal before it is shown', async () => {
    const { events, journal } = await ran([py], affected);
    const shown = events.filter(({ type }) => type === 'trial-finished').length;
    assert.equal(journal.filter(({ type }) => type === 'trial').length, shown);
    assert.ok(shown >= 3);
    assert.equal(journal.at(-1)?.type, 'end');
  });
});

describe('failures in a run', () => {
  it('a build that fails is an error of its rows, with the end of its log, and the others continue', async () => {
    const { report } = await ran([py, pypy], {
      build: (name) =>
        name === 'debian-12/pypy3'
          ? {
              type: 'failed',
              reason: 'exit status 100',
              log: ['E: Unable to locate package pypy3'],
            }
          : undefined,
    });
    for (const id of ['none/os.system', 'add/os.system', 'delete/os.system']) {
      const cell = cellOf(report, pypy.id, id);
      assert.equal(cell.verdict, 'error');
      assert.match(cell.reason ?? '', /Exit status 100[^]*Unable to locate package pypy3/);
      assert.equal(cellOf(report, py.id, id).verdict, 'pass');
    }
  });

  it('a base that no source serves is skipped, and its registry is asked once', async () => {
    let asked = 0;
    const { report } = await ran([py, environment('debian-13', 'pypy3')], {
      pull: () => {
        asked += 1;
        return { type: 'unavailable', reason: 'no such host' };
      },
    });
    assert.equal(report.summary.skipped, 6);
    assert.match(
      report.cells[0]?.reason ?? '',
      /The registry docker\.io does not answer: no such host/,
    );
    assert.equal(asked, 1);
  });

  it('a recipe that does not exist is an error of its rows', async () => {
    const { report } = await ran([environment('debian-12', 'x', 'no-such-recipe'), py], {});
    assert.match(
      report.cells.find(({ verdict }) => verdict === 'error')?.reason ?? '',
      /no-such-recipe/,
    );
    assert.equal(report.summary.pass, 3);
  });

  it('a recipe that is a link to somewhere else is an error of its rows', async () => {
    const recipes = await mkdtemp(join(folder, 'recipes-'));
    const outside = await mkdtemp(join(folder, 'outside-'));
    await writeFile(join(outside, 'Dockerfile'), 'ARG BASE\nFROM ${BASE}\n');
    await symlink(outside, join(recipes, 'stray'));
    const plan = planOf([environment('debian-12', 'x', 'stray')]);
    const report = await runMatrix({
      ...{ id: 'stray', engine: scriptedEngine({}), folder: join(folder, 'stray') },
      ...{ tool: { name: 'test', version: '0' }, emit: () => undefined, refresh: false },
      plan: { ...plan, recipes: [recipes, ...plan.recipes] },
      signal: new AbortController().signal,
    });
    assert.equal(report.summary.error, 3);
    assert.match(report.cells[0]?.reason ?? '', /stray is a link that leads out of/);
  });

  it('an image in which strace does not work is an error of its row', async () => {
    const { report, engine } = await ran([py], { untraceable: 'strace cannot be started' });
    assert.equal(report.summary.error, 3);
    assert.match(report.cells[0]?.reason ?? '', /Strace cannot be started/);
    assert.equal(engine.trials.length, 0);
  });

  it('a pass that strace contradicts is inconclusive, and its witness is in the report', async () => {
    const { report } = await ran([py], {
      traced: (mutation) =>
        mutation === 'add'
          ? 'strace: 412 execve, 3 failed (EFAULT 3)\n'
          : 'strace: 412 execve, none failed, 9 not found along PATH\n',
    });
    const taken = cellOf(report, py.id, 'add/os.system');
    assert.equal(taken.verdict, 'inconclusive');
    assert.match(taken.reason ?? '', /strace saw 412 execve, 3 failed \(EFAULT 3\)/);
    const control = cellOf(report, py.id, 'none/os.system');
    assert.equal(control.verdict, 'pass');
    assert.deepEqual(control.strace, { execves: 412, failed: {}, notFound: 9 });
    assert.deepEqual(control.evidence, ['strace: 412 execve, none failed, 9 not found along PATH']);
  });

  it('a control in which strace saw a failed execve is an error, and so are its cells', async () => {
    const { report } = await ran([py], {
      traced: () => 'strace: 412 execve, 1 failed (EFAULT 1)\n',
    });
    assert.match(cellOf(report, py.id, 'none/os.system').reason ?? '', /while nothing changed/);
    assert.equal(report.summary.error, 3);
  });

  it('a dirty control makes its cells errors, whatever they show', async () => {
    const { report } = await ran([py], {
      trial: ({ mutation }) => ({ output: trialOutput(mutation, 100, 5) }),
    });
    assert.equal(cellOf(report, py.id, 'none/os.system').verdict, 'fail');
    assert.equal(cellOf(report, py.id, 'add/os.system').verdict, 'error');
    assert.equal(report.summary.pass, 0);
  });

  it('a trial that ends without its summary is an error of its cell only', async () => {
    const { report } = await ran([py], {
      trial: ({ mutation, calls }) =>
        mutation === 'add'
          ? { output: trialOutput(mutation, calls).split('\n')[0] ?? '' }
          : undefined,
    });
    assert.equal(cellOf(report, py.id, 'add/os.system').verdict, 'error');
    assert.equal(cellOf(report, py.id, 'delete/os.system').verdict, 'pass');
  });

  it('an interruption keeps what was measured and skips the rest', async () => {
    const { report, journal } = await ran([py], affected, (event, interrupt) => {
      if (event.type === 'cell-finished' && event.cell.scenario === 'add/os.system') interrupt();
    });
    assert.equal(report.run.complete, false);
    assert.equal(cellOf(report, py.id, 'add/os.system').verdict, 'fail');
    const rest = cellOf(report, py.id, 'delete/os.system');
    assert.equal(rest.verdict, 'skipped');
    assert.match(rest.reason ?? '', /interrupted/);
    assert.deepEqual(journal.at(-1), { type: 'end', complete: false, retries: 0 });
  });
});
