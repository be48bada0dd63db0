/** Whether an engine answers at an address. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Calls, callOnce } from '../calls.ts';
import type { Endpoint } from '../endpoint.ts';
import { connect, describeEndpoint, disconnect, ping } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { engineMessage } from '../failure.ts';
import { askHelper, findCredentials } from '../images/credentials.ts';
import { proxyArguments, type BuildNetwork } from '../images/make-image.ts';
import { SSH_CONNECT_SECONDS } from '../ssh-connection.ts';
import { describeEngine, type Described } from './describe.ts';
import type { EngineCandidate, EngineSearchInput } from './discover.ts';
import { dockerEngine } from './docker-engine.ts';
import type { OpenOptions } from './open.ts';

/** The time limit of the first answer. An engine on this machine answers within milliseconds. */
const PING_SECONDS = 3;
const NAMED_PING_SECONDS = 10;
/** For an engine that the user named and that is just starting, as a service of a CI job is. */
const START_SECONDS = 30;
const START_POLL_SECONDS = 0.5;

/** The engine that answers. The credentials are the user's, whichever engine asks for them. */
export function ready(
  calls: Calls,
  { description, warnings }: Extract<Described, { type: 'usable' }>,
  { env, notify }: OpenOptions,
  { home, readFile }: EngineSearchInput,
  network: Pick<BuildNetwork, 'mode'>,
  stop: () => Promise<void>,
): { readonly type: 'ready'; readonly engine: Engine } {
  for (const warning of warnings) notify(warning);
  const sources = { env, home, readFile, ask: askHelper(env) };
  return {
    type: 'ready',
    engine: dockerEngine({
      calls,
      description,
      network: { ...network, proxies: proxyArguments(env) },
      credentials: (registry) => findCredentials(registry, sources),
      stop,
    }),
  };
}

type Tried =
  | { readonly type: 'ready'; readonly engine: Engine }
  | {
      readonly type: 'not-this';
      readonly where: string;
      readonly reason: string;
      /** The system's word for it, such as `ECONNREFUSED`, where it has one. */
      readonly code: string | undefined;
    };

/** Tries the engine that the user named, and again for half a minute while it refuses connections. */
export async function tryNamed(
  candidate: EngineCandidate,
  options: OpenOptions,
  world: EngineSearchInput,
  signal: AbortSignal,
): Promise<Tried> {
  const scale = 1000 * (options.timeScale ?? 1);
  const end = performance.now() + START_SECONDS * scale;
  for (let announced = false; ; announced = true) {
    const seconds = candidate.endpoint.type === 'ssh' ? SSH_CONNECT_SECONDS : NAMED_PING_SECONDS;
    const tried = await tryCandidate(candidate, options, world, signal, seconds);
    if (tried.type === 'ready' || tried.code !== 'ECONNREFUSED' || signal.aborted) return tried;
    if (performance.now() >= end) return tried;
    if (!announced) {
      options.notify(
        `Waiting up to ${START_SECONDS} s for ${tried.where} to start, since it refuses connections.`,
      );
    }
    await sleep(START_POLL_SECONDS * scale, undefined, { signal }).catch(() => undefined);
  }
}

/** @param seconds the time limit of its first answer */
export async function tryCandidate(
  candidate: EngineCandidate,
  options: OpenOptions,
  world: EngineSearchInput,
  signal: AbortSignal,
  seconds = PING_SECONDS,
): Promise<Tried> {
  const where = `${candidate.source} (${describeEndpoint(candidate.endpoint)})`;
  let calls: Calls | undefined;
  const notThis = (reason: string, code?: string): Tried => {
    if (calls !== undefined) disconnect(calls.docker);
    return { type: 'not-this', where, reason, code };
  };
  try {
    calls = newCalls(candidate.endpoint, options);
    await callOnce(calls, { what: 'GET /_ping', seconds, signal }, ping);
    const described = await describeEngine(calls, where, false, signal);
    if (described.type === 'unusable') return notThis(described.reason);
    return ready(calls, described, options, world, {}, () => Promise.resolve());
  } catch (error) {
    return notThis(explain(error), codeOf(error));
  }
}

export function newCalls(endpoint: Endpoint, options: OpenOptions): Calls {
  return {
    docker: connect(endpoint, options.env),
    notify: options.notify,
    retries: { count: 0 },
    timeScale: options.timeScale ?? 1,
  };
}

/** The usual reasons in words, because most users do not know errno names. */
export function explain(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'nothing listens there.';
  if (code === 'ENOENT') return 'the socket does not exist.';
  if (code === 'EACCES') return 'this user has no permission for it.';
  return engineMessage(error);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
