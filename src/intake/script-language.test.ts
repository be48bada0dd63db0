import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { definesOnly, languageOf, shellOf, testRunnerOf } from './script-language.ts';

describe('a script that names no interpreter', () => {
  it('is read as what its text can only be', () => {
    for (const [text, language] of [
      ['# the bug\n\nimport os, threading\n', 'python'],
      ['from concurrent.futures import *\n', 'python'],
      ['"""The bug."""\nimport os\n', 'python'],
      ['def f():\n  pass\n', 'python'],
      ['/* the bug */\n#include <stdlib.h>\nint main(void) {}\n', 'c'],
      ['echo from here\n', 'sh'],
      ['set -e\npython3 - <<EOF\nimport os\nEOF\n', 'sh'],
      ['# import os\ntrue\n', 'sh'],
      ['import -window root x.png\n', 'sh'],
      ['', 'sh'],
    ] as const) {
      assert.equal(languageOf(text), language, text);
    }
  });

  it('needs bash for what only bash has', () => {
    for (const text of [
      'if [[ $x == bad ]]; then exit 1; fi\n',
      'x=1; [[ $x ]]\n',
      'for i in 1; do (( i++ )); done\n',
      'function f {\n  true\n}\n',
      'files=(a b)\n',
      'files+=(c)\n',
      'cat <<< text\n',
      'diff <(a) <(b)\n',
      'echo ${files[0]}\n',
      'echo ${x//a/b}\n',
      'shopt -s nullglob\n',
      'python3 bug.py &> log\n',
      'python3 bug.py |& tee log\n',
      'for i in {1..100}; do python3 bug.py; done\n',
      'cat {a,b}.txt\n',
      '[ "$x" == bad ] && exit 1\n',
      'set -euo pipefail\n',
      'source ./env\n',
      'if true; then source env; fi\n',
      "grep $'\\t' log\n",
      'sleep 0.$RANDOM\n',
      'echo "${PIPESTATUS[0]}"\n',
      'a & b & wait -n\n',
      "trap 'exit 1' ERR\n",
      'echo -e "a\\tb" > x\n',
      'read -t 5 line\n',
      'text+=more\n',
      'echo "${x:1:2}"\n',
      'printf -v x %d 1\n',
    ]) {
      assert.equal(shellOf(text), 'bash', text);
    }
    for (const text of [
      'if [ "$x" = bad ]; then exit 1; fi\n',
      'f() {\n  echo "${x#a}" "${x:-b}" $((1 + 2))\n}\n',
      'grep "[[:space:]]" x && cat <<EOF\ntext\nEOF\n',
      'case $x in (a) true;; esac\n',
      'python3 bug.py > log 2>&1 & wait\n',
      'python3 bug.py 2>&1 | tee log || true\n',
      'x="${y:-1}"; : "${z:=2}" "${#x}" "${x%.*}"\n',
      "awk '{print $1, $2}' x\n",
      'read -r line; echo -n "$line"; trap cleanup EXIT INT\n',
      'while read -r a b; do [ "$a" = "$b" ]; done\n',
      'cmp a b && echo "the source is here"\n',
    ]) {
      assert.equal(shellOf(text), 'sh', text);
    }
  });
});

describe('a Python file that only defines tests', () => {
  it('needs a runner, which its kind of tests names', () => {
    assert.equal(
      testRunnerOf('class T(unittest.TestCase):\n    def test_a(self): ...\n'),
      'unittest',
    );
    assert.equal(testRunnerOf('import os\n\ndef test_a(tmp_path):\n    assert os\n'), 'pytest');
    assert.equal(testRunnerOf('class TestA:\n    def test_a(self): ...\n'), 'pytest');
  });

  it('needs it whatever its comments and strings say, and whatever its base is called', () => {
    for (const [text, runner] of [
      ['# pytest bug.py -k test_race\ndef test_race(): ...\n', 'pytest'],
      ['"""test_race shows the bug."""\ndef test_race(): ...\n', 'pytest'],
      ["def test_race():\n    name = 'test_race'\n", 'pytest'],
      ['# what __main__ is for\ndef test_race(): ...\n', 'pytest'],
      ['class B(unittest.IsolatedAsyncioTestCase):\n    async def test_a(self): ...\n', 'unittest'],
      ['class B(unittest.TestCase, Mixin):\n    def test_a(self): ...\n', 'unittest'],
      ['class B(BaseTestCase):\n    def test_a(self): ...\n', 'unittest'],
    ] as const) {
      assert.equal(testRunnerOf(text), runner, text);
    }
  });

  it('needs none if anything in it runs them', () => {
    for (const text of [
      'import os\nos.system("true")\n',
      'def test_a(): ...\ntest_a()\n',
      'def test_a(): ...\nThread(target=test_a).start()\n',
      'class T(TestCase):\n  def test_a(self): ...\nif __name__ == "__main__":\n  unittest.main()\n',
      'def test_a(): ...\npytest.main([__file__])\n',
      'class TestA:\n  pass\nTestA()\n',
      "def test_a(): ...\nif __name__ == '__main__':\n  test_a()\n",
      'def test_a(): ...\nx = "it\\"s" # a comment\'s end\ntest_a()\n',
    ]) {
      assert.equal(testRunnerOf(text), undefined, text);
    }
  });
});

describe('a Python file that only defines', () => {
  it('is one that calls nothing when it is started', () => {
    for (const text of [
      '',
      '# nothing yet\n',
      '"""\n>>> 1 + 1\n3\n"""\n',
      'import os\n\n\ndef main():\n    os.system("false")\n',
      'from os import (\n    path,\n    system,\n)\nLIMIT = 3\nasync def main(): ...\n',
      'class A:\n    x = 1\ndef check():\n    """main()"""\n    assert A().x == 2 # check()\n',
      'class A:\n    """A."""\n\n    x = 1\n\n    def f(self):\n        g()\n',
      'def f(\n    a,\n):\n    return (\n        a\n    )\nNAME: str = "main()"\n',
    ]) {
      assert.ok(definesOnly(text), text);
    }
  });

  it('is none if it calls anything, or if an import or a class can be what fails', () => {
    for (const text of [
      'import readline\n',
      'import ctypes\nclass S(ctypes.Structure):\n    _fields_ = []\n',
      'def main(): ...\nmain()\n',
      'def main(): ...\nx = main()\n',
      'def main(): ...\nif True:\n    main()\n',
      '@run\ndef main(): ...\n',
      'import os; os.abort()\ndef main(): ...\n',
      'def main(): ...\nassert not "x"\n',
      'def main(): ...\n(\n    main()\n)\n',
      'x = [main for main in ()]\ndef f(): ...\n',
      'def f(): ...\nclass A:\n    status = f()\n    assert status == 0\n',
      '\ufeffmain()\n',
      '\ufeffdef f(): ...\nf()\n',
      'def main(): ...\nx = f"{main()}"\n',
      'def f(x=main()): ...\n',
      'def main(): ...\nx = "a\\\n("\nmain()\n',
    ]) {
      assert.ok(!definesOnly(text), text);
    }
  });
});
