/** The address of an engine: what a person writes for it, and the client that speaks to it. */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import { inspect } from 'node:util';
import Docker from 'dockerode';

/** Where an engine listens. */
export type Endpoint =
  | { readonly type: 'unix'; readonly path: string }
  | {
      readonly type: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Absent for plain HTTP. */
      readonly tls?: Tls;
    };

/** What a TLS connection needs; a missing part is left to the system's own settings. */
interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** An address as a person wrote it, or why it is none. */
export type ParsedEndpoint =
  | { readonly type: 'endpoint'; readonly endpoint: Endpoint }
  | { readonly type: 'invalid'; readonly reason: string };

const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads an address as the `docker` command reads `DOCKER_HOST`: `unix:///path`, `tcp://host:port`,
 * `http://host:port`, `https://host:port`. `DOCKER_TLS_VERIFY` (anything but empty or `0`) asks for
 * TLS with the files `ca.pem`, `cert.pem` and `key.pem` of `DOCKER_CERT_PATH`.
 *
 * @param readFile gives a file's text, and throws where it cannot be read
 * @returns `invalid` with a sentence for a person where the address cannot be used
 */
export function parseEndpoint(
  text: string,
  env: NodeJS.ProcessEnv,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): ParsedEndpoint {
  const invalid = (reason: string): ParsedEndpoint => ({ type: 'invalid', reason });
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length);
    return path.startsWith('/')
      ? { type: 'endpoint', endpoint: { type: 'unix', path } }
      : invalid(`"${text}" names no absolute path: write unix:///path/to/the.sock.`);
  }
  const url = URL.parse(text.includes('://') ? text : `tcp://${text}`);
  if (url === null || url.hostname === '') {
    return invalid(`"${text}" is no address: write unix:///path or tcp://host:port.`);
  }
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    return invalid(
      `"${url.protocol}//" is not supported: use unix://, tcp://, http:// or https:// ` +
        '(an engine behind ssh can be forwarded to a local socket with ssh -L).',
    );
  }
  if (url.pathname !== '' && url.pathname !== '/') {
    return invalid(`"${text}" has a path behind the port, which an engine's address cannot have.`);
  }
  const verify = env['DOCKER_TLS_VERIFY'] ?? '';
  const secure =
    url.protocol === 'https:' ||
    (url.protocol === 'tcp:' && verify !== '' && verify !== '0') ||
    (url.protocol === 'tcp:' && url.port === String(TLS_PORT));
  const address = {
    type: 'tcp',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || standardPort(url.protocol, secure),
  } as const;
  if (!secure) return { type: 'endpoint', endpoint: address };
  try {
    return { type: 'endpoint', endpoint: { ...address, tls: readTls(env, readFile) } };
  } catch (error) {
    return invalid(
      `The TLS files of DOCKER_CERT_PATH cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

function standardPort(protocol: string, secure: boolean): number {
  // URL drops the port where it is the scheme's own, so that http://host:80 arrives here too.
  if (protocol === 'http:') return 80;
  if (protocol === 'https:') return 443;
  return secure ? TLS_PORT : PLAIN_PORT;
}

function readTls(env: NodeJS.ProcessEnv, readFile: (path: string) => string): Tls {
  const folder = env['DOCKER_CERT_PATH'] ?? '';
  if (folder === '') return {};
  return {
    ca: readFile(join(folder, 'ca.pem')),
    cert: readFile(join(folder, 'cert.pem')),
    key: readFile(join(folder, 'key.pem')),
  };
}

/** The address in the form in which `parseEndpoint` reads it. */
export function describeEndpoint(endpoint: Endpoint): string {
  if (endpoint.type === 'unix') return `unix://${endpoint.path}`;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.tls === undefined ? 'tcp' : 'https'}://${host}:${endpoint.port}`;
}

/**
 * A client for the address. It opens no connection yet.
 *
 * Every option is given explicitly, the empty ones too: the client fills in what is missing from
 * `DOCKER_HOST` of this process, and would then speak to another engine than the one asked for.
 * Connections are not kept: an engine may close an idle one at the moment at which it is used again.
 *
 * @throws Error where `DOCKER_HOST` and `DOCKER_CERT_PATH` of this process are unusable, which the
 *   client reads even where it does not need them
 */
export function connect(endpoint: Endpoint): Docker {
  const tcp = endpoint.type === 'tcp' ? endpoint : undefined;
  const tls = tcp?.tls;
  const options = {
    socketPath: endpoint.type === 'unix' ? endpoint.path : undefined,
    host: tcp?.host,
    port: tcp?.port,
    protocol: tls === undefined ? 'http' : 'https',
    ca: tls?.ca,
    cert: tls?.cert,
    key: tls?.key,
    timeout: undefined,
    version: undefined,
    pathPrefix: '/',
    headers: {},
    agent: withShortInspect(new (tls === undefined ? HttpAgent : HttpsAgent)({ keepAlive: false })),
  };
  return new Docker(options as Docker.DockerOptions);
}

/**
 * Makes an object one word where it is written out. The client library writes out every request with all
 * that hangs on it, sockets included, whether it is read or not: without this, that is most of what a
 * call costs.
 */
export function withShortInspect<T extends object>(thing: T): T {
  return Object.defineProperty(thing, inspect.custom, { value: () => thing.constructor.name });
}

/** Whether anything answers there; rejects where nothing does. */
export async function ping(docker: Docker, abortSignal: AbortSignal): Promise<void> {
  // The library takes options here that its types do not know.
  const call: (options: object) => Promise<unknown> = docker.ping.bind(docker);
  await call({ abortSignal });
}

/** Ends all connections, those of unanswered calls included. */
export function disconnect(docker: Docker): void {
  (docker.modem as { agent?: HttpAgent }).agent?.destroy();
}
