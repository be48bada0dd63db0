import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/** Whether this machine has a Python, which is no requirement of the program. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** What a program for Python makes of a text on its standard input: the JSON that it writes. */
export function readByPython(program: string, input: string): unknown {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
