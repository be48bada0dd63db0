/**
 * The current docker context: the engine that the `docker` command speaks to when nothing else is
 * said. Format: `config.json` names it, and `contexts/meta/<sha256 of the name>/meta.json` describes
 * it (Docker CLI, cli/context/store).
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fields, text } from '../loose-json.ts';

/** What the docker command's own files say. */
export type ContextFound =
  /** There is none, or it is the default one. */
  | { readonly type: 'none' }
  | { readonly type: 'context'; readonly name: string; readonly host: string }
  | { readonly type: 'broken'; readonly name: string; readonly reason: string };

/**
 * @param readFile gives a file's text, or undefined where there is none; it throws where there is
 *   one that cannot be read
 */
export function findContext(
  env: NodeJS.ProcessEnv,
  home: string,
  readFile: (path: string) => string | undefined,
): ContextFound {
  const folder = env['DOCKER_CONFIG'] ?? join(home, '.docker');
  let name = env['DOCKER_CONTEXT'] ?? '';
  try {
    if (name === '') {
      const config = readFile(join(folder, 'config.json'));
      if (config === undefined) return { type: 'none' };
      name = text(fields(JSON.parse(config))['currentContext']) ?? '';
    }
    if (name === '' || name === 'default') return { type: 'none' };
    const digest = createHash('sha256').update(name).digest('hex');
    const meta = readFile(join(folder, 'contexts', 'meta', digest, 'meta.json'));
    if (meta === undefined) {
      return { type: 'broken', name, reason: 'the docker command knows no such context' };
    }
    const endpoints = fields(fields(JSON.parse(meta))['Endpoints']);
    const host = text(fields(endpoints['docker'])['Host']);
    return host === undefined
      ? { type: 'broken', name, reason: 'its description names no engine' }
      : { type: 'context', name, host };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { type: 'broken', name: name === '' ? 'current' : name, reason };
  }
}
