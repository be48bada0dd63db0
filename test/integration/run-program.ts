/** bin/matrix as a user starts it, for the end-to-end tests. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from './engine-under-test.ts';

const PROGRAM = join(fileURLToPath(new URL('../..', import.meta.url)), 'bin/matrix');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs it to its end.
 *
 * @param folder where it is started
 * @param onText sees standard error as it comes, with the way to interrupt the program
 */
export function runProgram(
  folder: string,
  args: readonly string[],
  onText: (text: string, interrupt: () => void) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(PROGRAM, args, {
      cwd: folder,
      env: { ...plainEnvironment(), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onText(text, () => child.kill('SIGINT'));
    });
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}
