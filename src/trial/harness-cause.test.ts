import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOutputPattern } from '../reproduction/output-pattern.ts';
import { ClosingLines } from './closing-lines.ts';
import { HarnessCause, patternFor } from './harness-cause.ts';

function causeOf(output: string, end: 'bad' | 'good' = 'bad'): string | null {
  const closing = new ClosingLines();
  const cause = new HarnessCause(closing);
  for (const line of output.split('\n').filter((each) => each !== '')) {
    closing.take(line);
    cause.take(line);
  }
  return end === 'bad' ? cause.conclude() : cause.concludeGood();
}

function traceback(
  last: string,
  frames = '  File "bug.py", line 1, in <module>\n    run()',
): string {
  return `Traceback (most recent call last):\n${frames}\n${last}\n`;
}

const CHILD =
  '  File "bug.py", line 2, in <module>\n    subprocess.run(["x"])\n  File "/usr/lib/python3.11/subprocess.py", line 1950, in _execute_child\n    raise child_exception_type(errno_num, err_msg, err_filename)';
const CHILD_2 =
  '  File "/usr/lib/python2.7/subprocess.py", line 1047, in _execute_child\n    raise child_exception';
const IMPORTED =
  '  File "bug.py", line 1, in <module>\n    import helper\n  File "/w/helper.py", line 3\n    print "x"\n          ^';
const RUN_TIME =
  '  File "bug.py", line 1, in <module>\n    exec("a b")\n  File "<string>", line 1\n    a b\n      ^';
const PARSED =
  '  File "bug.py", line 9, in <module>\n    compile(text, "answer.py", "exec")\n  File "answer.py", line 1\n    a b\n      ^';
const CHAIN = '\nDuring handling of the above exception, another exception occurred:\n\n';
const ENDED = '----------\nRan 2 tests in 0.001s\n\n';

const HARNESS: readonly string[] = [
  traceback("ModuleNotFoundError: No module named 'distutils'"),
  traceback('ImportError: No module named concurrent.futures'),
  traceback("ImportError: No module named 'yaml'"),
  traceback(
    "ImportError: cannot import name 'cached_property' from 'functools' (/usr/lib/python3.7/functools.py)",
  ),
  traceback("ImportError: cannot import name 'fma' from 'math' (unknown location)"),
  traceback('ImportError: libffi.so.7: cannot open shared object file: No such file or directory'),
  traceback(
    'ImportError: Error loading shared library libffi.so.7: No such file or directory (needed by x.so)',
  ),
  traceback("ModuleNotFoundError: No module named '_ctypes'") + 'the script failed\n',
  traceback("ModuleNotFoundError: No module named '_ctypes'").replace(
    '\n  File',
    '\nstill working\n  File',
  ),
  traceback('KeyError: 1') + CHAIN + traceback("ModuleNotFoundError: No module named 'x'"),
  traceback("ModuleNotFoundError: No module named 'x'") +
    `Exception ignored in: <function f at 0x7f>\n${traceback('ValueError: closed')}`,
  '/usr/bin/python3: No module named venv\n',
  'python3.11: No module named pytest\n',
  '/opt/pypy/bin/pypy3: No module named pytest\n',
  "/usr/bin/python3: Error while finding module specification for 'a.b' (ModuleNotFoundError: No module named 'a')\n",
  `/usr/bin/python3: No module named venv\n${traceback("subprocess.CalledProcessError: Command '['/usr/bin/python3', '-m', 'venv', 'd']' returned non-zero exit status 1.")}`,
  '  File "bug.py", line 3\n    print(f"{x}")\n              ^\nSyntaxError: invalid syntax\n',
  '  File "<stdin>", line 3\n    print "x"\n    ^\nSyntaxError: Missing parentheses in call to \'print\'\n',
  '  File "bug.py", line 3\n    x = 1\nIndentationError: unexpected indent\n',
  '  File "bug.py", line 3\n    x = 1\n        ^\nTabError: inconsistent use of tabs and spaces in indentation\n',
  '  File "bug.py", line 1\nSyntaxError: Non-ASCII character \'\\xc3\' in file bug.py on line 1, but no encoding declared\n',
  traceback('SyntaxError: invalid syntax', IMPORTED),
  traceback("FileNotFoundError: [Errno 2] No such file or directory: 'gcc'", CHILD),
  traceback("FileNotFoundError: [Errno 2] No such file or directory: 'gcc': 'gcc'", CHILD),
  traceback("FileNotFoundError: [Errno 2] No such file or directory: '/usr/bin/gcc'", CHILD),
  traceback('OSError: [Errno 2] No such file or directory', CHILD_2),
  traceback('socket.gaierror: [Errno -3] Temporary failure in name resolution'),
  traceback('socket.gaierror: [Errno -2] Name does not resolve'),
  traceback('socket.gaierror: [Errno -3] Try again'),
  traceback('urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>'),
  traceback('OSError: [Errno 101] Network is unreachable'),
  traceback('OSError: [Errno 101] Network unreachable'),
  traceback("OSError: [Errno 30] Read-only file system: 'answer.py'"),
  traceback("IOError: [Errno 30] Read-only file system: 'answer.py'"),
  traceback("PermissionError: [Errno 13] Permission denied: '/etc/x'"),
  traceback('PermissionError: [Errno 1] Operation not permitted'),
  traceback('OSError: [Errno 28] No space left on device'),
  traceback('OSError: [Errno 25] Inappropriate ioctl for device'),
  traceback('OSError: [Errno 27] File too large'),
  traceback('ValueError: not allowed to raise maximum limit'),
  traceback('EOFError: EOF when reading a line'),
  traceback('locale.Error: unsupported locale setting'),
  traceback("zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key Europe/Berlin'"),
  traceback('_tkinter.TclError: no display name and no $DISPLAY environment variable'),
  'usage: bug.py [-h] count\nbug.py: error: the following arguments are required: count\n',
  'Usage: bug.py FILE\n',
  'This script must be run as root\n',
  './bug.sh: 1: gdb: not found\n',
  './script: 1: import: not found\n./script: 2: Syntax error: "(" unexpected\n',
  "./run.sh: line 3: syntax error near unexpected token `('\n",
  './bug.sh: 2: cannot create /proc/sys/vm/x: Permission denied\n',
  'cat: /etc/bug.conf: Permission denied\n',
  "fatal: unable to access 'https://x.example/bug-report/': Could not resolve host: x.example\n",
  "python3: can't open file '/home/matrix/work/bug.pyc': [Errno 2] No such file or directory\n",
  traceback("RuntimeError: can't start new thread"),
  traceback("thread.error: can't start new thread"),
  'sh: 1: gcc: not found\n',
  "timeout: failed to run command 'gdb': No such file or directory\n",
  '/usr/bin/timeout: failed to run command ‘gdb’: No such file or directory\n',
  "timeout: can't execute 'gdb': No such file or directory\n",
  'taskset: failed to execute gdb: No such file or directory\n',
  'setsid: failed to execute ./run.sh: No such file or directory\n',
  '/usr/bin/time: cannot run gdb: No such file or directory\n',
  'xargs: gdb: No such file or directory\n',
  "nice: 'gdb': No such file or directory\n",
  "strace: Can't stat 'gdb': No such file or directory\n",
  "strace: Cannot find executable 'gdb'\n",
  './run.sh: line 3: ./a.out: No such file or directory\n',
  './run.sh: line 3: ./a.out: cannot execute: required file not found\n',
  './run.sh: line 3: ./a.out: cannot execute binary file: Exec format error\n',
  './run.sh: 3: ./a.out: Exec format error\n',
  'bash: ./x: /usr/bin/foo: bad interpreter: No such file or directory\n',
  './a.out: error while loading shared libraries: libx.so.1: cannot open shared object file: No such file or directory\n',
  'Error loading shared library libx.so.1: No such file or directory (needed by ./a.out)\n',
  "./a.out: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./a.out)\n",
  './run.sh: line 3: gcc: command not found\n',
  '/bin/sh: gcc: not found\nsomething failed\n',
  "env: 'bash': No such file or directory\n",
  '/usr/bin/env: ‘node’: No such file or directory\n',
  "env: can't execute 'bash': No such file or directory\n",
  'curl: (6) Could not resolve host: pypi.example\n',
  "fatal: unable to access 'https://x.example/': Could not resolve host: x.example\n",
  "touch: cannot touch 'x': Read-only file system\n",
  'unshare: unshare failed: Operation not permitted\n',
  "mkdir: can't create directory '/x': Permission denied\n",
  `E\nERROR: test_u (unittest.loader._FailedTest)\nImportError: Failed to import test module: test_u\n${traceback("ModuleNotFoundError: No module named 'x'")}${ENDED}FAILED (errors=1)\n`,
  "E   ModuleNotFoundError: No module named 'x'\n=== short test summary info ===\nERROR test_x.py\n=== 1 error in 0.1s ===\n",
  'E     File "/w/test_x.py", line 1\nE       print "x"\nE   SyntaxError: invalid syntax\n=== 1 error in 0.1s ===\n',
];

const BUGS: readonly string[] = [
  '',
  'done\n',
  traceback('AssertionError: [Errno 13] Permission denied'),
  traceback("AssertionError: No module named 'x'"),
  traceback('AssertionError: sh: 1: gcc: not found') + 'cat: x: Permission denied\n',
  traceback("ModuleNotFoundError: No module named 'x'") + CHAIN + traceback('KeyError: 1'),
  traceback("ModuleNotFoundError: No module named 'x'") +
    'a\nb\nc\nd\ne\nthe values differ: 1, 2\n',
  traceback("ModuleNotFoundError: No module named 'email.mime'; 'email' is not a package"),
  traceback(
    "ImportError: cannot import name 'f' from partially initialized module 'm' (most likely due to a circular import) (/w/m.py)",
  ),
  traceback("ImportError: cannot import name 'f' from 'm' (/w/m.py)"),
  traceback('ImportError: /w/m.so: undefined symbol: PyFloat_x'),
  traceback("ImportError: /lib/libc.so.6: version `GLIBC_2.34' not found (required by /w/m.so)"),
  traceback('SyntaxError: invalid syntax', RUN_TIME),
  traceback('SyntaxError: invalid syntax', PARSED),
  traceback('KeyError: 1') +
    `Exception ignored in: <function f at 0x7f>\n${traceback("ModuleNotFoundError: No module named 'x'")}`,
  traceback("FileNotFoundError: [Errno 2] No such file or directory: 'answer.txt'"),
  traceback("FileNotFoundError: [Errno 2] No such file or directory: '/tmp/x/y'", CHILD),
  traceback("FileNotFoundError: [Errno 2] No such file or directory: 'cat'", CHILD),
  traceback("PermissionError: [Errno 13] Permission denied: '/tmp/tmpx/y'"),
  traceback('OSError: [Errno 38] Function not implemented'),
  traceback('ConnectionRefusedError: [Errno 111] Connection refused'),
  traceback("subprocess.CalledProcessError: Command 'x' returned non-zero exit status 1."),
  traceback('RuntimeError: Permission denied'),
  traceback('socket.gaierror: [Errno -8] Servname not supported for ai_socktype'),
  'FAIL: open: Permission denied\n',
  'not ok 1 - open: Permission denied\n',
  'BUG: the lock says: Operation not permitted\n',
  'expected EACCES, but: Permission denied\n',
  traceback("RuntimeError: can't create new thread at interpreter shutdown"),
  'sh: 1: cat: not found\n',
  "timeout: failed to run command 'cat': No such file or directory\n",
  './run.sh: line 3: ./result.txt: No such file or directory\n',
  './run.sh: line 3: /tmp/x: No such file or directory\n',
  'the kernel says: Exec format error\n',
  traceback('EOFError: Ran out of input'),
  'wrong: /x/y.py: Permission denied\n',
  'we got Permission denied from the lock\n',
  'cat: x: Permission denied\none\ntwo\nthree\n',
  'the module says: No module named x\n',
  `F\nFAIL: test_a (t.T)\n${traceback('AssertionError: 1 != 2')}ERROR: test_b (t.T)\n${traceback("ModuleNotFoundError: No module named 'x'")}${ENDED}FAILED (failures=1, errors=1)\n`,
  "E       assert 1 == 2\n\ntest_x.py:1: AssertionError\nE   ModuleNotFoundError: No module named 'x'\n\ntest_x.py:9: ModuleNotFoundError\n=== 2 failed in 0.1s ===\n",
];

describe('what made a run fail', () => {
  it('is the harness where a module, a program, a network or a permission is missing', () => {
    for (const output of HARNESS) assert.notEqual(causeOf(output), null, output);
  });

  it('is the bug in every other case', () => {
    for (const output of BUGS) assert.equal(causeOf(output), null, output);
  });

  it('hides behind a good status where the script’s own program did not start', () => {
    for (const output of [
      'strace: not found\n'.replace(/^/, './run.sh: 2: '),
      traceback("ModuleNotFoundError: No module named '_ctypes'"),
      '  File "bug.py", line 3\n    print(f"{x}")\n              ^\nSyntaxError: invalid syntax\n',
      'python3: No module named pytest\ndone\n',
    ]) {
      assert.notEqual(causeOf(output, 'good'), null, output);
    }
    for (const output of [
      'done\n',
      'cat: x: Permission denied\n',
      traceback('KeyError: 1'),
      `${traceback("ModuleNotFoundError: No module named 'x'")}${ENDED}OK\n`,
    ]) {
      assert.equal(causeOf(output, 'good'), null, output);
    }
  });

  it('is named by a line for which a pattern is proposed that fits it', () => {
    for (const output of HARNESS) {
      const cause = causeOf(output) ?? '';
      assert.ok(output.includes(cause), output);
      const quoted = patternFor(cause);
      assert.match(quoted, /^'[^'\n]+'$/);
      const pattern = parseOutputPattern(quoted.slice(1, -1));
      assert.ok(pattern.ok && pattern.value.isIn(cause), quoted);
    }
    assert.equal(patternFor("a.b: 'x' \u001b[1m"), "'a\\.b: .x. .\\[1m'");
  });
});
