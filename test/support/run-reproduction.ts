/** Runs the reproduction's programs on this machine, as a person would. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const FOLDER = join(import.meta.dirname, '../../reproduction');

/** Milliseconds after which a program under test is ended: far above what any of them takes. */
const LIMIT = 60_000;

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output by lines. */
  readonly lines: readonly string[];
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs the program, such as `taskset -c 0`. */
  readonly under?: readonly string[];
  readonly input?: string;
}

/** Runs a command in the reproduction's folder, to its end. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [program, ...args] = [...(options.under ?? []), ...command];
  if (program === undefined) throw new Error('no command');
  const child = spawn(program, args, {
    cwd: FOLDER,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...options.env },
    timeout: LIMIT,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A program that does not read its input may end before the write; its status shows the result.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { status, signal, stdout, stderr, lines };
}

/** Runs reproduce.py. */
export function reproduce(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(['python3', './reproduce.py', ...args], options);
}

/** Evaluates Python code that can use the functions of reproduce.py; returns its JSON output. */
export async function insideReproduce<T>(code: string, input?: unknown): Promise<T> {
  const program = `import json, sys\nsys.path.insert(0, ".")\nfrom reproduce import *\n${code}`;
  const ended = await run(['python3', '-c', program], { input: JSON.stringify(input ?? null) });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout) as T;
}

/** A folder that is removed when the test is over. */
export async function temporaryFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reproduction-test-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with one command of the given name, a shell script, and nothing else. */
export async function folderWith(test: TestContext, name: string, script: string): Promise<string> {
  const folder = await temporaryFolder(test);
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}

/** PATH with a folder in front of it. */
export function pathWith(folder: string): string {
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

/** The reason to skip a test that needs this command, or false if it is installed. */
export function unlessThere(command: string): string | false {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command]).status === 0;
  return found ? false : `${command} is not installed here`;
}
