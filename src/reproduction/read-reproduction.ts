/** Reads a reproduction's folder from the disk: its manifest, and whether its files exist. */
import { access, constants, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFolder, FolderError } from '../host/folder-content.ts';
import type { Diagnostic } from '../yaml-file/diagnostic.ts';
import { readYamlText, type RefusedFile } from '../yaml-file/read-text.ts';
import { failed, ok, type Result } from '../result.ts';
import { loadManifest } from './load-manifest.ts';
import type { Manifest } from './manifest.ts';
import { PLAIN_MANIFEST } from './plain-manifest.ts';

/** The file beside run.sh that describes its output; it is optional. */
const MANIFEST = 'reproduction.yaml';

/**
 * Reads a reproduction's folder.
 *
 * @param folder as messages show it
 * @returns the problem, be it that there is no such folder, or no program in it that can be started
 */
export async function readReproduction(folder: string): Promise<Result<Manifest, RefusedFile>> {
  const refused = (diagnostic: Omit<Diagnostic, 'range'>): Result<Manifest, RefusedFile> =>
    failed({ diagnostics: [{ range: null, ...diagnostic }], source: '' });
  const stat = await lstat(`${folder}/.`).catch(() => undefined);
  if (!stat?.isDirectory()) return refused({ file: folder, message: 'there is no such folder' });
  try {
    await readFolder(folder, 'the reproduction');
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return refused({ file: folder, message: error.message });
  }

  const manifest = await readManifest(join(folder, MANIFEST));
  if (!manifest.ok) return manifest;
  const { protocol, programs, strace } = manifest.value;
  const needed = [
    ...(protocol.type === 'contract' ? ['reproduce.py'] : []),
    ...programs.map(({ source }) => source),
  ];
  for (const name of needed) {
    if (!(await isFile(join(folder, name)))) {
      const hint = `${MANIFEST} needs it.`;
      return refused({ file: join(folder, name), message: 'the file does not exist', hint });
    }
  }
  if (protocol.type === 'contract' && !strace) return manifest;
  const script = join(folder, 'run.sh');
  if (!(await isFile(script))) {
    const hint = 'A reproduction is a folder with an executable run.sh.';
    return refused({ file: script, message: 'the file does not exist', hint });
  }
  const executable = await access(script, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) {
    return refused({ file: script, message: 'it is not executable', hint: `chmod +x ${script}` });
  }
  return manifest;
}

async function readManifest(path: string): Promise<Result<Manifest, RefusedFile>> {
  if (!(await exists(path))) return ok(PLAIN_MANIFEST);
  const text = await readYamlText(path);
  if (!text.ok) return failed({ diagnostics: [text.error], source: '' });
  const loaded = loadManifest(text.value, path);
  return loaded.ok ? loaded : failed({ diagnostics: loaded.error, source: text.value });
}

/** An existing file that cannot be read must not look like a missing manifest. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() ?? false;
}
