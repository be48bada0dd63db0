/** A run that was ended anywhere and continues gives the report of one that was not. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Environment } from '../model.ts';
import type { Cell, Report } from '../report/schema.ts';
import type { RunEvent } from './events.ts';
import { journalPath, openJournal } from './journal.ts';
import { readJournal, sameImage, type JournalContent } from './read-journal.ts';
import { restore, type Restored } from './restore.ts';
import { differences } from './run-identity.ts';
import { runMatrix, type ResumedRun } from './run-matrix.ts';
import { environment, planOf } from '../../test/support/small-plan.ts';
import {
  scriptedEngine,
  trialOutput,
  type ScriptedEngine,
} from '../../test/support/scripted-engine.ts';

let scratch = '';
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'resume-'));
});
after(() => rm(scratch, { recursive: true }));

const PY = environment('debian-12', 'cpython-3.11');
const PYPY = environment('debian-12', 'pypy3');
const ROWS = [PY, PYPY];

/** Trials that need two to pass a cell, and find the race with `add` on one row only. */
function affectedEngine(): ScriptedEngine {
  return scriptedEngine({
    trial: ({ image, mutation, calls }) =>
      mutation === 'add' && image.includes('cpython')
        ? { output: trialOutput(mutation, Math.min(calls, 40), 10) }
        : { output: trialOutput(mutation, Math.min(calls, 300)) },
  });
}

let runs = 0;

interface Part {
  readonly engine: ScriptedEngine;
  readonly folder?: string;
  readonly environments?: readonly Environment[];
  readonly resumed?: ResumedRun;
  readonly onEvent?: (event: RunEvent, interrupt: () => void) => void;
}

async function part({ engine, environments = ROWS, ...rest }: Part) {
  const folder = rest.folder ?? join(scratch, `run-${(runs += 1)}`);
  const controller = new AbortController();
  const report = await runMatrix({
    id: 'one',
    engine,
    plan: planOf(environments),
    folder,
    tool: { name: 'test', version: '0' },
    emit: (event) => {
      rest.onEvent?.(event, () => {
        controller.abort();
      });
    },
    refresh: false,
    signal: controller.signal,
    ...(rest.resumed === undefined ? {} : { resumed: rest.resumed }),
  });
  return { report, folder };
}

async function journalOf(folder: string): Promise<JournalContent> {
  const read = await readJournal(journalPath(folder));
  assert.ok(read.type === 'journal', JSON.stringify(read));
  return read.journal;
}

async function resumable(folder: string): Promise<ResumedRun> {
  const journal = await journalOf(folder);
  const restored = restore(planOf(ROWS), journal);
  assert.ok(restored.type === 'restored', JSON.stringify(restored));
  return {
    startedAt: new Date(journal.run.startedAt),
    rows: restored.rows,
    journalBytes: journal.bytes,
    retries: journal.retries,
  };
}

/** A report without what time alone makes different. */
function timeless(report: Report): object {
  return { ...report, run: { ...report.run, startedAt: '', finishedAt: '' } };
}

/** Every cell's trials in the journal are those of the report: none is lost, none counts twice. */
async function assertNothingLost(folder: string, report: Report): Promise<void> {
  const { rows } = await journalOf(folder);
  for (const cell of report.cells) {
    const trials = rows.get(cell.environment)?.trials.get(cell.scenario) ?? [];
    assert.equal(trials.length, cell.trials, `${cell.environment} ${cell.scenario}`);
  }
}

describe('a run that continues', () => {
  it('comes to the same report wherever its journal was cut off, and measures no finished cell again', async () => {
    const whole = await part({ engine: affectedEngine() });
    const bytes = await readFile(journalPath(whole.folder));
    const header = bytes.indexOf(0x0a) + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: header, max: bytes.length }), async (cut) => {
        const folder = join(scratch, `cut-${(runs += 1)}`);
        const engine = affectedEngine();
        await part({ engine, folder, environments: [] });
        await writeFile(journalPath(folder), bytes.subarray(0, cut));
        const resumed = await resumable(folder);
        engine.trials.length = 0;
        const { report } = await part({ engine, folder, resumed });
        assert.deepEqual(timeless(report), timeless(whole.report));
        await assertNothingLost(folder, report);
        for (const [id, row] of resumed.rows) {
          for (const scenario of row.cells.keys()) {
            const [mutation] = scenario.split('/');
            const again = engine.trials.filter(
              (trial) => trial.image.includes(id) && trial.mutation === mutation,
            );
            assert.deepEqual(again, [], `${id} ${scenario} is finished`);
          }
        }
      }),
      { numRuns: 60, examples: [[header], [bytes.length], [bytes.length - 1]] },
    );
  });

  it('comes to the same report after any number of interruptions', async () => {
    const whole = await part({ engine: affectedEngine() });
    const engine = affectedEngine();
    let step = await part({
      engine,
      onEvent: ({ type }, interrupt) => {
        if (type === 'trial-finished') interrupt();
      },
    });
    const { folder } = step;
    for (let n = 0; n < 20 && !step.report.run.complete; n += 1) {
      let trials = 0;
      step = await part({
        engine,
        folder,
        resumed: await resumable(folder),
        onEvent: ({ type }, interrupt) => {
          trials += type === 'trial-finished' ? 1 : 0;
          if (trials === 2) interrupt();
        },
      });
    }
    assert.deepEqual(timeless(step.report), timeless(whole.report));
    await assertNothingLost(folder, step.report);
  });

  it('forgets no failure that was seen before the evidence was there', async () => {
    const { folder } = await part({
      engine: affectedEngine(),
      environments: ROWS,
      onEvent: (event, interrupt) => {
        const failed = event.type === 'trial-finished' && event.scenario === 'add/os.system';
        if (failed && event.environment === PY.id) interrupt();
      },
    });
    // The machine would now find nothing, but the failure was seen.
    const silent = scriptedEngine({});
    await part({ engine: silent, environments: ROWS });
    const { report } = await part({ engine: silent, folder, resumed: await resumable(folder) });
    const cell = report.cells.find(
      ({ environment: row, scenario }) => row === PY.id && scenario === 'add/os.system',
    );
    assert.equal(cell?.verdict, 'fail');
    assert.match(cell.evidence.join('\n'), /execve/);
  });

  it('measures a row again whose image has changed, and never mixes the two', async () => {
    const engine = affectedEngine();
    const { folder } = await part({
      engine,
      onEvent: (event, interrupt) => {
        if (event.type === 'cell-finished' && event.cell.scenario === 'none/os.system') interrupt();
      },
    });
    const resumed = await resumable(folder);
    const [id, row] = [...resumed.rows][0] ?? [];
    assert.ok(id !== undefined && row?.cells.size === 1);
    for (const image of await engine.images('org.race-matrix')) {
      if (image.tags.join().includes(id)) await engine.removeImage(image.tags[0] ?? '');
    }
    const other = scriptedEngine({ imageIds: 'other' });
    other.trials.length = 0;
    const { report } = await part({ engine: other, folder, resumed });
    assert.ok(report.run.complete);
    const control = other.trials.filter(
      ({ image, mutation }) => image.includes(id) && mutation === 'none',
    );
    assert.ok(control.length > 0, 'the control is measured in the new image');
    assert.match(report.environments.find((item) => item.id === id)?.image?.id ?? '', /other/);
    await assertNothingLost(folder, report);
  });

  it('measures again what failed because of the engine, with everything that depended on it', async () => {
    const broken = scriptedEngine({
      trial: () => ({
        output: '',
        outcome: { type: 'engine-failed', reason: 'ECONNREFUSED', seconds: 0 },
      }),
    });
    const first = await part({ engine: broken });
    assert.equal(first.report.summary.error, 6);
    const engine = affectedEngine();
    const second = await part({
      engine,
      folder: first.folder,
      resumed: await resumable(first.folder),
    });
    const whole = await part({ engine: affectedEngine() });
    assert.deepEqual(timeless(second.report), timeless(whole.report));
    await assertNothingLost(first.folder, second.report);
  });

  it('keeps what is finished of a row whose image is no longer available', async () => {
    const { folder } = await part({
      engine: affectedEngine(),
      onEvent: (event, interrupt) => {
        if (event.type === 'cell-finished' && event.cell.scenario === 'none/os.system') interrupt();
      },
    });
    const kept = [...(await resumable(folder)).rows.values()].flatMap((row) => [
      ...row.cells.values(),
    ]);
    assert.ok(kept.length > 0);
    const imageless = scriptedEngine({
      build: () => ({ type: 'failed', reason: 'no space left on device', log: [] }),
    });
    const broken = await part({ engine: imageless, folder, resumed: await resumable(folder) });
    for (const cell of kept) {
      const now = broken.report.cells.find(
        ({ environment: row, scenario }) => row === cell.environment && scenario === cell.scenario,
      );
      assert.deepEqual(now, cell);
    }
    assert.ok(broken.report.summary.error > 0);
    const engine = affectedEngine();
    const resumed = await resumable(folder);
    const { report } = await part({ engine, folder, resumed });
    const whole = await part({ engine: affectedEngine() });
    assert.deepEqual(timeless(report), timeless(whole.report));
    await assertNothingLost(folder, report);
  });

  it('keeps what was an error of the trial itself', async () => {
    const odd = scriptedEngine({ trial: () => ({ output: 'nonsense\n' }) });
    const first = await part({ engine: odd });
    const { rows } = await resumable(first.folder);
    assert.ok([...rows.values()].every(({ finished }) => finished));
  });

  it('states the expectations of today', async () => {
    const { folder } = await part({ engine: affectedEngine() });
    const plan = { ...planOf(ROWS), expectedFor: () => 'fail' as const };
    const restored = restore(plan, await journalOf(folder));
    assert.ok(restored.type === 'restored');
    for (const { cells } of restored.rows.values()) {
      for (const cell of cells.values()) assert.equal(cell.expected, 'fail');
    }
  });
});

describe('a journal', () => {
  it('takes every entry, whenever it comes', async () => {
    const path = join(scratch, 'whenever.jsonl');
    const journal = await openJournal(path);
    // At some of the moments after an entry is written, the journal is just falling idle.
    for (let hops = 0; hops < 20; hops += 1) {
      await journal.write({ type: 'published' });
      for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
      await journal.write({ type: 'published' });
    }
    await journal.close();
    assert.equal((await readFile(path, 'utf8')).trim().split('\n').length, 40);
  });

  it('that cannot be written ends the run, which continues when there is room', async () => {
    const engine = affectedEngine();
    const folder = join(scratch, 'full');
    await assert.rejects(
      part({
        engine,
        folder: '/dev/null/nowhere',
      }),
      /cannot be made: ENOTDIR/,
    );
    // A disk that is full from the first byte on.
    await part({ engine, folder, environments: [] });
    await rm(journalPath(folder));
    await import('node:fs/promises').then(({ symlink }) =>
      symlink('/dev/full', journalPath(folder)),
    );
    await assert.rejects(part({ engine, folder }), /journal\.jsonl cannot be written: ENOSPC/);
    assert.equal(engine.busy.trials, 0);
  });

  it('may be torn in its last record, and in no other', async () => {
    const { folder } = await part({ engine: affectedEngine() });
    const path = journalPath(folder);
    const bytes = await readFile(path);
    const whole = await journalOf(folder);
    await appendFile(path, '{"type":"trial","environment":"debi');
    assert.equal(whole.bytes, bytes.length);
    assert.equal((await journalOf(folder)).bytes, whole.bytes);
    await appendFile(path, '\n');
    assert.match(JSON.stringify(await readJournal(path)), /line \d+: not JSON/);
    await writeFile(path, bytes);
    await truncate(path, 3);
    assert.equal((await readJournal(path)).type, 'empty');
    await rm(path);
    assert.equal((await readJournal(path)).type, 'empty');
  });

  it('of someone else is refused, by the line, however it is changed', async () => {
    const { folder } = await part({ engine: affectedEngine() });
    const path = journalPath(folder);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const trial = lines.findIndex((line) => line.includes('"type":"trial"'));
    const cell = lines.findIndex(
      (line) => line.includes('"type":"cell"') && line.includes('"fail"'),
    );
    const failing = lines.findIndex((line) => line.includes('"failures":10,'));
    const changes: readonly [number, (line: string) => string | undefined, RegExp][] = [
      [0, () => undefined, /the first record is not that of a run/],
      [trial, () => '{}', new RegExp(`line ${trial + 1}: `)],
      [trial, (line) => line.replace('"seconds":', '"secrets":'), /secrets|seconds/],
      [trial, (line) => `${line}\n${line}`, /more trials than|twice|decided|verdict/],
      [trial, () => undefined, /decided|has a verdict|its trials give/],
      [failing, () => undefined, /trials that are missing/],
      [failing, (line) => line.replace('"failures":10', '"failures":0'), /do not add up to/],
      [cell, (line) => line.replace('"verdict":"fail"', '"verdict":"pass"'), /has the verdict/],
      [cell, (line) => line.replace('"failures":10', '"failures":9'), /has the failures/],
      [cell, (line) => line.replaceAll('debian-12', '../../etc'), /.*/],
    ];
    for (const [at, change, reason] of changes) {
      const changed = lines.flatMap((line, index) => (index === at ? (change(line) ?? []) : line));
      await writeFile(path, `${changed.join('\n')}\n`);
      const read = await readJournal(path);
      const printed = read.type === 'journal' ? restore(planOf(ROWS), read.journal) : read;
      if (reason.source !== '.*') {
        assert.notEqual(printed.type, 'restored', `${at}: ${String(reason)}`);
        assert.match(JSON.stringify(printed), reason);
      }
    }
  });

  it('of anybody’s is read without an exception, and never adds a verdict', async () => {
    const { folder } = await part({ engine: affectedEngine() });
    const path = journalPath(folder);
    const bytes = await readFile(path);
    const good: Restored = restore(planOf(ROWS), await journalOf(folder));
    assert.ok(good.type === 'restored');
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            at: fc.nat({ max: bytes.length }),
            cut: fc.nat({ max: 40 }),
            put: fc.oneof(
              fc.uint8Array({ maxLength: 8 }),
              fc.constantFrom(
                ...['\n', '"', '}', '0', '1e999', '-1', 'null', '"pass"', '"fail"', '\u0000'].map(
                  (text) => new TextEncoder().encode(text),
                ),
              ),
            ),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        async (edits) => {
          let changed: Buffer = bytes;
          for (const { at, cut, put } of edits) {
            changed = Buffer.concat([changed.subarray(0, at), put, changed.subarray(at + cut)]);
          }
          await writeFile(path, changed);
          const read = await readJournal(path);
          if (read.type !== 'journal') return;
          const restored = restore(planOf(ROWS), read.journal);
          if (restored.type !== 'restored') return;
          for (const [id, row] of restored.rows) {
            for (const [scenario, cell] of row.cells) {
              const was: Cell | undefined = good.rows.get(id)?.cells.get(scenario);
              assert.equal(cell.verdict, was?.verdict);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the identity of a run', () => {
  it('names everything that differs', () => {
    const then = {
      tool: 'x 1',
      matrix: 'a',
      cells: 'b',
      reproduction: 'c',
      engine: 'docker 20',
      host: '6.1',
    };
    assert.deepEqual(differences(then, then), []);
    assert.deepEqual(differences(then, { ...then, matrix: 'z', engine: 'docker 28' }), [
      'matrix.yaml changed',
      'the container engine was docker 20 and is docker 28',
    ]);
  });
});

describe('a row of a journal', () => {
  it('is the same in a journal of before platforms were measured, and not on another platform', () => {
    const image = { id: 'sha256:0', fingerprint: '0', source: '' };
    const platform = (name: string) =>
      ({ name, pointerBits: 64, byteOrder: 'little', pageSize: 4096 }) as const;
    const row = { id: 'a/py', image };
    assert.ok(sameImage(row, { ...row, platform: platform('linux/amd64') }));
    assert.ok(
      !sameImage(
        { ...row, platform: platform('linux/arm64') },
        { ...row, platform: platform('linux/amd64') },
      ),
    );
  });
});
