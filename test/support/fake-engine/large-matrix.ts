/** A matrix of as many rows as one likes, with twelve columns, and the fake engine that it is measured on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Pythons on each base. */
const PYTHONS = 50;

/** Writes matrix.yaml, and the reproduction that it names, into a folder. @returns the file's path */
export async function writeLargeMatrix(folder: string, rows: number): Promise<string> {
  const bases = Array.from({ length: Math.ceil(rows / PYTHONS) }, (_, n) => `base-${n}`);
  const pythons = Array.from({ length: Math.min(rows, PYTHONS) }, (_, n) => `python-${n}`);
  const path = join(folder, 'matrix.yaml');
  await writeFile(
    path,
    [
      'version: 1',
      'reproduction: reproduction',
      'verdict: { confidence: 0.99, maxRate: 0.01, budget: 30s }',
      'bases:',
      ...bases.map((id) => `  ${id}: { sources: [{ pull: "${id}:slim" }] }`),
      'pythons:',
      ...pythons.map(
        (id) =>
          `  ${id}: { recipe: debian-package, args: { PACKAGE: ${id} }, command: python3.11 }`,
      ),
      'groups:',
      '  default:',
      '    environments:',
      `      axes: { base: [${bases.join(', ')}], python: [${pythons.join(', ')}] }`,
      '    scenarios:',
      '      axes:',
      '        mutation: [none, add, delete, overwrite]',
      '        launcher: [os.system, os.popen, subprocess-path]',
      '',
    ].join('\n'),
  );
  const reproduction = fileURLToPath(new URL('../../../reproduction', import.meta.url));
  await cp(reproduction, join(folder, 'reproduction'), { recursive: true });
  return path;
}

export interface ServedEngine {
  /** `unix:///…` */
  readonly address: string;
  close(): Promise<void>;
}

/** Starts the fake engine in its own process. */
export async function serveFakeEngine(cpus: number): Promise<ServedEngine> {
  const script = fileURLToPath(new URL('serve.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, String(cpus)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [address] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    address,
    close: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
