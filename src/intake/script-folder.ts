/** A script or a program as a folder with a run.sh that starts it. */
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { bytesText } from '../host/disk-usage.ts';
import { listInWords } from '../text/list-text.ts';
import { quoted } from '../text/names.ts';
import { LARGEST_BYTES } from '../host/folder-content.ts';
import { shellWord } from '../text/shell-word.ts';
import { notAFile, unreadable } from './folder-tree.ts';
import { IntakeError } from './problem.ts';
import {
  asksForPython,
  fileRunner,
  interpreterOf,
  programNames,
  pythonRunner,
  withShell,
  wrongLineEnds,
} from './script-text.ts';
import { definesOnly, hasCommand, languageOf, shellOf, testRunnerOf } from './script-language.ts';

export const RUN_SCRIPT = 'run.sh';

/** A file with a NUL among so many bytes is no text. */
const TEXT_BYTES = 512;

const PYTHON_NAME = /\.pyw?$/;

/** Endings of languages that sh would take for its own, and report one false failure after another. */
const OTHER_LANGUAGES =
  /\.(cc|cpp|cxx|h|hpp|go|rs|java|kt|js|mjs|cjs|ts|rb|pl|php|lua|cs|swift|ipynb|md|rst|txt|json|ya?ml|toml|patch|diff)$/i;

/** Reads a file that is handed in. @throws IntakeError before more than 16 MiB are read */
export async function readScript(path: string): Promise<Buffer> {
  let content: Buffer;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw notAFile(path, found);
    if (found.size > LARGEST_BYTES) throw inputTooLarge(quoted(path));
    content = await readFile(path);
  } catch (error) {
    if (error instanceof IntakeError) throw error;
    throw unreadable(path, error);
  }
  if (content.length === 0) throw new IntakeError(`${quoted(path)} is empty.`);
  return content;
}

/** @param what the subject of the message */
export function inputTooLarge(what: string): IntakeError {
  return new IntakeError(`${what} is larger than ${bytesText(LARGEST_BYTES)}.`);
}

/**
 * Writes a file, and what starts it, into an empty folder.
 *
 * @param name of the file, any that a file can have
 * @param shown the name in messages
 * @throws IntakeError for a file that nothing could start
 */
export async function writeScriptFolder(
  folder: string,
  name: string,
  content: Buffer,
  shown: string,
): Promise<void> {
  const isBinary = content.subarray(0, TEXT_BYTES).includes(0);
  const text = isBinary ? '' : content.toString('utf8');
  const hasInterpreter = text.startsWith('#!');
  const hasEnding = extname(name) !== '';
  const language = isBinary || hasInterpreter || hasEnding ? undefined : languageOf(text);
  if (name.endsWith('.c') || language === 'c') {
    const { source, variable } = programNames(hasEnding ? basename(name) : `${basename(name)}.c`);
    await writeMode(join(folder, source), content, 0o644);
    const manifest = `programs:\n  - source: ${source}\n`;
    await writeMode(join(folder, 'reproduction.yaml'), manifest, 0o644);
    return writeRun(folder, `#!/bin/sh\nexec "$${variable}" "$@"\n`);
  }
  checkEncoding(content, shown);
  if (PYTHON_NAME.test(name) || language === 'python' || (!hasEnding && asksForPython(text))) {
    const target = pythonTarget(name, text, shown);
    await writeMode(join(folder, name), content, hasInterpreter ? 0o755 : 0o644);
    return writeRun(folder, pythonRunner(name, text, target));
  }
  if (!isBinary && !hasInterpreter && OTHER_LANGUAGES.test(name)) {
    const ending = extname(name);
    throw new IntakeError(
      `${quoted(shown)} has no #! line, and ${ending} files have no default interpreter.`,
      'Add a #! line, or name its folder and the command: --run COMMAND.',
    );
  }
  if (!isBinary) {
    checkLineEnds(text, shown);
    if (!hasCommand(text)) {
      throw new IntakeError(`${quoted(shown)} has no command, so it tests nothing.`);
    }
  }
  if (name === RUN_SCRIPT && (hasInterpreter || isBinary)) return writeRun(folder, content);
  // The generated files have these names.
  const kept = name === RUN_SCRIPT || name === 'reproduction.yaml' ? `script-${name}` : name;
  const shell = isBinary || hasInterpreter ? undefined : shellOf(text);
  await writeMode(join(folder, kept), shell === 'bash' ? withShell(text) : content, 0o755);
  return writeRun(folder, fileRunner(kept, shell === 'sh' ? 'sh' : undefined));
}

/** What Python starts. @throws IntakeError for a file that tests nothing */
function pythonTarget(name: string, text: string, shown: string): readonly string[] | undefined {
  const runner = testRunnerOf(text);
  if (runner === undefined) {
    const asksForModule = interpreterOf(text)?.options.some((option) => /^-[mc]/.test(option));
    if (asksForModule === true || !definesOnly(text)) return undefined;
    throw new IntakeError(
      `${quoted(shown)} calls nothing of what it defines, so started by itself it tests nothing.`,
      `Call it at the end of the file, or name its folder and the command, such as --run 'python3 -m doctest ${shellWord(name)}'.`,
    );
  }
  // Python imports only such names.
  const module = /^([A-Za-z_]\w*)\.py$/.exec(name)?.[1];
  if (runner === 'unittest' && module !== undefined) return ['-m', 'unittest', module];
  throw new IntakeError(
    `${quoted(shown)} only defines tests for ${runner}, so started by itself it tests nothing.`,
    `Call them at the end of the file, or name its folder and the command: --run 'python3 -m ${runner} ${shellWord(name)}'.`,
  );
}

async function writeMode(path: string, content: string | Buffer, mode: number): Promise<void> {
  await writeFile(path, content);
  await chmod(path, mode);
}

/** Writes the run.sh of a folder. */
export async function writeRun(folder: string, content: string | Buffer): Promise<void> {
  await writeMode(join(folder, RUN_SCRIPT), content, 0o755);
}

/** Marks at the beginning of a text that neither the kernel nor sh skips. */
function checkEncoding(content: Buffer, shown: string): void {
  const start = content.toString('latin1', 0, 5);
  if (/^(?:\xff\xfe|\xfe\xff)/.test(start)) {
    throw new IntakeError(`${quoted(shown)} is UTF-16, which nothing runs.`, 'Save it as UTF-8.');
  }
  if (start === '\xef\xbb\xbf#!' && !PYTHON_NAME.test(shown)) {
    throw new IntakeError(
      `${quoted(shown)} begins with a byte order mark, so its #! line is not recognized.`,
      'Save it as UTF-8 without one.',
    );
  }
}

/** Refuses a script whose lines end as on Windows. @param shown its name in messages */
export function checkLineEnds(text: string, shown: string): void {
  const wrong = wrongLineEnds(text);
  if (!wrong) return;
  const { line, program } = wrong;
  const consequence =
    program === undefined
      ? 'so the shell reads a carriage return (\\r) as part of the last word of each line'
      : `so its first line names a program ${JSON.stringify(program)}`;
  const word = shellWord(shown.startsWith('-') ? `./${shown}` : shown);
  throw new IntakeError(
    `${quoted(shown)}: line ${line} ends with CR LF, ${consequence}.`,
    listInWords([`dos2unix ${word}`, `sed -i 's/\\r$//' ${word}`], 'or'),
  );
}
