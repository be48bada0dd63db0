/**
 * The files of a container of attempts besides its image: the reproduction and its runner. Pure.
 */
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { FolderContent } from '../host/folder-content.ts';

/** Where it is in the container; nothing that runs there can write to it. */
export const VOLUME = '/matrix';

const runner = readFileSync(new URL('attempts.sh', import.meta.url));

/** Ends with a given status, so that the container's report can be compared with the real end. */
const CHECK = `#!/bin/sh
echo "this is $1"
if [ "$1" = crash ]; then kill -s ABRT $$; fi
exit "$1"
`;

/** The files behind `python3` and `python` in a container. */
export type Interpreter =
  /** A path, so that the interpreter is called by these names itself. */
  | { readonly type: 'path'; readonly path: string }
  /** A command that starts it in a special way, such as with another allocator. */
  | { readonly type: 'command'; readonly command: string };

/** A script's folder, and the row's interpreter. */
export interface ScriptFiles {
  readonly folder: Pick<FolderContent, 'files'>;
  /** Undefined in an image without Python. */
  readonly interpreter: Interpreter | undefined;
}

/**
 * The tar of {@link VOLUME}: the folder, the shell script that runs it, and `python3` and `python`, which
 * are the row's interpreter.
 */
export function sandboxVolume({ folder, interpreter }: ScriptFiles): Readable {
  const tar = pack();
  const add = (name: string, mode: number, content: Buffer | string) => {
    tar.entry({ name, mode, uid: 0, gid: 0 }, content);
  };
  add('attempts.sh', 0o755, runner);
  add('check/run.sh', 0o755, CHECK);
  for (const name of ['bin/python', 'bin/python3']) {
    if (interpreter?.type === 'path') {
      tar.entry({ name, type: 'symlink', linkname: interpreter.path, uid: 0, gid: 0 });
    } else if (interpreter) {
      add(name, 0o755, `#!/bin/sh\nexec ${interpreter.command} "$@"\n`);
    }
  }
  for (const { path, mode, content } of folder.files) add(`folder/${path}`, mode, content);
  tar.finalize();
  return tar as unknown as Readable;
}
