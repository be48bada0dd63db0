/**
 * Credentials of registries, where the `docker` command keeps them: its config file, the credential
 * helpers that the file names, and the variables that CI systems set. They leave this folder in no other
 * way than in the header of a call to the engine.
 *
 * Source: docs of `docker login` ("credential stores", "credential helpers") and the protocol of
 * docker-credential-helpers: the registry on standard input, JSON with `Username` and `Secret` back.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { configFolder } from '../endpoint.ts';
import { fields, nonEmptyText } from '../loose-json.ts';

/** The credentials in the form of the engine's API, in one header. */
export type Credentials =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/** The result of the search for credentials. */
export type CredentialsFound =
  | { readonly type: 'found'; readonly credentials: Credentials }
  /** No login is stored: the registry is asked without. */
  | { readonly type: 'none' }
  /** They should exist and cannot be read; `reason` holds nothing secret. */
  | { readonly type: 'broken'; readonly reason: string };

/** The access to the machine that the search needs. */
export interface CredentialSources {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** A file's text, or undefined if there is none; throws where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
  /** Runs `docker-credential-<helper> get`. */
  readonly ask: (helper: string, registry: string) => Promise<HelperAnswer>;
}

export type HelperAnswer =
  | { readonly type: 'answer'; readonly text: string }
  /** The helper reports that it has none. */
  | { readonly type: 'none' }
  | { readonly type: 'failed'; readonly reason: string };

const DOCKER_HUB = 'https://index.docker.io/v1/';
/** Helpers write this on standard output, and end with 1 (docker-credential-helpers, credentials/error.go). */
const NOT_FOUND = 'credentials not found in native keychain';
const HELPER_SECONDS = 20;
const MOST_BYTES = 1024 * 1024;

/**
 * The credentials of a registry: from `DOCKER_AUTH_CONFIG`, which holds the text of a config file, then
 * from `config.json` in `DOCKER_CONFIG` or `~/.docker`. In each of them a helper comes before what stands
 * in the file.
 *
 * @param registry such as `ghcr.io` or `localhost:5000`; `docker.io` for Docker Hub
 */
export async function findCredentials(
  registry: string,
  sources: CredentialSources,
): Promise<CredentialsFound> {
  const path = join(configFolder(sources.env, sources.home), 'config.json');
  for (const [name, read] of [
    ['DOCKER_AUTH_CONFIG', () => sources.env['DOCKER_AUTH_CONFIG']],
    [path, () => sources.readFile(path)],
  ] as const) {
    let config: Readonly<Record<string, unknown>>;
    try {
      // An empty text counts as absent, as it does for docker. A CI job without access to a secret
      // gets one.
      config = fields(JSON.parse(nonEmptyText(read()) ?? '{}'));
    } catch {
      // A parser's error would quote the text.
      return { type: 'broken', reason: `${name} cannot be read as JSON` };
    }
    const found = await inConfig(registry, config, name, sources);
    if (found.type !== 'none') return found;
  }
  return { type: 'none' };
}

async function inConfig(
  registry: string,
  config: Readonly<Record<string, unknown>>,
  name: string,
  { ask }: CredentialSources,
): Promise<CredentialsFound> {
  const server = registry === 'docker.io' ? DOCKER_HUB : registry;
  const entryOf = (part: string) =>
    Object.entries(fields(config[part])).find(([key]) => hostOf(key) === hostOf(server))?.[1];
  const helper = nonEmptyText(entryOf('credHelpers')) ?? nonEmptyText(config['credsStore']);
  if (helper !== undefined) {
    const asked = await fromHelper(helper, server, ask);
    if (asked.type !== 'none') return asked;
  }
  // An entry that does not exist holds nothing, as an empty one.
  return fromEntry(fields(entryOf('auths')), server, name);
}

async function fromHelper(
  helper: string,
  server: string,
  ask: CredentialSources['ask'],
): Promise<CredentialsFound> {
  const program = `docker-credential-${helper}`;
  // The name becomes that of a program.
  if (!/^[A-Za-z0-9_-]+$/.test(helper)) {
    return { type: 'broken', reason: 'the name of a credential helper has more than one word' };
  }
  const answer = await ask(helper, server);
  if (answer.type === 'none') return answer;
  if (answer.type === 'failed') return { type: 'broken', reason: `${program} ${answer.reason}` };
  try {
    const given = fields(JSON.parse(answer.text));
    const username = nonEmptyText(given['Username']);
    const secret = nonEmptyText(given['Secret']);
    if (secret === undefined || username === undefined) return { type: 'none' };
    return {
      type: 'found',
      credentials:
        // Some helpers keep a token, and mark it by this name.
        username === '<token>'
          ? { identitytoken: secret, serveraddress: server }
          : { username, password: secret, serveraddress: server },
    };
  } catch {
    return { type: 'broken', reason: `${program} did not answer with JSON` };
  }
}

function fromEntry(
  entry: Readonly<Record<string, unknown>>,
  serveraddress: string,
  name: string,
): CredentialsFound {
  const token = nonEmptyText(entry['identitytoken']);
  if (token !== undefined) {
    return { type: 'found', credentials: { identitytoken: token, serveraddress } };
  }
  const auth = nonEmptyText(entry['auth']);
  const pair = auth === undefined ? undefined : Buffer.from(auth, 'base64').toString('utf8');
  const colon = pair?.indexOf(':') ?? -1;
  const username = pair === undefined ? nonEmptyText(entry['username']) : pair.slice(0, colon);
  const password =
    pair === undefined
      ? nonEmptyText(entry['password'])
      : pair.slice(colon + 1).replace(/\0+$/, '');
  if (auth !== undefined && colon < 1) {
    return { type: 'broken', reason: `the entry of ${hostOf(serveraddress)} in ${name} is broken` };
  }
  // An empty entry only means that a helper has them.
  if (username === undefined || password === undefined) return { type: 'none' };
  return { type: 'found', credentials: { username, password, serveraddress } };
}

/** Entries are written with and without a scheme and a path. */
function hostOf(server: string): string {
  const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'docker.io' || host === 'registry-1.docker.io' ? 'index.docker.io' : host;
}

/** Calls a helper, and quotes nothing of its output, which may be a secret even if it fails. */
export function askHelper(env: NodeJS.ProcessEnv): CredentialSources['ask'] {
  return (helper, registry) =>
    new Promise((resolve) => {
      const child = spawn(`docker-credential-${helper}`, ['get'], {
        env,
        stdio: ['pipe', 'pipe', 'ignore'],
        timeout: HELPER_SECONDS * 1000,
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (piece: string) => {
        if (output.length < MOST_BYTES) output += piece;
      });
      child.stdin.on('error', () => undefined).end(registry);
      child.once('error', (error: NodeJS.ErrnoException) => {
        const reason =
          error.code === 'ENOENT' ? 'is not installed' : `cannot be run (${error.code ?? '?'})`;
        resolve({ type: 'failed', reason });
      });
      child.once('close', (status, signal) => {
        if (status === 0) resolve({ type: 'answer', text: output });
        else if (output.trim().toLowerCase() === NOT_FOUND) resolve({ type: 'none' });
        else
          resolve({ type: 'failed', reason: `ended with ${signal ?? `status ${status ?? '?'}`}` });
      });
    });
}

/** Every form in which a secret of these could stand in a text, replaced by `***`. */
export function withoutSecrets(reason: string, credentials: Credentials | undefined): string {
  if (credentials === undefined) return reason;
  const secrets =
    'password' in credentials
      ? [
          credentials.password,
          encodeURIComponent(credentials.password),
          Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64'),
        ]
      : [credentials.identitytoken];
  return secrets
    .filter((secret) => secret.length > 0)
    .reduce((text_, secret) => text_.replaceAll(secret, '***'), reason);
}
