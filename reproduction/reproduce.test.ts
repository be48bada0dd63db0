import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LAUNCHERS } from '../src/model.ts';
import { parseTrialLine, type TrialLine } from '../src/trial/protocol.ts';
import {
  folderWith,
  insideReproduce,
  pathWith,
  reproduce,
  run,
  temporaryFolder,
  unlessThere,
  type Ended,
  type RunOptions,
} from '../test/support/run-reproduction.ts';

const python = unlessThere('python3');

/** Runs with --json, and reads every line as the matrix does. */
async function trial(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended & { trialLines: readonly TrialLine[] }> {
  const ended = await reproduce([...args, '--json'], options);
  const trialLines = ended.lines.map((text) => {
    const parsed = parseTrialLine(text);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  });
  return { ...ended, trialLines };
}

function ofType<T extends TrialLine['type']>(lines: readonly TrialLine[], type: T) {
  return lines.filter((line): line is Extract<TrialLine, { type: T }> => line.type === type);
}

/** The one summary of a completed run. */
function summaryOf(ended: Ended & { trialLines: readonly TrialLine[] }) {
  const summaries = ofType(ended.trialLines, 'summary');
  assert.equal(summaries.length, 1, ended.stdout + ended.stderr);
  assert.equal(ended.trialLines.at(-1), summaries[0]);
  const [summary] = summaries;
  if (summary === undefined) throw new Error('there is a summary');
  return summary;
}

/** The problem of a run that shows nothing about the race. */
function problemOf(ended: Ended & { trialLines: readonly TrialLine[] }): string {
  assert.equal(ended.status, 126, ended.stderr);
  assert.deepEqual(ofType(ended.trialLines, 'summary'), []);
  const line = ended.trialLines.at(-1);
  assert.equal(line?.type, 'problem');
  return line.problem;
}

const failures = (summary: { failures: Readonly<Record<string, number>> }) =>
  Object.values(summary.failures).reduce((sum, count) => sum + count, 0);

describe('reproduce.py for people', { skip: python }, () => {
  it('shows the race that every C library has, in the words of the original report', async () => {
    const ended = await reproduce(['--mutation', 'delete', '--seconds', '10', '--until-failure']);
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(ended.stdout, /^\[thread \d\]\[os\.system failure\] ouch! return code = -?\d+/m);
    assert.match(ended.lines.at(-1) ?? '', /^\d+ calls, \d+ of them exposed to .* [1-9]\d* failed/);
  });

  it('finds nothing where the environment does not change', async () => {
    const ended = await reproduce(['--mutation', 'none', '--seconds', '0.3']);
    assert.equal(ended.status, 0, ended.stdout + ended.stderr);
    assert.match(ended.lines.at(-1) ?? '', / 0 failed; /);
  });

  it('answers wrong arguments with a status that is neither good nor bad to git bisect', async () => {
    for (const args of [
      ['--mutation', 'subtract'],
      ['--launcher', 'exec'],
      ['--seconds', '0'],
      ['--seconds', 'nan'],
      ['--seconds', 'inf'],
      ['--threads', '0'],
      ['--threads', '65'],
      ['--calls', '-1'],
      ['--frobnicate'],
    ]) {
      const ended = await reproduce(args);
      assert.equal(ended.status, 126, args.join(' '));
      assert.equal(ended.stdout, '');
      assert.match(ended.stderr, /^usage: /);
    }
  });
});

describe('reproduce.py for the matrix', { skip: python }, () => {
  it('counts each failure once: in the lines, by symptom, by pattern', async () => {
    const ended = await trial(['--mutation', 'delete', '--seconds', '1']);
    assert.equal(ended.status, 0, ended.stderr);
    const summary = summaryOf(ended);
    const reported = ofType(ended.trialLines, 'failure');
    assert.ok(failures(summary) > 0, 'deleting races on every C library');
    assert.equal(reported.length, Math.min(100, failures(summary)));
    assert.ok(failures(summary) <= summary.exposed && summary.exposed <= summary.calls);
    assert.ok((summary.firstFailureSeconds ?? Infinity) <= (reported[0]?.seconds ?? 0));
    const { patterns } = JSON.parse(ended.lines.at(-1) ?? '') as {
      patterns: { calls: number; exposed: number; failures: number }[];
    };
    const sum = (of: 'calls' | 'exposed' | 'failures') =>
      patterns.reduce((total, pattern) => total + pattern[of], 0);
    assert.equal(sum('calls'), summary.calls);
    assert.equal(sum('exposed'), summary.exposed);
    assert.equal(sum('failures'), failures(summary));
  });

  it('exposes all calls of a control, and most of those of a mutation', async () => {
    const control = summaryOf(await trial(['--mutation', 'none', '--seconds', '0.4']));
    assert.equal(control.exposed, control.calls);
    assert.deepEqual(control.failures, {});
    const changed = summaryOf(await trial(['--mutation', 'overwrite', '--seconds', '0.4']));
    assert.ok(changed.mutations > 0);
    assert.ok(changed.exposed > changed.calls / 4, `${changed.exposed} of ${changed.calls}`);
  });

  it('stops after as many exposed calls as were asked for, and those in flight', async () => {
    const ended = await trial(['--mutation', 'none', '--seconds', '50', '--calls', '40']);
    const summary = summaryOf(ended);
    assert.ok(summary.exposed >= 40 && summary.exposed < 40 + 8, `${summary.exposed}`);
    assert.ok(summary.seconds < 50);
  });

  it('says after every round what was counted, for a process that dies before its summary', async () => {
    const ended = await trial(['--mutation', 'none', '--seconds', '0.3']);
    const summary = summaryOf(ended);
    const progress = ofType(ended.trialLines, 'progress').map(({ calls }) => calls);
    assert.deepEqual(
      progress,
      [...progress].sort((a, b) => a - b),
    );
    assert.equal(progress.at(-1), summary.calls);
  });

  for (const launcher of LAUNCHERS.filter((name) => name !== 'c-system')) {
    it(`runs a clean control of ${launcher}, or says what this Python lacks`, async () => {
      const ended = await trial(['--mutation', 'none', '--launcher', launcher, '--seconds', '0.3']);
      assert.equal(ended.status, 0, ended.stdout + ended.stderr);
      if (ended.trialLines[0]?.type === 'unsupported') return;
      const summary = summaryOf(ended);
      assert.deepEqual(summary.failures, {});
      assert.ok(summary.calls > 0);
    });
  }

  it('names a launcher that is not there as unsupported, not as failed or passed', async () => {
    const env = { C_SYSTEM: '/nonexistent/c-system' };
    const ended = await trial(['--launcher', 'c-system'], { env });
    assert.equal(ended.status, 0);
    assert.deepEqual(
      ended.trialLines.map(({ type }) => type),
      ['unsupported'],
    );
    assert.equal((await reproduce(['--launcher', 'c-system'], { env })).status, 125);
  });
});

describe('what is not the race', { skip: python }, () => {
  /** A launcher that looks for `sh` along PATH, so that a test can put its own there. */
  const byName = ['--launcher', 'subprocess-name', '--seconds', '1'];

  it('is one CPU', { skip: unlessThere('taskset') }, async () => {
    const under = ['taskset', '-c', '0'];
    assert.equal(problemOf(await trial(['--mutation', 'add'], { under })), 'cpus');
  });

  it('is a shell that always fails: the control is dirty, the rest does not begin', async (test) => {
    const PATH = pathWith(await folderWith(test, 'sh', 'exit 3'));
    const control = await trial(['--mutation', 'none', ...byName], { env: { PATH } });
    const summary = summaryOf(control);
    assert.deepEqual(summary.failures, { 'spawn-error': summary.calls });
    assert.equal(ofType(control.trialLines, 'failure')[0]?.status, 3);
    const changed = await trial(['--mutation', 'add', ...byName], { env: { PATH } });
    assert.equal(problemOf(changed), 'unexposed-failure');
  });

  it('is a shell that breaks on the way: it goes on failing when nothing changes', async (test) => {
    const folder = await folderWith(test, 'sh', '/bin/mkdir "${0%/*}/ran" 2> /dev/null || exit 3');
    const ended = await trial(['--mutation', 'overwrite', ...byName], {
      env: { PATH: pathWith(folder) },
    });
    assert.equal(problemOf(ended), 'unexposed-failure');
  });

  it('is a child that somebody kills', async (test) => {
    const PATH = pathWith(await folderWith(test, 'sh', 'kill -KILL $$'));
    const ended = await trial(['--mutation', 'none', ...byName], { env: { PATH } });
    assert.equal(problemOf(ended), 'resource');
  });

  it('is too few descriptors', async () => {
    const under = ['sh', '-c', 'ulimit -n 10; exec "$@"', 'sh'];
    const ended = await trial(['--mutation', 'none', ...byName], { under });
    assert.equal(problemOf(ended), 'resource');
  });

  it('is an environment that a child may not have', async () => {
    const under = ['sh', '-c', 'ulimit -s 512; exec "$@"', 'sh'];
    const ended = await trial(['--mutation', 'overwrite', '--seconds', '1'], { under });
    assert.equal(problemOf(ended), 'resource');
  });

  it('is a standard library without a module: no summary, and a status that says so', async (test) => {
    const folder = await temporaryFolder(test);
    const broken = 'raise ImportError("no module of that name here")';
    await run(['sh', '-c', 'echo "$1" > "$2"', 'sh', broken, join(folder, 'subprocess.py')]);
    const ended = await trial(['--mutation', 'add'], { env: { PYTHONPATH: folder } });
    assert.notEqual(ended.status, 0);
    assert.deepEqual(ended.trialLines, []);
    assert.match(ended.stderr, /no module of that name here/);
  });
});

describe('symptoms', { skip: python }, () => {
  it('a call that does not come back is a hang, and is counted', async (test) => {
    // The first call of a run is made in calm; those after it wait for longer than the limit.
    const script = '/bin/mkdir "${0%/*}/ran" 2> /dev/null && exit 0; exec /bin/sleep 4';
    const ended = await trial(
      [
        ...['--mutation', 'overwrite', '--launcher', 'subprocess-name'],
        ...['--threads', '1', '--seconds', '30', '--hang-seconds', '0.5'],
      ],
      { env: { PATH: pathWith(await folderWith(test, 'sh', script)) } },
    );
    assert.equal(ended.status, 0, ended.stderr);
    const summary = summaryOf(ended);
    assert.deepEqual(summary.failures, { hang: 1 });
    assert.equal(summary.calls, 1);
    assert.equal(summary.exposed, 1);
  });

  it('a child that misses an untouched variable is damage, not a failed start', async (test) => {
    const script = 'unset KEEP_B; exec /bin/sh "$@"';
    const ended = await trial(
      ['--mutation', 'none', '--launcher', 'subprocess-name', '--seconds', '0.3'],
      { env: { PATH: pathWith(await folderWith(test, 'sh', script)) } },
    );
    const summary = summaryOf(ended);
    assert.deepEqual(summary.failures, { 'damaged-environment': summary.calls });
  });

  it('every sentinel is checked', async (test) => {
    const names = await insideReproduce<string[]>(
      'print(json.dumps([name for name, _ in FRONT + (LONG,) + BACK]))',
    );
    for (const name of names) {
      for (const change of [`unset ${name}`, `${name}=other`]) {
        const script = `${change}; exec /bin/sh "$@"`;
        const ended = await trial(
          ['--mutation', 'none', '--launcher', 'subprocess-name', '--calls', '1'],
          { env: { PATH: pathWith(await folderWith(test, 'sh', script)) } },
        );
        const summary = summaryOf(ended);
        assert.deepEqual(summary.failures, { 'damaged-environment': summary.calls }, change);
      }
    }
  });

  it('a status is read as its launcher means it', async () => {
    const code = `
def of(launcher, status):
    options = parse_arguments(["--launcher", launcher])
    return Trial(options, None).describe_status(status)
print(json.dumps([of(*case[:2]) for case in json.load(sys.stdin)]))`;
    const cases: [string, number, { symptom?: string; problem?: string }][] = [
      // glibc from 2.33 on, glibc 2.30 to 2.32 and musl, glibc 2.29: the child could not be started.
      ['os.system', 32512, { symptom: 'spawn-error' }],
      ['os.system', -1, { symptom: 'spawn-error' }],
      ['os.system', 14, { symptom: 'spawn-error' }],
      ['os.system', 97 << 8, { symptom: 'damaged-environment' }],
      ['os.system', 9, { problem: 'resource' }],
      ['os.system', 11, { symptom: 'spawn-error' }],
      ['os.popen', 97 << 8, { symptom: 'damaged-environment' }],
      ['os.popen', -9 * 256, { problem: 'resource' }],
      ['subprocess-cwd', 97, { symptom: 'damaged-environment' }],
      ['subprocess-cwd', 127, { symptom: 'spawn-error' }],
      ['subprocess-cwd', -11, { symptom: 'spawn-error' }],
      ['subprocess-cwd', -9, { problem: 'resource' }],
      ['multiprocessing-spawn', 255, { symptom: 'spawn-error' }],
    ];
    const outcomes = await insideReproduce<{ symptom?: string; problem?: string }[]>(code, cases);
    cases.forEach(([launcher, status, expected], index) => {
      const { symptom, problem } = outcomes[index] ?? {};
      assert.deepEqual(
        symptom ?? { problem },
        expected.symptom ?? expected,
        `${launcher} ${status}`,
      );
    });
  });

  it('an exception is told from a failed start, and both from want of resources', async () => {
    const code = `
def of(error):
    return Trial(parse_arguments(["--launcher", "subprocess-cwd"]), None).describe_error(error)
print(json.dumps([of(error) for error in [
    OSError(errno.EFAULT, "Bad address"), OSError(errno.E2BIG, "Argument list too long"),
    OSError(errno.EAGAIN, "Resource temporarily unavailable"), MemoryError(),
    KeyError("RACE_7"), RuntimeError("dictionary changed size during iteration")]]))`;
    const outcomes =
      await insideReproduce<
        { symptom?: string; problem?: string; errno?: string; detail: string }[]
      >(code);
    assert.deepEqual(
      outcomes.map(({ symptom, problem, errno }) =>
        symptom && errno ? [symptom, errno] : (symptom ?? problem),
      ),
      [
        ['spawn-error', 'EFAULT'],
        ['spawn-error', 'E2BIG'],
        'resource',
        'resource',
        'exception',
        'exception',
      ],
    );
    assert.match(outcomes[4]?.detail ?? '', /KeyError: 'RACE_7'/);
  });
});

describe('exposure', { skip: python }, () => {
  it('is counted only where a change certainly fell into the call', async () => {
    const code = `
class Silent(object):
    def emit(self, *arguments):
        pass
def of(status, certainly, possibly):
    trial = Trial(parse_arguments(["--mutation", "delete"]), Silent())
    trial.began = now()
    trial.judge(0, status, None, certainly, possibly)
    return [trial.calls, trial.exposed, trial.failures, trial.problem and trial.problem.problem]
print(json.dumps([of(*case) for case in json.load(sys.stdin)]))`;
    assert.deepEqual(
      await insideReproduce(code, [
        [0, true, true],
        [0, false, true],
        [0, false, false],
        [32512, true, true],
        [32512, false, true],
        [32512, false, false],
      ]),
      [
        [1, 1, {}, null],
        [1, 0, {}, null],
        [1, 0, {}, null],
        [1, 1, { 'spawn-error': 1 }, null],
        // It failed, so the change that may have fallen into it did.
        [1, 1, { 'spawn-error': 1 }, null],
        // Nothing changed, so it is not the race that made it fail.
        [1, 0, {}, 'unexposed-failure'],
      ],
    );
  });
});

describe('the clock of a trial', { skip: python }, () => {
  it('counts seconds from an arbitrary start, also in a Python that has neither of the usual two', async () => {
    const code = `
import time
del time.monotonic
sys.modules["ctypes"] = None
read = monotonic_clock()
began = read()
time.sleep(0.3)
print(json.dumps(read() - began))`;
    const seconds = await insideReproduce<number>(code);
    // In steps of 10 ms; and seconds, not steps, of which these would be 30.
    assert.ok(seconds >= 0.28 && seconds < 25, String(seconds));
  });
});
