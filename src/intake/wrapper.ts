/** The folder that runs a single file. Pure. */
import { isBinary, shebangProgram } from './script-text.ts';

interface WrapperFile {
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer | string;
}

/**
 * The files of a folder whose run.sh runs the one that was handed in: a Python script with the row's
 * Python, a C source as the program that it is compiled to, anything else by its first line.
 *
 * @param name of the file, without its folder
 */
export function wrapperOf(name: string, content: Buffer): readonly WrapperFile[] {
  const run = (script: string): WrapperFile => ({
    name: 'run.sh',
    mode: 0o755,
    content: `#!/bin/sh\n${script}\n`,
  });
  if (name.endsWith('.c')) {
    const stem =
      name
        .slice(0, -2)
        .replaceAll(/[^A-Za-z0-9-]/g, '-')
        .replace(/^-+/, '') || 'bug';
    const variable = stem.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
    return [
      { name: `${stem}.c`, mode: 0o644, content },
      { name: 'reproduction.yaml', mode: 0o644, content: `programs: [{ source: ${stem}.c }]\n` },
      // Through env, since the name of a variable cannot begin with a digit in a shell.
      run(`exec "$(printenv ${variable})" "$@"`),
    ];
  }
  // A folder cannot hold two files of one name.
  const own = name === 'run.sh' || name === 'reproduction.yaml' ? `given-${name}` : name;
  const path = `'./${own.replaceAll("'", `'\\''`)}'`;
  const program = isBinary(content) ? undefined : shebangProgram(content);
  const isPython = /\.pyw?$/.test(name) || (program?.startsWith('python') ?? false);
  if (isPython) {
    return [
      { name: own, mode: 0o755, content },
      run(
        `if [ -z "\${PYTHON:-}" ]; then echo 'this image has no Python'; exit 77; fi\nexec "$PYTHON" ${path} "$@"`,
      ),
    ];
  }
  const starter = program === undefined && !isBinary(content) ? 'sh ' : '';
  return [{ name: own, mode: 0o755, content }, run(`exec ${starter}${path} "$@"`)];
}
