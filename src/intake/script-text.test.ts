import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { programPaths } from '../run/measure-environment.ts';
import {
  commandRunner,
  interpreterOf,
  programNames,
  pythonRunner,
  wrongLineEnds,
} from './script-text.ts';

describe('interpreterOf', () => {
  it('names the program, with and without env', () => {
    const cases: readonly [string, string | undefined][] = [
      ['#!/bin/bash\n', 'bash'],
      ['#!/bin/bash -eu\n', 'bash'],
      ['#! /bin/sh', 'sh'],
      ['#!/usr/bin/env bash\necho', 'bash'],
      ['#!/usr/bin/env -S bash -e\n', 'bash'],
      ['#!/usr/bin/env -Sbash -e\n', 'bash'],
      ['#!/usr/bin/env --split-string=bash -e\n', 'bash'],
      ['#!/usr/bin/env -S -i FOO=1 -u BAR /opt/x/python3.13t -u\n', 'python3.13t'],
      ['#!/usr/bin/env bash\r\necho\r\n', 'bash'],
      ['#!/usr/bin/env\n', undefined],
      ['#!\n', undefined],
      ['echo #!/bin/sh\n', undefined],
      ['', undefined],
    ];
    for (const [text, program] of cases) {
      assert.equal(interpreterOf(text)?.program, program, text);
    }
  });
});

describe('a generated run.sh', () => {
  it('keeps the options that a first line gives to Python', () => {
    const run = (line: string) => pythonRunner('x.py', line).split('\n').at(-2);
    assert.equal(run('#!/usr/bin/python3 -E\n'), 'exec "$PYTHON" -E ./x.py "$@"');
    assert.equal(
      run('#!/usr/bin/env -S python3 -u -X dev\n'),
      'exec "$PYTHON" -u -X dev ./x.py "$@"',
    );
    assert.equal(
      run('#!/usr/bin/env -S -u HOME PYTHONMALLOC=debug python3 -u\n'),
      `exec env -u HOME 'PYTHONMALLOC=debug' "$PYTHON" -u ./x.py "$@"`,
    );
    assert.equal(run('#!/bin/sh -e\n'), 'exec "$PYTHON" ./x.py "$@"');
  });

  it('adds arguments to a command that does not say where they go', () => {
    assert.equal(commandRunner('echo a', []), '#!/bin/sh\necho a\n');
    assert.equal(commandRunner('echo a', ['b']), '#!/bin/sh\necho a "$@"\n');
    assert.equal(commandRunner('f &> log', []), '#!/usr/bin/env bash\nf &> log\n');
    assert.equal(commandRunner('f "$1" | cat', ['b']), '#!/bin/sh\nf "$1" | cat\n');
  });
});

describe('programNames', () => {
  it('gives a safe name, and the variable that the program sets for it', () => {
    for (const name of [
      'bug.c',
      'my-program.c',
      'a b$(x).c',
      '-x.c',
      'path.c',
      '1.c',
      'LD_preload.c',
    ]) {
      const { source, variable } = programNames(name);
      assert.match(source, /^[A-Za-z0-9][\w-]*\.c$/);
      assert.match(variable, /^[A-Z][A-Z0-9_]*$/);
      assert.deepEqual(Object.keys(programPaths([source], 'glibc')), [variable]);
      assert.doesNotMatch(variable, /^(PATH|LD_.*)$/);
    }
    assert.equal(programNames('bug.c').source, 'bug.c');
    assert.equal(programNames('…'.repeat(300)).source, 'program.c');
    assert.ok(programNames(`${'x'.repeat(250)}.c`).source.length <= 100);
  });
});

describe('wrongLineEnds', () => {
  it('finds the first line that breaks a script, and lets data be', () => {
    assert.deepEqual(wrongLineEnds('#!/bin/sh\r\necho\n'), { line: 1, program: 'sh\r' });
    assert.deepEqual(wrongLineEnds('#!/usr/bin/env bash\r\n'), { line: 1, program: 'bash\r' });
    assert.deepEqual(wrongLineEnds('#!/bin/sh -e\r\n'), { line: 1, program: undefined });
    assert.equal(wrongLineEnds('#!/bin/sh\necho\r\necho\r\necho\r\n')?.line, 2);
    assert.equal(wrongLineEnds('#!/bin/sh\nnc <<x\nGET / HTTP/1.0\r\nx\necho\n'), undefined);
    assert.equal(wrongLineEnds('#!/bin/sh\necho\n'), undefined);
  });
});
