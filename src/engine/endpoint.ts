/** The address of an engine: the user's form of it, and the client that connects to it. */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { homedir } from 'node:os';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import { nonEmptyText } from './loose-json.ts';
import {
  describeSsh,
  type InvalidEndpoint,
  parseSshEndpoint,
  SshAgent,
  type SshEndpoint,
} from './ssh-connection.ts';

/** Where an engine listens. */
export type Endpoint =
  /** A named pipe of Windows is one as well: `//./pipe/docker_engine`. */
  | { readonly type: 'unix'; readonly path: string }
  | SshEndpoint
  | {
      readonly type: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Absent for plain HTTP. */
      readonly tls?: Tls;
    };

/** The files of a TLS connection; the system's settings replace a missing one. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whether any certificate of the engine's will do. */
  readonly insecure?: boolean;
}

/** The TLS of what names an address, such as a docker context. */
export interface OwnTls {
  /** Requests TLS even if the address does not; undefined without own files. */
  readonly tls?: Tls | undefined;
}

const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads an address as the `docker` command reads `DOCKER_HOST`: `unix:///path`, `tcp://host:port`,
 * `http://host:port`, `https://host:port`, `ssh://user@host`, and on Windows
 * `npipe:////./pipe/name`. `DOCKER_TLS_VERIFY` (any value but the empty one, `0` included) asks for
 * TLS with the files `ca.pem`, `cert.pem` and `key.pem` of `DOCKER_CERT_PATH`, which is by default the
 * folder of the docker command's configuration.
 *
 * @param readFile gives a file's text, or undefined if there is none; throws where it cannot be read
 * @param own if it is given, the environment's TLS settings are not for this address
 * @returns `invalid` with a sentence for a person where the address cannot be used
 */
export function parseEndpoint(
  text: string,
  env: NodeJS.ProcessEnv,
  readFile: (path: string) => string | undefined = readIfPresent,
  own?: OwnTls,
  platform = process.platform,
): Endpoint | InvalidEndpoint {
  const invalid = (reason: string): InvalidEndpoint => ({ type: 'invalid', reason });
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length);
    return path.startsWith('/')
      ? { type: 'unix', path }
      : invalid(`"${text}" has no absolute path: write unix:///path/to/the.sock.`);
  }
  if (text.startsWith('npipe://')) {
    const path = text.slice('npipe://'.length);
    if (platform !== 'win32') return invalid('Only Windows has "npipe://": use unix://.');
    return isPipe(path)
      ? { type: 'unix', path }
      : invalid(`"${text}" is not a pipe: write npipe:////./pipe/docker_engine.`);
  }
  if (text.startsWith('ssh://')) return parseSshEndpoint(text);
  const url = URL.parse(text.includes('://') ? text : `tcp://${text}`);
  if (url === null || url.hostname === '') {
    return invalid(`"${text}" is not an address: write unix:///path or tcp://host:port.`);
  }
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    return invalid(
      `"${url.protocol}//" is not supported: use unix://, ssh://, tcp://, http:// or https://.`,
    );
  }
  if (url.pathname !== '' && url.pathname !== '/') {
    return invalid(`"${text}" has a path after the port. Remove it.`);
  }
  const verify = nonEmptyText(env['DOCKER_TLS_VERIFY']) !== undefined;
  const secure =
    url.protocol === 'https:' ||
    (url.protocol === 'tcp:' && (own === undefined ? verify : own.tls !== undefined)) ||
    (url.protocol === 'tcp:' && url.port === String(TLS_PORT));
  const address = {
    type: 'tcp',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || standardPort(url.protocol, secure),
  } as const;
  if (!secure) return address;
  if (own !== undefined) return { ...address, tls: own.tls ?? {} };
  const certPath = nonEmptyText(env['DOCKER_CERT_PATH']);
  if (certPath === undefined && !verify) return { ...address, tls: {} };
  const folder = certPath ?? configFolder(env);
  try {
    const tls = readTls(folder, readFile);
    if (certPath !== undefined && tls.ca === undefined) {
      throw new Error(`${join(folder, 'ca.pem')} is missing`);
    }
    return { ...address, tls };
  } catch (error) {
    const of = certPath === undefined ? folder : 'DOCKER_CERT_PATH';
    return invalid(
      `The TLS files of ${of} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

/** The folder of the docker command's own files. Like docker, this ignores an empty variable. */
export function configFolder(env: NodeJS.ProcessEnv, home = env['HOME'] ?? homedir()): string {
  return nonEmptyText(env['DOCKER_CONFIG']) ?? join(home, '.docker');
}

function standardPort(protocol: string, secure: boolean): number {
  // URL drops the port where it is the scheme's own, so that http://host:80 arrives here too.
  if (protocol === 'http:') return 80;
  if (protocol === 'https:') return 443;
  return secure ? TLS_PORT : PLAIN_PORT;
}

/** The TLS files in a folder, of which any may be missing, as for the docker command. */
export function readTls(folder: string, readFile: (path: string) => string | undefined): Tls {
  const files = ['ca', 'cert', 'key'].map((name) => [name, readFile(join(folder, `${name}.pem`))]);
  return Object.fromEntries(files.filter(([, text]) => text !== undefined)) as Tls;
}

/** A file's text, or undefined if there is none; throws where it cannot be read. */
export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether a path is that of a named pipe of Windows. */
export function isPipe(path: string): boolean {
  return /^\/\/\.\/pipe\/./.test(path);
}

/** The address in the form in which `parseEndpoint` reads it. */
export function describeEndpoint(endpoint: Endpoint): string {
  if (endpoint.type === 'unix') {
    return `${isPipe(endpoint.path) ? 'npipe' : 'unix'}://${endpoint.path}`;
  }
  if (endpoint.type === 'ssh') return describeSsh(endpoint);
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.tls === undefined ? 'tcp' : 'https'}://${host}:${endpoint.port}`;
}

/**
 * A client for the address. It opens no connection yet.
 *
 * Every option is given explicitly, including empty ones. The client would take missing options
 * from `DOCKER_HOST` of this process, and would then connect to another engine than the requested
 * one. Connections are not kept: an engine may close an idle one at the moment at which it is used
 * again.
 *
 * @param env where `ssh` is found, and its agent
 * @throws Error if `DOCKER_HOST` and `DOCKER_CERT_PATH` of this process are unusable, which the
 *   client reads even where it does not need them
 */
export function connect(endpoint: Endpoint, env: NodeJS.ProcessEnv = process.env): Docker {
  const tcp = endpoint.type === 'tcp' ? endpoint : undefined;
  const tls = tcp?.tls;
  const options = {
    socketPath: endpoint.type === 'unix' ? endpoint.path : undefined,
    // The engine behind ssh needs some name in its requests.
    host: endpoint.type === 'ssh' ? 'docker.example.com' : tcp?.host,
    port: tcp?.port,
    protocol: tls === undefined ? 'http' : 'https',
    ca: tls?.ca,
    cert: tls?.cert,
    key: tls?.key,
    timeout: undefined,
    version: undefined,
    pathPrefix: '/',
    headers: {},
    agent: withShortInspect(agentFor(endpoint, env)),
  };
  // It loads two hundred files, which a plan needs only where an engine may be running.
  const Dockerode = createRequire(import.meta.url)('dockerode') as typeof Docker;
  return new Dockerode(options as Docker.DockerOptions);
}

function agentFor(endpoint: Endpoint, env: NodeJS.ProcessEnv): HttpAgent {
  if (endpoint.type === 'ssh') return new SshAgent(endpoint, env);
  if (endpoint.type === 'unix' || endpoint.tls === undefined) {
    return new HttpAgent({ keepAlive: false });
  }
  return new HttpsAgent({
    keepAlive: false,
    ...(endpoint.tls.insecure ? { rejectUnauthorized: false } : {}),
  });
}

/**
 * Makes an object print as one word. The client library formats every request for its debug log
 * with everything attached to it, sockets included, even if no one reads it. Without this, that
 * takes most of the time of a call.
 */
export function withShortInspect<T extends object>(thing: T): T {
  return Object.defineProperty(thing, inspect.custom, { value: () => thing.constructor.name });
}

/** Whether anything answers there; rejects if nothing does. */
export async function ping(docker: Docker, abortSignal: AbortSignal): Promise<void> {
  // The library takes options here that its types do not know.
  const call: (options: object) => Promise<unknown> = docker.ping.bind(docker);
  await call({ abortSignal });
}

/** Ends all connections, those of unanswered calls included. */
export function disconnect(docker: Docker): void {
  (docker.modem as { agent?: HttpAgent }).agent?.destroy();
}
