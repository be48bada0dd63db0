import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ContainerOutcome } from '../engine/engine.ts';
import type { Observation } from '../verdict/observation.ts';
import { ScriptTranscript } from './interpret.ts';
import { OutputLines } from './output-lines.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
import { PLAIN_PROTOCOL } from '../reproduction/plain-manifest.ts';
import { parseOutputPattern, type OutputPattern } from '../reproduction/output-pattern.ts';

function pattern(text: string): OutputPattern {
  const parsed = parseOutputPattern(text);
  assert.ok(parsed.ok);
  return parsed.value;
}

const byStatus = PLAIN_PROTOCOL;
const byPatterns: ScriptProtocol = {
  ...PLAIN_PROTOCOL,
  reproduced: [pattern('^FAIL')],
  completed: [pattern('tests were run$')],
  evidence: [pattern('^ +at ')],
};

function exited(status: number): ContainerOutcome {
  return { type: 'exited', status, seconds: 2 };
}

/** A transcript that is given streams as they come, as a reader of attempts splits them. */
class FedTranscript extends ScriptTranscript {
  readonly #streams = {
    stdout: new OutputLines((line) => {
      this.take(line);
    }),
    stderr: new OutputLines((line) => {
      this.take(line);
    }),
  };

  push(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#streams[stream].push(chunk);
  }

  override conclude(outcome: ContainerOutcome): Observation {
    this.#streams.stdout.end();
    this.#streams.stderr.end();
    return super.conclude(outcome);
  }
}

function observed(
  protocol: ScriptProtocol,
  output: string | Buffer,
  outcome: ContainerOutcome,
): Observation {
  const transcript = new FedTranscript(protocol);
  transcript.push('stdout', Buffer.from(output));
  return transcript.conclude(outcome);
}

/** `good`, `bad`, or the type with the problem. */
function printed(observation: Observation): string {
  if (observation.type === 'completed') return observation.failures === 0 ? 'good' : 'bad';
  return observation.type === 'problem' ? observation.problem : observation.type;
}

const BROKEN: readonly ContainerOutcome[] = [
  { type: 'out-of-memory', status: 137, seconds: 1 },
  { type: 'timeout', seconds: 60 },
  { type: 'output-limit', seconds: 1 },
  { type: 'not-started', reason: 'exec format error' },
  { type: 'vanished', reason: 'somebody removed it', seconds: 1 },
  { type: 'engine-failed', reason: 'no answer', seconds: 1 },
  { type: 'cancelled', seconds: 1 },
];

const CRASHES = [132, 133, 134, 135, 136, 139];

describe('by exit status', () => {
  it('is read as git bisect run and automake read it, and a crash is the bug', () => {
    for (let status = 0; status < 256; status += 1) {
      const expected =
        status === 0
          ? 'good'
          : status === 125 || status === 77
            ? 'unsupported'
            : status < 126 || CRASHES.includes(status)
              ? 'bad'
              : 'exit-status';
      assert.equal(printed(observed(byStatus, '', exited(status))), expected, String(status));
    }
  });

  it('counts as bad or good whatever is named so', () => {
    const named = { ...byStatus, badStatus: [0, 77, 137], goodStatus: [1, 125, 139] };
    for (const status of [0, 77, 137]) {
      assert.equal(printed(observed(named, '', exited(status))), 'bad', String(status));
    }
    for (const status of [1, 125, 139]) {
      assert.equal(printed(observed(named, '', exited(status))), 'good', String(status));
    }
    for (const status of [2, 124, 127, 143]) {
      assert.equal(printed(observed(named, '', exited(status))), 'exit-status', String(status));
    }
    assert.equal(printed(observed({ ...byStatus, goodStatus: [1] }, '', exited(0))), 'exit-status');
    assert.equal(printed(observed({ ...byStatus, goodStatus: [1] }, '', exited(2))), 'bad');
  });

  it('shows the last lines of a failing run, or those that were asked for', () => {
    const bad = observed(byStatus, 'one\ntwo\nthree\nfour\n', exited(1));
    assert.deepEqual(bad.type === 'completed' && bad.notes, ['two', 'three', 'four']);
    const asked = observed(
      { ...byStatus, evidence: [pattern('t')] },
      'one\ntwo\nthree\nfour\n',
      exited(1),
    );
    assert.deepEqual(asked.type === 'completed' && asked.notes, ['two', 'three']);
  });

  it('names the status where there is no output', () => {
    const bad = observed(byStatus, '', exited(124));
    assert.deepEqual(bad.type === 'completed' && bad.notes, ['status 124, no output']);
    assert.equal(bad.type === 'completed' && bad.samples[0]?.status, 124);
  });

  it('names the signal of a crash, and then what tells', () => {
    const output =
      'working\nFatal Python error: Aborted\n\nCurrent thread:\n  File "x.py", line 3 in f\n';
    const crash = observed(byStatus, output, exited(134));
    assert.ok(crash.type === 'completed');
    assert.deepEqual(crash.symptoms, { crash: 1 });
    assert.deepEqual(crash.notes, ['SIGABRT (status 134)', 'Fatal Python error: Aborted']);
  });

  it('reports the output, where it cannot be tested or could not be started', () => {
    const untestable = observed(byStatus, 'needs Linux 9\n', exited(125));
    assert.match(untestable.type === 'unsupported' ? untestable.reason : '', /needs Linux 9/);
    const early = observed(byStatus, '1..3\nok 1 - a\n', exited(0));
    assert.match(JSON.stringify(early), /its tests ended early \(1\.\.3\)/);
    const halfSkipped = observed(byStatus, '1..3\nok 1 # SKIP a\n', exited(0));
    assert.match(JSON.stringify(halfSkipped), /its tests ended early \(1\.\.3\)/);
    const skipped = observed(byStatus, '1..0 # SKIP no such call\nbye\n', exited(77));
    assert.match(skipped.type === 'unsupported' ? skipped.reason : '', /SKIP no such call$/);
    const missing = observed(byStatus, 'run.sh: 3: nosuch: not found\n', exited(127));
    assert.match(missing.type === 'problem' ? missing.reason : '', /127 .*not found.*\n.*nosuch/);
    const killed = observed(byStatus, '', exited(137));
    assert.match(killed.type === 'problem' ? killed.reason : '', /SIGKILL/);
  });
});

describe('a good status', () => {
  const failed = [
    'Ran 2 tests in 0.001s\n\nFAILED (failures=1)\n',
    '=== 1 failed, 2 passed in 0.1s ===\n',
    '***Test Failed*** 2 failures.\n',
    'ok 1\nnot ok 2 - it works\n1..2\n',
  ];

  it('is the bug where the tests report a failure', () => {
    for (const output of failed) {
      assert.equal(printed(observed(byStatus, output, exited(0))), 'bad', output);
      assert.equal(printed(observed({ ...byStatus, goodStatus: [0] }, output, exited(0))), 'good');
      const named = { ...byStatus, reproduced: [pattern('EFAULT')] };
      assert.equal(printed(observed(named, output, exited(0))), 'no-summary', output);
    }
    assert.equal(printed(observed(byStatus, 'not ok 1 # TODO later\n', exited(0))), 'good');
  });

  it('is an error where a pipe or a later command hides that nothing was tested', () => {
    const output = './run.sh: 2: strace: not found\n';
    const named = { ...byStatus, reproduced: [pattern('EFAULT')], goodStatus: [0, 1] };
    for (const protocol of [byStatus, named]) {
      const seen = observed(protocol, output, exited(0));
      assert.equal(printed(seen), 'unusable');
      assert.match(
        seen.type === 'problem' ? seen.reason : '',
        /strace: not found\n.*--good PATTERN/,
      );
    }
    const proof = { ...byStatus, completed: [pattern('^done')] };
    assert.equal(printed(observed(proof, `${output}done\n`, exited(0))), 'good');
  });
});

describe('limits', () => {
  const hangs: ScriptProtocol = { ...byStatus, hang: 'reproduced' };

  it('a run that exceeds its time is an error, or the bug if the hang is the bug', () => {
    assert.equal(printed(observed(byStatus, 'x\n', { type: 'timeout', seconds: 10 })), 'timeout');
    const hang = observed(hangs, 'waiting\n', { type: 'timeout', seconds: 10 });
    assert.ok(hang.type === 'completed');
    assert.deepEqual(hang.symptoms, { hang: 1 });
    assert.deepEqual(hang.notes, ['still running after 10 s', 'waiting']);
    assert.equal(
      printed(observed(hangs, '', { type: 'output-limit', seconds: 1 })),
      'output-limit',
    );
  });

  it('what showed before a limit counts', () => {
    for (const outcome of [
      { type: 'timeout', seconds: 10 },
      { type: 'output-limit', seconds: 10 },
    ] as const) {
      assert.equal(printed(observed(byPatterns, 'FAIL: it\n', outcome)), 'bad');
    }
    const memory = { type: 'out-of-memory', status: 137, seconds: 1 } as const;
    assert.equal(printed(observed(byPatterns, 'FAIL: it\n', memory)), 'out-of-memory');
  });

  it('output that was dropped is reported, and is never taken for silence', () => {
    const dropped = (protocol: ScriptProtocol, output: string, status: number) => {
      const transcript = new FedTranscript(protocol);
      transcript.push('stdout', Buffer.from(output));
      transcript.drop({ text: 'more', cut: false });
      return transcript.conclude(exited(status));
    };
    const bad = dropped(byPatterns, 'FAIL: it\n', 0);
    assert.match(bad.type === 'completed' ? (bad.notes?.at(-1) ?? '') : '', /limit was dropped/);
    assert.equal(printed(dropped(byPatterns, '9 tests were run\n', 0)), 'output-limit');
    const skips = { ...byStatus, skipped: [pattern('^SKIP')] };
    assert.equal(printed(dropped(skips, 'noise\n', 0)), 'output-limit');
    // Nor a failure, a crash or a bad status.
    assert.equal(printed(dropped(skips, 'noise\n', 1)), 'output-limit');
    assert.equal(printed(dropped(skips, 'noise\n', 139)), 'output-limit');
    assert.equal(printed(dropped({ ...skips, badStatus: [3] }, 'noise\n', 3)), 'output-limit');
    assert.equal(printed(dropped(byStatus, 'noise\n', 0)), 'good');
    assert.equal(printed(dropped(byStatus, 'noise\n', 1)), 'bad');
  });

  it('a failed test is found after the limit of output', () => {
    const transcript = new ScriptTranscript(byStatus);
    transcript.take({ text: 'noise', cut: false });
    transcript.drop({ text: '=== 1 failed, 3 passed in 0.10s ===', cut: false });
    assert.equal(printed(transcript.conclude(exited(0))), 'bad');
  });

  it('a crash or an uncaught exception is no success, whatever the status', () => {
    const traceback =
      'Traceback (most recent call last):\n  File "bug.py", line 1, in f\n    g()\nKeyError: 1\n';
    const hidden = [
      `start\n${traceback}`,
      `Exception in thread Thread-1 (work):\n${traceback}done\n`,
      `Process Process-1:\n${traceback}done\n`,
      'Fatal Python error: Segmentation fault\n\nThread 0x1:\n  File "x.py", line 1 in f\n',
      'Segmentation fault (core dumped)\ndone\n',
      './run.sh: line 3:  4321 Aborted                 (core dumped) ./a.out\ndone\n',
      '==12==ERROR: AddressSanitizer: heap-use-after-free\ndone\n',
    ];
    const withGood = { ...byStatus, completed: [pattern('^done')] };
    for (const output of hidden) {
      const observation = observed(byStatus, output, exited(0));
      assert.equal(printed(observation), 'exit-status', output);
      assert.match(observation.type === 'problem' ? observation.reason : '', /--bad '/);
      assert.equal(printed(observed({ ...byStatus, goodStatus: [0] }, output, exited(0))), 'good');
      if (output.includes('done'))
        assert.equal(printed(observed(withGood, output, exited(0))), 'good');
    }
    for (const output of [
      `${traceback}the exception is as expected\n`,
      `Exception ignored in: <function f at 0x7f>\n${traceback}`,
      `Exception in thread Thread-1 (most likely raised during interpreter shutdown):\n${traceback}done\n`,
      `Exception in thread Thread-1 (f):\n${traceback}\nRan 1 test in 0.001s\n\nOK\n`,
      'Process finished\n',
      'the transaction is Aborted as it should be\n',
      'Process finished: 3 of 3\n',
    ]) {
      assert.equal(printed(observed(byStatus, output, exited(0))), 'good', output);
    }
  });

  it('a failed test is the bug although a line says that the run was complete', () => {
    const withGood = { ...byStatus, completed: [pattern('^done')] };
    assert.equal(printed(observed(withGood, 'FAILED (failures=1)\ndone\n', exited(0))), 'good');
    assert.equal(
      printed(observed(withGood, 'Ran 1 test in 0.1s\n\nFAILED (failures=1)\ndone\n', exited(0))),
      'bad',
    );
  });
});

describe('by patterns', () => {
  it('needs no exit status', () => {
    for (const status of [0, 1, 125, 127, 255]) {
      assert.equal(
        printed(observed(byPatterns, 'FAIL: it\n9 tests were run\n', exited(status))),
        'bad',
      );
      assert.equal(printed(observed(byPatterns, '9 tests were run\n', exited(status))), 'good');
      assert.equal(
        printed(observed(byPatterns, '8 tests were\n', exited(status))),
        status === 125 ? 'unsupported' : 'no-summary',
      );
    }
  });

  it('takes a good status for a clean run where only the bug has a pattern', () => {
    const bad = { ...byStatus, reproduced: [pattern('EFAULT')] };
    assert.equal(printed(observed(bad, 'all fine\n', exited(0))), 'good');
    assert.equal(printed(observed(bad, 'EFAULT\n', exited(0))), 'bad');
    assert.equal(printed(observed(bad, 'all fine\n', exited(1))), 'no-summary');
    // strace's output through `grep -v`: 1 if no line is left.
    const grep = { ...bad, goodStatus: [1] };
    assert.equal(printed(observed(grep, '', exited(1))), 'good');
    assert.equal(
      printed(observed(grep, 'execve(…) = -1 EFAULT (Bad address)\n', exited(0))),
      'bad',
    );
    assert.equal(printed(observed(grep, 'noise\n', exited(0))), 'no-summary');
  });

  it('needs the line of completion for a good run, and a status for a bad one', () => {
    const good = { ...byStatus, completed: [pattern('^done$')] };
    assert.equal(printed(observed(good, 'done\n', exited(0))), 'good');
    assert.equal(printed(observed(good, 'don\n', exited(0))), 'no-summary');
    assert.equal(printed(observed(good, 'done\n', exited(1))), 'bad');
  });

  it('skips by its line, unless the bug showed', () => {
    const protocol = { ...byPatterns, skipped: [pattern('^SKIP')] };
    const skipped = observed(protocol, 'SKIP: no fma\n9 tests were run\n', exited(0));
    assert.deepEqual(skipped, { type: 'unsupported', reason: 'SKIP: no fma' });
    assert.equal(printed(observed(protocol, 'SKIP: no fma\nFAIL: it\n', exited(1))), 'bad');
    assert.equal(printed(observed(protocol, 'SKIP: no fma\n', exited(139))), 'unsupported');
  });

  it('does not take a crash for the bug that has a pattern, nor for silence', () => {
    const crash = observed(byPatterns, '9 tests were run\n', exited(139));
    assert.match(crash.type === 'problem' ? crash.reason : '', /`--bad-status 139` to count this/);
    const named = { ...byPatterns, badStatus: [139] };
    assert.equal(printed(observed(named, '9 tests were run\n', exited(139))), 'bad');
  });

  it('looks into standard error, and into what has no last newline', () => {
    const transcript = new FedTranscript(byPatterns);
    transcript.push('stdout', Buffer.from('9 tests were run'));
    transcript.push('stderr', Buffer.from('FAIL: it'));
    assert.equal(printed(transcript.conclude(exited(0))), 'bad');
  });

  it('does not take a run that someone else ended for one that finished', () => {
    for (const status of [137, 143]) {
      assert.equal(
        printed(observed(byPatterns, '9 tests were run\n', exited(status))),
        'exit-status',
      );
    }
  });

  it('names only patterns that no line matched', () => {
    const named = { ...byPatterns, goodStatus: [0] };
    for (const [output, words] of [
      ['9 tests were run\n', 'nothing in `reproduced`'],
      ['noise\n', 'neither `reproduced` nor `completed`'],
    ] as const) {
      const seen = observed(named, output, exited(3));
      assert.equal(printed(seen), 'no-summary');
      assert.ok(seen.type === 'problem' && seen.reason.includes(`output matches ${words}`));
    }
  });

  it('gives no pass where a line was too long to be looked through', () => {
    const output = `${'x'.repeat(70_000)}FAIL\n9 tests were run\n`;
    assert.equal(printed(observed(byPatterns, output, exited(0))), 'malformed-output');
    const skips = { ...byStatus, skipped: [pattern('FAIL')] };
    assert.equal(printed(observed(skips, output, exited(0))), 'malformed-output');
  });

  it('shows the lines that fit, with nothing in them that a terminal obeys', () => {
    const bad = observed(
      byPatterns,
      'noise\nFAIL: \u0007it\n   at line 3\n9 tests were run\n',
      exited(0),
    );
    assert.deepEqual(bad.type === 'completed' && bad.notes, ['FAIL: ␇it', 'at line 3']);
  });
});

describe('whatever a run writes and however it ends', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc
      .string({ unit: fc.constantFrom('FAIL', '9 tests were run', '\n', '\r', '\0', 'x') })
      .map((text) => Buffer.from(text)),
  );

  it('only a whole run counts', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(...BROKEN), (output, outcome) => {
        assert.equal(observed(byStatus, output, outcome).type, 'problem');
        // The bug counts even if a limit ended the run.
        const shows = /(^|[\n\r])FAIL/.test(output.toString('utf8'));
        const isLimit = outcome.type === 'timeout' || outcome.type === 'output-limit';
        const expected = shows && isLimit ? 'completed' : 'problem';
        assert.equal(observed(byPatterns, output, outcome).type, expected);
      }),
    );
  });

  it('a run without its proof of completion never passes', () => {
    fc.assert(
      fc.property(bytes, fc.nat(255), (output, status) => {
        const observation = observed(byPatterns, output, exited(status));
        if (printed(observation) === 'good') {
          assert.match(output.toString('utf8'), /tests were run(\n|\r|$)/);
          assert.doesNotMatch(output.toString('utf8'), /(^|\n|\r)FAIL/);
        }
      }),
    );
  });

  it('no chunking of its output changes what it says', () => {
    const lines = fc.array(
      fc.constantFrom(
        ...['Traceback (most recent call last):', '  File "x.py", line 3, in f', '    import y'],
        ...["ModuleNotFoundError: No module named 'y'", 'ValueError: 5', 'E   assert 1', 'ok 1'],
        ...['  File "x.py", line 3', 'SyntaxError: no', 'Ran 3 tests in 0.1s', 'OK (skipped=3)'],
        ...['FAIL: it', '1..0 # SKIP', 'sh: 1: gcc: not found', 'done', 'caf\u00e9', ''],
        ...['Exception ignored in: x', 'During handling of the above exception, another'],
      ),
      { maxLength: 20 },
    );
    const cuts = fc.array(fc.nat(600), { maxLength: 10 });
    fc.assert(
      fc.property(lines, cuts, fc.constantFrom(0, 1, 5, 77, 139), (all, at, status) => {
        const output = Buffer.from(all.join('\n'));
        const transcript = new FedTranscript(byStatus);
        const places = [0, ...at.filter((cut) => cut < output.length), output.length];
        places.sort((a, b) => a - b);
        places.slice(1).forEach((end, index) => {
          transcript.push('stdout', output.subarray(places[index], end));
        });
        const whole = observed(byStatus, output, exited(status));
        assert.deepEqual(transcript.conclude(exited(status)), whole);
      }),
    );
  });

  it('a flood is read with the memory of a few lines', () => {
    const transcript = new FedTranscript(byPatterns);
    const chunk = Buffer.alloc(1 << 20, 'no newline at all ');
    for (let megabyte = 0; megabyte < 100; megabyte += 1) transcript.push('stdout', chunk);
    const observation = transcript.conclude({ type: 'output-limit', seconds: 1 });
    assert.ok(observation.type === 'problem');
    assert.ok(observation.reason.length < 2000);
  });
});
