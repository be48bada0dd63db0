/**
 * The current docker context: the engine that the `docker` command uses by default. Format:
 * `config.json` names it, `contexts/meta/<sha256 of the name>/meta.json` describes it, and
 * `contexts/tls/<sha256 of the name>/docker` has its TLS files (Docker CLI, cli/context/store).
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { configFolder, readTls, type Tls } from '../endpoint.ts';
import { fields, nonEmptyText } from '../loose-json.ts';

/** The settings in the docker command's own files. */
type ContextFound =
  /** There is none, or it is the default one. */
  | { readonly type: 'none' }
  | {
      readonly type: 'context';
      readonly name: string;
      readonly host: string;
      /** Its own; undefined if it has none. */
      readonly tls: Tls | undefined;
    }
  | { readonly type: 'broken'; readonly name: string; readonly reason: string };

/**
 * @param readFile gives a file's text, or undefined if there is none; it throws where there is
 *   one that cannot be read
 */
export function findContext(
  env: NodeJS.ProcessEnv,
  home: string,
  readFile: (path: string) => string | undefined,
): ContextFound {
  const folder = configFolder(env, home);
  let name = nonEmptyText(env['DOCKER_CONTEXT']);
  try {
    if (name === undefined) {
      const config = readFile(join(folder, 'config.json'));
      if (config === undefined) return { type: 'none' };
      name = nonEmptyText(fields(JSON.parse(config))['currentContext']);
    }
    if (name === undefined || name === 'default') return { type: 'none' };
    const digest = createHash('sha256').update(name).digest('hex');
    const meta = readFile(join(folder, 'contexts', 'meta', digest, 'meta.json'));
    if (meta === undefined) {
      return { type: 'broken', name, reason: 'docker has no such context' };
    }
    const endpoints = fields(fields(JSON.parse(meta))['Endpoints']);
    const engine = fields(endpoints['docker']);
    const host = nonEmptyText(engine['Host']);
    if (host === undefined) {
      return { type: 'broken', name, reason: 'its description names no engine' };
    }
    const tls = readTls(join(folder, 'contexts', 'tls', digest, 'docker'), readFile);
    const insecure = engine['SkipTLSVerify'] === true;
    const hasTls = insecure || Object.keys(tls).length > 0;
    return { type: 'context', name, host, tls: hasTls ? { ...tls, insecure } : undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { type: 'broken', name: name ?? 'current', reason };
  }
}
