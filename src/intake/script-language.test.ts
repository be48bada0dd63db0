import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { languageOf, shellOf, testRunnerOf } from './script-language.ts';

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
    ]) {
      assert.equal(shellOf(text), 'bash', text);
    }
    for (const text of [
      'if [ "$x" = bad ]; then exit 1; fi\n',
      'f() {\n  echo "${x#a}" "${x:-b}" $((1 + 2))\n}\n',
      'grep "[[:space:]]" x && cat <<EOF\ntext\nEOF\n',
      'case $x in (a) true;; esac\n',
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

  it('needs none if anything in it runs them', () => {
    for (const text of [
      'import os\nos.system("true")\n',
      'def test_a(): ...\ntest_a()\n',
      'def test_a(): ...\nThread(target=test_a).start()\n',
      'class T(TestCase):\n  def test_a(self): ...\nif __name__ == "__main__":\n  unittest.main()\n',
      'def test_a(): ...\npytest.main([__file__])\n',
      'class TestA:\n  pass\nTestA()\n',
    ]) {
      assert.equal(testRunnerOf(text), undefined, text);
    }
  });
});
