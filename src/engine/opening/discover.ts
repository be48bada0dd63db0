/** Where an engine may be, in the order in which it is looked for. Pure: the world comes in from outside. */
import { join } from 'node:path';
import { findContext } from './docker-context.ts';
import { type Endpoint, parseEndpoint } from '../endpoint.ts';

/** What the search depends on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The user's number; undefined where the system has none. */
  readonly uid: number | undefined;
  readonly home: string;
  /** A file's text, or undefined where there is none; throws where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

/** A place where an engine may answer. */
export interface EngineCandidate {
  readonly endpoint: Endpoint;
  /** How it was found, in words: `DOCKER_HOST`. */
  readonly source: string;
}

/** Where to look. */
export type Search =
  /** The user named one: it or none. */
  | { readonly type: 'named'; readonly candidate: EngineCandidate }
  /** The user asked for the engine of this program's own. */
  | { readonly type: 'private' }
  /** The first that answers. */
  | {
      readonly type: 'candidates';
      readonly candidates: readonly EngineCandidate[];
      /** What was found and cannot be used, in words. */
      readonly notes: readonly string[];
    }
  /** What the user named is no engine's address. */
  | { readonly type: 'invalid'; readonly reason: string };

/** What `--engine` takes instead of an address. */
const PRIVATE = 'private';

/**
 * Decides where to look for an engine: what the user named (`--engine`, then `DOCKER_HOST`, then
 * `DOCKER_CONTEXT`), and otherwise the docker command's current context and the usual sockets.
 *
 * @param explicit the value of `--engine`
 */
export function searchPlan(explicit: string | undefined, world: Surroundings): Search {
  const { env } = world;
  if (explicit === PRIVATE) return { type: 'private' };
  if (explicit !== undefined) return named(explicit, '--engine', world);
  const host = env['DOCKER_HOST'] ?? '';
  if (host !== '') return named(host, 'DOCKER_HOST', world);

  const notes: string[] = [];
  const candidates: EngineCandidate[] = [];
  const context = findContext(env, world.home, world.readFile);
  const contextNamed = (env['DOCKER_CONTEXT'] ?? '') !== '';
  if (context.type !== 'none') {
    const source = `docker context "${context.name}"`;
    const found =
      context.type === 'context'
        ? named(context.host, source, world)
        : ({ type: 'invalid', reason: `${source}: ${context.reason}.` } as const);
    if (contextNamed || found.type === 'private') return found;
    if (found.type === 'named') candidates.push(found.candidate);
    if (found.type === 'invalid') notes.push(found.reason);
  }
  const known = new Set<string>();
  for (const socket of usualSockets(world)) {
    if (known.has(socket.path) || !world.exists(socket.path)) continue;
    known.add(socket.path);
    candidates.push({ endpoint: { type: 'unix', path: socket.path }, source: socket.source });
  }
  return { type: 'candidates', candidates, notes };
}

function named(address: string, source: string, world: Surroundings): Search {
  const parsed = parseEndpoint(address, world.env, (path) => {
    const text = world.readFile(path);
    if (text === undefined) throw new Error(`${path} is missing`);
    return text;
  });
  return parsed.type === 'endpoint'
    ? { type: 'named', candidate: { endpoint: parsed.endpoint, source } }
    : { type: 'invalid', reason: `${source}: ${parsed.reason}` };
}

/** The sockets of the engines that people have, root's before the user's own, Docker before Podman. */
function usualSockets(world: Surroundings): readonly { path: string; source: string }[] {
  const { env, home, uid } = world;
  const runtime =
    env['XDG_RUNTIME_DIR'] ??
    (uid === undefined || world.platform !== 'linux' ? undefined : `/run/user/${uid}`);
  const docker = "Docker's socket";
  const podman = "Podman's socket";
  const sockets: readonly (readonly [source: string, folder: string | undefined, name?: string])[] =
    [
      [docker, '/var/run/docker.sock'],
      [docker, runtime, 'docker.sock'],
      [docker, home, '.docker/run/docker.sock'],
      [docker, home, '.docker/desktop/docker.sock'],
      ["Colima's socket", home, '.colima/default/docker.sock'],
      ["Rancher Desktop's socket", home, '.rd/docker.sock'],
      [podman, '/run/podman/podman.sock'],
      [podman, runtime, 'podman/podman.sock'],
      [podman, home, '.local/share/containers/podman/machine/podman.sock'],
    ];
  return sockets.flatMap(([source, folder, name = '']) =>
    folder === undefined ? [] : [{ source, path: join(folder, name) }],
  );
}
