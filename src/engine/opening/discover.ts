/** Where an engine may be, in the order in which it is looked for. Pure: the world comes in from outside. */
import { findContext } from './docker-context.ts';
import { usualSockets } from './usual-sockets.ts';
import { type Endpoint, isPipe, type OwnTls, parseEndpoint } from '../endpoint.ts';
import { nonEmptyText } from '../loose-json.ts';

/** The inputs of the search. */
export interface EngineSearchInput {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The user's number; undefined if the system has none. */
  readonly uid: number | undefined;
  readonly home: string;
  /** A file's text, or undefined if there is none; throws where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
  /** The names in a folder, sorted; none if it cannot be read. */
  readonly list: (folder: string) => readonly string[];
}

/** A place where an engine may answer. */
export interface EngineCandidate {
  readonly endpoint: Endpoint;
  /** How it was found, in words: `DOCKER_HOST`. */
  readonly source: string;
}

/** Where to look. */
export type EngineSearch =
  /** The user named one: it or none. */
  | { readonly type: 'named'; readonly candidate: EngineCandidate }
  /** The user requested this program's private engine. */
  | { readonly type: 'private' }
  /** The first that answers. */
  | {
      readonly type: 'candidates';
      readonly candidates: readonly EngineCandidate[];
      /** Endpoints that were found and cannot be used, in words. */
      readonly notes: readonly string[];
    }
  /** The address that the user named is invalid. */
  | { readonly type: 'invalid'; readonly reason: string };

/**
 * Decides where to look for an engine: what the user named (`--engine`, then `DOCKER_HOST`, then
 * `DOCKER_CONTEXT`, then Podman's `CONTAINER_HOST`), and otherwise the docker command's current context
 * and the usual sockets.
 *
 * @param explicit the value of `--engine`
 */
export function searchPlan(explicit: string | undefined, world: EngineSearchInput): EngineSearch {
  const { env } = world;
  if (explicit === 'private') return { type: 'private' };
  if (explicit !== undefined) return named(explicit, '--engine', world);
  const host = nonEmptyText(env['DOCKER_HOST']);
  if (host !== undefined) return named(host, 'DOCKER_HOST', world);

  const notes: string[] = [];
  const candidates: EngineCandidate[] = [];
  const context = findContext(env, world.home, world.readFile);
  const contextNamed = nonEmptyText(env['DOCKER_CONTEXT']) !== undefined;
  const podmanHost = nonEmptyText(env['CONTAINER_HOST']);
  if (!contextNamed && podmanHost !== undefined) {
    // The variables of Docker's TLS files are not for Podman.
    const found = named(podmanHost, 'CONTAINER_HOST', world, {});
    if (found.type === 'named')
      return { type: 'named', candidate: forPodman(found.candidate, env) };
    // Podman's command may accept more addresses, so this need not be a mistake.
    notes.push(found.reason);
  }
  if (context.type !== 'none') {
    const source = `docker context "${context.name}"`;
    const found =
      context.type === 'context'
        ? named(context.host, source, world, { tls: context.tls })
        : ({ type: 'invalid', reason: `${source}: ${context.reason}.` } as const);
    if (contextNamed) return found;
    if (found.type === 'named') candidates.push(found.candidate);
    else notes.push(found.reason);
  }
  const known = new Set<string>();
  for (const socket of usualSockets(world)) {
    // Whether a pipe exists can be found out only by opening it.
    const exists = isPipe(socket.path) || world.exists(socket.path);
    if (known.has(socket.path) || !exists) continue;
    known.add(socket.path);
    candidates.push({ endpoint: { type: 'unix', path: socket.path }, source: socket.source });
  }
  return { type: 'candidates', candidates, notes };
}

/** Behind ssh, Podman's own command connects, with the key of `CONTAINER_SSHKEY` (podman-remote(1)). */
function forPodman(candidate: EngineCandidate, env: NodeJS.ProcessEnv): EngineCandidate {
  const { endpoint } = candidate;
  if (endpoint.type !== 'ssh') return candidate;
  const identity = nonEmptyText(env['CONTAINER_SSHKEY']);
  return { ...candidate, endpoint: { ...endpoint, program: 'podman', identity } };
}

function named(
  address: string,
  source: string,
  world: EngineSearchInput,
  own?: OwnTls,
): Extract<EngineSearch, { type: 'named' | 'invalid' }> {
  const env = { ...world.env, HOME: world.home };
  const endpoint = parseEndpoint(address, env, world.readFile, own, world.platform);
  return endpoint.type === 'invalid'
    ? { type: 'invalid', reason: `${source}: ${endpoint.reason}` }
    : { type: 'named', candidate: { endpoint, source } };
}
