/**
 * An engine behind ssh, reached as the docker command does (Docker CLI, cli/connhelper): each connection
 * is a run of the system's `ssh`, whose remote command `docker system dial-stdio` passes on what it reads.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { startsGroup } from '../host/processes.ts';
import { shellWord } from '../text/shell-word.ts';

/** An account of a machine on which an engine listens. */
export interface SshEndpoint {
  readonly type: 'ssh';
  readonly host: string;
  readonly user?: string | undefined;
  /** As ssh's own configuration has it if absent. */
  readonly port?: number | undefined;
  /** The engine's socket on that machine; the usual one if absent. */
  readonly socket?: string | undefined;
  /** The remote command that connects to the engine. */
  readonly program: 'docker' | 'podman';
  /** The file of the key; as ssh's own configuration has it if absent. */
  readonly identity?: string | undefined;
}

/** A text that is no address of an engine. */
export interface InvalidEndpoint {
  readonly type: 'invalid';
  /** A sentence for a person. */
  readonly reason: string;
}

/** Seconds for ssh to connect, as the docker command has it. */
export const SSH_CONNECT_SECONDS = 30;

/** Reads `ssh://[user@]host[:port][/path/of/the.sock]`, or says why it is none. */
export function parseSshEndpoint(text: string): SshEndpoint | InvalidEndpoint {
  const invalid = (reason: string): InvalidEndpoint => ({ type: 'invalid', reason });
  const url = URL.parse(text);
  if (url === null || url.hostname === '') {
    return invalid(`"${text}" is not an address: write ssh://user@host.`);
  }
  if (url.password !== '') {
    return invalid('an ssh:// address cannot have a password. Use a key instead.');
  }
  if (url.search !== '' || url.hash !== '') {
    return invalid(`"${text}" has more after the path. Write ssh://user@host/path/of/the.sock.`);
  }
  let path: string;
  let user: string;
  try {
    path = decodeURIComponent(url.pathname);
    user = decodeURIComponent(url.username);
  } catch {
    return invalid(`"${text}" has a % that does not encode a character. Write %25 for it.`);
  }
  return {
    type: 'ssh',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    user: user === '' ? undefined : user,
    port: Number(url.port) || undefined,
    socket: /^\/*$/.test(path) ? undefined : path,
    program: path.endsWith('/podman.sock') ? 'podman' : 'docker',
  };
}

/** The address in the form in which {@link parseSshEndpoint} reads it. */
export function describeSsh({ host, user, port, socket }: SshEndpoint): string {
  const at = user === undefined ? '' : `${encodeURIComponent(user)}@`;
  const name = host.includes(':') ? `[${host}]` : host;
  return `ssh://${at}${name}${port === undefined ? '' : `:${port}`}${socket ?? ''}`;
}

/** The arguments of `ssh`. @param command of the remote program; by default, what connects to the engine */
export function sshArguments(
  endpoint: SshEndpoint,
  command: readonly string[] = ['system', 'dial-stdio'],
): readonly string[] {
  const { host, user, port, socket, program, identity } = endpoint;
  // Podman's option has another name (podman-remote(1)).
  const option = program === 'docker' ? '--host' : '--url';
  return [
    // A question has no terminal to be asked on, and every call would ask it again.
    ...['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${SSH_CONNECT_SECONDS}`, '-T'],
    ...(identity === undefined ? [] : ['-i', identity]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
    program,
    // A shell on the other machine reads this.
    ...(socket === undefined ? [] : [option, shellWord(`unix://${socket}`)]),
    ...command,
  ];
}

/** Connects each request by a run of `ssh`, as its environment has it in PATH. */
export class SshAgent extends Agent {
  readonly #endpoint: SshEndpoint;
  readonly #env: NodeJS.ProcessEnv;

  constructor(endpoint: SshEndpoint, env: NodeJS.ProcessEnv) {
    super({ keepAlive: false });
    this.#endpoint = endpoint;
    this.#env = env;
  }

  override createConnection(): Duplex {
    return new ProgramStream(
      spawn('ssh', sshArguments(this.#endpoint), {
        env: this.#env,
        stdio: ['pipe', 'pipe', 'pipe'],
        // Ctrl-C in the terminal would end the connections by which containers are then removed.
        detached: startsGroup(),
        windowsHide: true,
      }),
      `ssh to ${this.#endpoint.host}`,
    );
  }
}

/** A program's standard input and output as one stream. If the program fails, so does the stream. */
class ProgramStream extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #errors = '';

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, name: string) {
    super();
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    // The exit reports why writing failed.
    child.stdin.on('error', () => undefined);
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      this.destroy(missing ? new Error('the program ssh is not installed.') : error);
    });
    const ended = new Promise((resolve) => child.stdout.once('end', resolve));
    child.once('exit', (status, killedBy) => {
      // Not its `close`: a shared connection that stays in the background keeps standard error open.
      void ended.then(() => {
        setImmediate(() => {
          if (status === 0 || this.destroyed) this.push(null);
          else this.destroy(new Error(`${name}: ${this.#reason(status, killedBy)}`));
        });
      });
    });
  }

  #reason(status: number | null, killedBy: string | null): string {
    const last = this.#errors.trim().split('\n').at(-1)?.trim() ?? '';
    const ended = killedBy ?? `status ${String(status)}`;
    return last === '' ? `it ended with ${ended}.` : last;
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    // Without a reader, what is written is lost, and the exit reports why.
    this.#child.stdin.write(chunk, () => {
      done();
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => {
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.stdin.destroy();
    this.#child.kill();
    done(error);
  }
}
