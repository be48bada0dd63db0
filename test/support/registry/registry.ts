/** Debian's docker-registry on loopback, with data that are gone afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = '/usr/bin/docker-registry';

/**
 * The user of a registry that requires a login. The line is the output of `htpasswd -Bbn` for this
 * user.
 */
export const USER = {
  name: 'tester',
  password: 'Geheim-7kQx2',
  line: 'tester:$2y$05$2CMU.Y/460oOPj6yPpzlLuNNZ4nHhutGqi9V4I0enziAz1/UgqBvm\n',
};

export interface Registry {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** False if it can be started; otherwise the reason for which a test is skipped. */
export function cannotStartRegistry(): string | false {
  return existsSync(PROGRAM) ? false : 'needs the package docker-registry';
}

/**
 * Starts a registry, and waits until it answers.
 *
 * @param options with `authenticated`, only for {@link USER}; with `port`, there
 */
export async function startRegistry(
  options: { readonly authenticated?: boolean; readonly port?: number } = {},
): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'));
  const port = options.port ?? (await freePort());
  const users = join(folder, 'htpasswd');
  await writeFile(users, USER.line);
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
    ...(options.authenticated === true
      ? { auth: { htpasswd: { realm: 'test', path: users } } }
      : {}),
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const child = spawn(PROGRAM, ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const address = `127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const answered = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answered) break;
    if (child.exitCode !== null || tries > 300) throw new Error(`no registry: ${printed}`);
    await sleep(100);
  }
  return {
    address,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
