import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TellingLines } from './telling-lines.ts';

function telling(output: string): TellingLines {
  const lines = new TellingLines();
  for (const line of output.split('\n').filter((each) => each !== '')) lines.take(line);
  return lines;
}

const TRACEBACK = `Traceback (most recent call last):
  File "/w/bug.py", line 7, in main
    json.loads("{")
  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
ValueError: no object
`;

describe('the lines that tell', () => {
  it('are a traceback’s last line and its frame in the script, whatever follows', () => {
    const { lines, best } = telling(
      `noise\n${TRACEBACK}the folder has:\ncaf\u00e9.txt\nplain.txt\n`,
    );
    assert.deepEqual(lines, [
      'File "/w/bug.py", line 7, in main',
      'ValueError: no object',
      'plain.txt',
    ]);
    assert.equal(best, 'ValueError: no object');
  });

  it('are tests that failed, and why', () => {
    const unittest = `F
======
FAIL: test_a (t.T)
------
Traceback (most recent call last):
  File "/w/t.py", line 5, in test_a
    self.assertEqual(1, 2)
AssertionError: 1 != 2 : the sign is lost

------
Ran 1 test in 0.001s

FAILED (failures=1)
`;
    assert.deepEqual(telling(unittest).lines, [
      'FAIL: test_a (t.T)',
      'File "/w/t.py", line 5, in test_a',
      'AssertionError: 1 != 2 : the sign is lost',
    ]);
    assert.deepEqual(
      telling('1..2\nok 1 - a\nnot ok 2 - b\n# failed 1\n# bye\n# end\n# .\n').lines,
      ['not ok 2 - b'],
    );
    assert.deepEqual(
      telling(
        '>  assert f() == 2\nE  no\nE   assert 1 == 2\nE    + where\nFAILED t.py::test_a - x\n',
      ).lines,
      ['E   assert 1 == 2', 'FAILED t.py::test_a - x'],
    );
  });

  it('are the headings of a runtime, a sanitizer, a debugger and a shell', () => {
    for (const heading of [
      'Fatal Python error: could not acquire lock for <_io.BufferedWriter>',
      '==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x60',
      'x.c:3:5: runtime error: signed integer overflow',
      'Program received signal SIGSEGV, Segmentation fault.',
      'Thread 2 "x" received signal SIGABRT, Aborted.',
      '*** stack smashing detected ***: terminated',
      'run.sh: line 3:    12 Segmentation fault      (core dumped) python x.py',
      'Segmentation fault',
      "x: x.c:3: main: Assertion `a == b' failed.",
    ]) {
      assert.deepEqual(telling(`one\n${heading}\ntwo\nthree\nfour\nfive\n`).lines, [heading]);
    }
  });

  it('are the last three where nothing else tells, and none without any output', () => {
    assert.deepEqual(telling('1\n2\n3\n4\n').lines, ['2', '3', '4']);
    assert.deepEqual(telling('').lines, []);
    assert.equal(telling('').best, undefined);
  });

  it('are few, short and not obeyed', () => {
    const { lines } = telling(
      `${TRACEBACK}${'FAIL: x\u001b[2J\n'.repeat(50)}not ok ${'9'.repeat(5000)}\n`,
    );
    assert.ok(lines.length <= 5);
    for (const line of lines) assert.doesNotMatch(line, /\p{Cc}/u);
    for (const line of lines) assert.ok(line.length <= 400);
  });
});
