import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ContainerOutcome } from '../engine/engine.ts';
import type { Observation } from '../verdict/observation.ts';
import { ScriptTranscript } from './interpret.ts';
import { OutputLines } from './output-lines.ts';
import { PLAIN_PROTOCOL } from '../reproduction/plain-manifest.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
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

/** Feeds the output in pieces, as an attempt's reader does. */
function observed(
  protocol: ScriptProtocol,
  output: string | Buffer,
  outcome: ContainerOutcome,
): Observation {
  const transcript = new ScriptTranscript(protocol);
  const lines = new OutputLines((line) => {
    transcript.take(line);
  });
  lines.push(Buffer.from(output));
  lines.end();
  return transcript.conclude(outcome);
}

function notesOf(observation: Observation): readonly string[] {
  assert.ok(observation.type === 'completed', JSON.stringify(observation));
  return observation.notes ?? [];
}

/** `good`, `bad`, or the type with the problem. */
function said(observation: Observation): string {
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

describe('by exit status', () => {
  it('is read as git bisect run and automake read it', () => {
    const crashes = [132, 133, 134, 135, 136, 139];
    for (let status = 0; status < 256; status += 1) {
      const expected =
        status === 0
          ? 'good'
          : status === 125 || status === 77
            ? 'unsupported'
            : status < 126 || crashes.includes(status)
              ? 'bad'
              : 'exit-status';
      assert.equal(said(observed(byStatus, '', exited(status))), expected, `${status}`);
    }
  });

  it('takes a death by its own signal for the bug, and names the signal', () => {
    const bad = observed(byStatus, 'Fatal Python error: boom\nmore\n', exited(134));
    assert.deepEqual(bad.type === 'completed' && bad.symptoms, { crash: 1 });
    assert.deepEqual(notesOf(bad), ['SIGABRT (status 134)', 'Fatal Python error: boom']);
  });

  it('shows the status where there is no output', () => {
    assert.deepEqual(notesOf(observed(byStatus, '', exited(124))), ['status 124, no output']);
  });

  it('takes a hang for the bug only where that is asked for', () => {
    const late: ContainerOutcome = { type: 'timeout', seconds: 10 };
    assert.equal(said(observed(byStatus, '', late)), 'timeout');
    const hang = observed({ ...byStatus, hang: 'reproduced' }, 'waiting\n', late);
    assert.deepEqual(hang.type === 'completed' && hang.symptoms, { hang: 1 });
    assert.deepEqual(notesOf(hang), ['still running after 10 s', 'waiting']);
  });

  it('reads statuses as the reporter says', () => {
    const inverted: ScriptProtocol = { ...byStatus, badStatus: [0, 139], goodStatus: [1] };
    for (const [status, expected] of [
      [0, 'bad'],
      [1, 'good'],
      [2, 'exit-status'],
      [139, 'bad'],
      [137, 'exit-status'],
    ] as const) {
      assert.equal(said(observed(inverted, 'x\n', exited(status))), expected, `${status}`);
    }
  });

  it('tells a run that tested nothing by the closing line of its test runner', () => {
    for (const [output, expected] of [
      ['Ran 2 tests in 0.000s\n\nOK (skipped=2)\n', 'unsupported'],
      ['Ran 2 tests in 0.000s\n\nOK (skipped=1)\n', 'good'],
      ['Ran 2 tests in 0.000s\n\nOK\n', 'good'],
      ['Ran 0 tests in 0.000s\n\nOK\n', 'unsupported'],
      ['Ran 0 tests in 0.000s\n\nNO TESTS RAN\n', 'unsupported'],
      ['===== 3 skipped in 0.01s =====\n', 'unsupported'],
      ['===== 1 passed, 3 skipped in 0.01s =====\n', 'good'],
      ['===== no tests ran in 0.01s =====\n', 'unsupported'],
      ['1 passed in 0.01s\n', 'good'],
      ['1..0 # SKIP nothing to test\n', 'unsupported'],
      ['1..2\nok 1 # SKIP a\nok 2 # skip b\n', 'unsupported'],
      ['1..2\nok 1 # SKIP a\nok 2 - b\n', 'good'],
      ['we skipped all tests\n', 'good'],
    ] as const) {
      assert.equal(said(observed(byStatus, output, exited(0))), expected, output);
    }
    assert.equal(said(observed(byStatus, 'no tests ran in 0.01s\n', exited(5))), 'unsupported');
    assert.equal(said(observed(byStatus, 'five\n', exited(5))), 'bad');
  });
});

const TRACEBACK =
  'Traceback (most recent call last):\n  File "/home/matrix/reproduction/bug.py", line 3, in <module>\n    main()\n';

describe('a bad end for a reason that is not the bug', () => {
  const causes = [
    `${TRACEBACK}ModuleNotFoundError: No module named 'numpy'\n`,
    `${TRACEBACK}ImportError: No module named numpy\n`,
    '/matrix/bin/python3: No module named venv\n',
    'python3.11: No module named pytest\n',
    '  File "bug.py", line 4\n    print(f"{x}")\n                ^\nSyntaxError: invalid syntax\n',
    `${TRACEBACK}  File "/home/matrix/reproduction/other.py", line 1\n    match x:\n          ^\nSyntaxError: invalid syntax\n`,
    './run.sh: 2: gcc: not found\n',
    './run.sh: line 2: gcc: command not found\n',
    "env: 'node': No such file or directory\n",
    `${TRACEBACK}FileNotFoundError: [Errno 2] No such file or directory: 'gcc'\n`,
    `${TRACEBACK}OSError: [Errno 2] No such file or directory\n`,
    `${TRACEBACK}socket.gaierror: [Errno -3] Temporary failure in name resolution\n`,
    `${TRACEBACK}urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>\n`,
    `${TRACEBACK}OSError: [Errno 101] Network is unreachable\n`,
    'curl: (6) Could not resolve host: example.org\n',
    `${TRACEBACK}OSError: [Errno 30] Read-only file system: '/opt/x'\n`,
    "touch: cannot touch '/etc/x': Read-only file system\n",
    `${TRACEBACK}PermissionError: [Errno 1] Operation not permitted\n`,
    `${TRACEBACK}PermissionError: [Errno 13] Permission denied: '/etc/shadow'\n`,
  ];
  for (const output of causes) {
    it(`is an error: ${output.trim().split('\n').at(-1)}`, () => {
      const observation = observed(byStatus, output, exited(1));
      assert.ok(observation.type === 'problem', JSON.stringify(observation));
      assert.match(observation.reason, /--bad '.*' makes this the bug/);
      const cause = output.trim().split('\n').at(-1) ?? '';
      const pasted = /--bad '(.*)' makes/.exec(observation.reason)?.[1]?.replaceAll(`'\\''`, "'");
      assert.ok(pattern(pasted ?? '').isIn(cause), pasted);
    });
  }

  const bugs = [
    `${TRACEBACK}AssertionError: No module named x was expected\n`,
    `${TRACEBACK}FileNotFoundError: [Errno 2] No such file or directory: '/tmp/x/socket'\n`,
    `${TRACEBACK}PermissionError: [Errno 13] Permission denied: '/tmp/x'\n`,
    `${TRACEBACK}  File "<string>", line 1\n    x ==\n        ^\nSyntaxError: invalid syntax\n`,
    `${TRACEBACK}ConnectionRefusedError: [Errno 111] Connection refused\n`,
    `${TRACEBACK}ModuleNotFoundError: No module named 'x'\n\nDuring handling of the above exception, another exception occurred:\n\n${TRACEBACK}ValueError: wrong\n`,
    `gcc: not found\n${TRACEBACK}ValueError: wrong\n`,
    'key not found in table, got 3 instead of 4\nFAILED\n',
    'FAIL: test_it (test.Case)\n',
  ];
  for (const output of bugs) {
    it(`is the bug: ${output.trim().split('\n').at(-1)}`, () => {
      assert.equal(said(observed(byStatus, output, exited(1))), 'bad');
    });
  }

  it('is the bug where the reporter says so', () => {
    const bad: ScriptProtocol = { ...byStatus, reproduced: [pattern('No module named')] };
    const output = 'python3: No module named venv\n';
    assert.equal(said(observed(bad, output, exited(1))), 'bad');
    assert.equal(said(observed({ ...byStatus, badStatus: [1] }, output, exited(1))), 'bad');
  });
});

describe('the lines that tell', () => {
  it("are a traceback's last line and the frame in the script, whatever comes after", () => {
    const output =
      `noise\n${TRACEBACK}  File "/usr/lib/python3.11/os.py", line 5, in f\n    raise\n` +
      "UnicodeEncodeError: 'utf-8' codec can't encode\nthe folder has:\na\nb\nc\n";
    assert.deepEqual(notesOf(observed(byStatus, output, exited(1))), [
      "UnicodeEncodeError: 'utf-8' codec can't encode",
      'File "/home/matrix/reproduction/bug.py", line 3, in <module>',
    ]);
  });

  it('are the failed points of TAP', () => {
    const output = '1..2\nok 1 - a\nnot ok 2 - b\n# failed 1 of 2\n';
    assert.deepEqual(notesOf(observed(byStatus, output, exited(1))), ['not ok 2 - b']);
  });

  it('are the heading of a sanitizer', () => {
    const output = '==7==ERROR: AddressSanitizer: heap-use-after-free\nx\ny\nz\nw\n';
    assert.deepEqual(notesOf(observed(byStatus, output, exited(1))), [
      '==7==ERROR: AddressSanitizer: heap-use-after-free',
    ]);
  });

  it('are the last three where nothing else tells', () => {
    assert.deepEqual(notesOf(observed(byStatus, 'a\nb\nc\nd\n', exited(1))), ['b', 'c', 'd']);
  });
});

describe('by patterns', () => {
  it('is read by its lines, whatever its status is', () => {
    for (const status of [0, 1, 124]) {
      assert.equal(
        said(observed(byPatterns, 'FAIL: it\n9 tests were run\n', exited(status))),
        'bad',
      );
      assert.equal(said(observed(byPatterns, '9 tests were run\n', exited(status))), 'good');
      assert.equal(said(observed(byPatterns, '8 tests were\n', exited(status))), 'no-summary');
    }
  });

  it('counts what showed before a limit was reached', () => {
    for (const outcome of BROKEN) {
      const bad = said(observed(byPatterns, 'FAIL: it\n', outcome));
      const isOwn = outcome.type === 'timeout' || outcome.type === 'output-limit';
      assert.equal(bad === 'bad', isOwn, outcome.type);
    }
  });

  it('skips by a line, unless the bug showed', () => {
    const protocol: ScriptProtocol = { ...byPatterns, skipped: [pattern('^SKIP')] };
    assert.equal(said(observed(protocol, 'SKIP here\n', exited(0))), 'unsupported');
    assert.equal(said(observed(protocol, 'SKIP here\nFAIL\n', exited(0))), 'bad');
  });

  it('with --bad alone needs a good status for a pass', () => {
    const protocol: ScriptProtocol = { ...byStatus, reproduced: [pattern('EFAULT')] };
    assert.equal(said(observed(protocol, 'x\n', exited(0))), 'good');
    assert.equal(said(observed(protocol, 'x\n', exited(1))), 'no-summary');
    assert.equal(said(observed({ ...protocol, goodStatus: [1] }, 'x\n', exited(1))), 'good');
  });

  it('does not take a run that another process ended for one that reached its end', () => {
    for (const status of [137, 143]) {
      assert.equal(said(observed(byPatterns, '9 tests were run\n', exited(status))), 'exit-status');
    }
  });

  it('gives no pass where a line was too long to be searched', () => {
    const output = `${'x'.repeat(70_000)}FAIL\n9 tests were run\n`;
    assert.equal(said(observed(byPatterns, output, exited(0))), 'malformed-output');
  });

  it('shows the lines that fit, with nothing in them that a terminal obeys', () => {
    const bad = observed(
      byPatterns,
      'noise\nFAIL: \u0007it\n   at line 3\n9 tests were run\n',
      exited(0),
    );
    assert.deepEqual(notesOf(bad), ['FAIL: ␇it', 'at line 3']);
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
        assert.notEqual(said(observed(byPatterns, output, outcome)), 'good');
      }),
    );
  });

  it('a run without its proof of completion never passes', () => {
    fc.assert(
      fc.property(bytes, fc.nat(255), (output, status) => {
        const observation = observed(byPatterns, output, exited(status));
        if (said(observation) === 'good') {
          assert.match(output.toString('utf8'), /tests were run(\n|\r|$)/);
          assert.doesNotMatch(output.toString('utf8'), /(^|\n|\r)FAIL/);
        }
      }),
    );
  });

  it('a flood is read with the memory of a few lines', () => {
    const transcript = new ScriptTranscript(byPatterns);
    for (let line = 0; line < 100_000; line += 1) {
      transcript.take({ text: 'no end '.repeat(50), cut: false });
    }
    const observation = transcript.conclude({ type: 'output-limit', seconds: 1 });
    assert.ok(observation.type === 'problem');
    assert.ok(observation.reason.length < 2000);
  });
});
