/** A root file system of a shell and a few programs, taken from the machine that runs the tests. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';

const PROGRAMS = ['sh', 'cat', 'sleep', 'dd'];
/** Programs that a script needs besides, and those of the tests' faults. */
const MORE_PROGRAMS = ['chmod', 'cp', 'ipcmk', 'ls', 'mkdir', 'mkfifo', 'rm', 'setsid'];

/** The archive of the root file system: the programs in /bin, and the libraries that they need. */
export function tinyRoot(programs: readonly string[] = PROGRAMS): Readable {
  const archive = pack();
  const files = new Map<string, string>();
  for (const program of programs) {
    const path = [`/bin/${program}`, `/usr/bin/${program}`].find(existsSync);
    if (path === undefined) throw new Error(`The tests need ${program} on this machine.`);
    files.set(`bin/${program}`, path);
    for (const library of libraries(path)) files.set(library.slice(1), library);
  }
  archive.entry({ name: 'tmp', type: 'directory', mode: 0o1777 });
  for (const [name, path] of files) {
    archive.entry({ name, mode: 0o755 }, readFileSync(realpathSync(path)));
  }
  archive.finalize();
  return Readable.from(archive);
}

/** As {@link tinyRoot}, with what a script needs to be run again and again. */
export function scriptRoot(): Readable {
  return tinyRoot([...PROGRAMS, ...MORE_PROGRAMS]);
}

/** The libraries that the dynamic linker loads for a program; none for a static one. */
function libraries(path: string): readonly string[] {
  try {
    const text = execFileSync('ldd', [path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.match(/\/[^\s()]+(?=\s\()/g) ?? [];
  } catch {
    return [];
  }
}

/** A build's folder with nothing but its Dockerfile. */
export function dockerfile(...lines: readonly string[]): Readable {
  const archive = pack();
  archive.entry({ name: 'Dockerfile' }, `${lines.join('\n')}\n`);
  archive.finalize();
  return Readable.from(archive);
}
