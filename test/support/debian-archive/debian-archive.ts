/**
 * A Debian archive on loopback with a few packages, signed with a key that is made for it, and with the
 * faults that archives are seen to have.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onPath } from '../../../src/host/debian-packages.ts';

const execute = promisify(execFile);

/** The faults of a suite, or of the server. */
export type Fault =
  /** The Release file has expired. */
  | 'expired'
  /** The suite was taken away, as when it moves to the archive of old releases. */
  | 'moved'
  /** A package is listed but not served. */
  | 'vanished'
  /** Release and Packages are of different days. */
  | 'half-updated'
  /** Signed by someone else. */
  | 'wrong-signature'
  | 'unsigned'
  /** Every answer begins, and never ends. */
  | 'slow'
  /** Connections are accepted, and nothing is answered. */
  | 'silent';

export interface TestPackage {
  readonly name: string;
  readonly version: string;
  readonly essential?: boolean;
  /** Its files, by their paths from the root. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface TestSuite {
  readonly packages: readonly TestPackage[];
  readonly fault?: Fault;
  /** Of the Release file; now if absent. */
  readonly date?: Date;
}

export interface DebianArchive {
  /** Under which `/debian` and `/debian-security` are: `http://127.0.0.1:PORT`. */
  readonly address: string;
  /** The public key that signs it, as apt reads it. */
  readonly keyring: string;
  /** The requested paths. */
  readonly requests: readonly string[];
  /** Puts a suite there, or another one in its place. @param path such as `debian/dists/trixie` */
  put(path: string, suite: TestSuite): Promise<void>;
  stop(): Promise<void>;
}

/** Why it cannot be made on this machine; false if it can. */
export async function cannotMakeArchive(): Promise<string | false> {
  const lacking: string[] = [];
  for (const program of ['gpg', 'gpg-agent', 'dpkg-deb', 'apt-get']) {
    if (!(await onPath(program, process.env))) lacking.push(program);
  }
  return lacking.length === 0 ? false : `needs ${lacking.join(', ')}`;
}

/** @param host an address of this machine on which it listens; loopback if absent */
export async function startDebianArchive(host = '127.0.0.1'): Promise<DebianArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'debian-archive-'));
  // apt checks signatures as another user.
  await chmod(folder, 0o755);
  const files = new Map<string, Buffer>();
  const faults = new Map<string, Fault>();
  const requests: string[] = [];
  const [own, other] = await Promise.all([makeKey(folder, 'own'), makeKey(folder, 'other')]);
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replaceAll(/^\/+/g, '');
    requests.push(path);
    const [, fault] = [...faults].find(([suite]) => path.startsWith(`${suite}/`)) ?? [];
    answer(response, files.get(path), fault);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://${host}:${port}`,
    keyring: own.keyring,
    requests,
    put: async (path, suite) => {
      for (const name of [...files.keys()].filter((one) => one.startsWith(`${path}/`))) {
        files.delete(name);
      }
      faults.delete(path);
      if (suite.fault !== undefined) faults.set(path, suite.fault);
      for (const [name, content] of await suiteFiles(path, suite, folder, own, other)) {
        if (suite.fault === 'vanished' && name.includes('/pool/')) files.delete(name);
        else files.set(name, content);
      }
    },
    stop: async () => {
      await stopServer(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answer(response: ServerResponse, content: Buffer | undefined, fault?: Fault): void {
  if (fault === 'silent') return;
  if (content === undefined || fault === 'moved') {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-length': content.length });
  if (fault === 'slow') response.write(content.subarray(0, 1));
  else response.end(content);
}

async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

interface Key {
  readonly keyring: string;
  readonly sign: (text: string) => Promise<Buffer>;
}

async function makeKey(folder: string, name: string): Promise<Key> {
  const home = join(folder, name);
  const keyring = join(folder, `${name}.gpg`);
  await mkdir(home, { mode: 0o700 });
  const gpg = (...args: readonly string[]) =>
    execute(
      'gpg',
      [
        '--homedir',
        home,
        '--batch',
        '--yes',
        '--pinentry-mode',
        'loopback',
        '--passphrase',
        '',
      ].concat(args),
      { encoding: 'buffer', maxBuffer: 16 * 1024 * 1024 },
    );
  await gpg('--quick-generate-key', `${name} <${name}@localhost>`, 'ed25519', 'sign', 'never');
  await writeFile(keyring, (await gpg('--export')).stdout);
  // The agent would outlive the folder of its keys.
  await execute('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
  return {
    keyring,
    sign: async (text) => {
      const path = join(home, `release-${Math.random()}`);
      await writeFile(path, text);
      await gpg('--output', `${path}.asc`, '--clearsign', path);
      await execute('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
      return readFile(`${path}.asc`);
    },
  };
}

async function suiteFiles(
  path: string,
  suite: TestSuite,
  folder: string,
  own: Key,
  other: Key,
): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const [root = '', name = ''] = path.split('/dists/');
  const paragraphs: string[] = [];
  for (const wanted of suite.packages) {
    const deb = await buildPackage(wanted, folder);
    const file = `pool/${wanted.name}_${wanted.version}_all.deb`;
    files.set(`${root}/${file}`, deb);
    paragraphs.push(
      [
        ...control(wanted),
        `Filename: ${file}`,
        `Size: ${deb.length}`,
        `SHA256: ${sha256(deb)}`,
        '',
      ].join('\n'),
    );
  }
  const packages = Buffer.from(paragraphs.join('\n'));
  const listed = `main/binary-${await architecture()}/Packages`;
  const date = suite.date ?? new Date();
  const release = [
    'Origin: Debian',
    'Label: Debian',
    `Suite: ${name}`,
    `Codename: ${name}`,
    `Date: ${date.toUTCString().replace('GMT', 'UTC')}`,
    ...(suite.fault === 'expired'
      ? [`Valid-Until: ${new Date(Date.now() - 864e5).toUTCString().replace('GMT', 'UTC')}`]
      : []),
    `Architectures: all ${await architecture()}`,
    'Components: main',
    'SHA256:',
    ` ${sha256(packages)} ${packages.length} ${listed}`,
    '',
  ].join('\n');
  // The length stays the same, because a mirror halfway through an update has files of any length.
  const served = Buffer.from(packages);
  if (suite.fault === 'half-updated' && served.length > 0) served[0] = 'p'.charCodeAt(0);
  files.set(`${path}/${listed}`, served);
  if (suite.fault === 'unsigned') files.set(`${path}/Release`, Buffer.from(release));
  else {
    const key = suite.fault === 'wrong-signature' ? other : own;
    files.set(`${path}/InRelease`, await key.sign(release));
  }
  return files;
}

function control({ name, version, essential }: TestPackage): readonly string[] {
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: Nobody <nobody@localhost>',
    'Priority: required',
    ...(essential === true ? ['Essential: yes'] : []),
    'Description: a package of a test',
  ];
}

async function buildPackage(wanted: TestPackage, folder: string): Promise<Buffer> {
  const root = await mkdtemp(join(folder, 'package-'));
  await chmod(root, 0o755);
  await mkdir(join(root, 'DEBIAN'), { mode: 0o755 });
  await writeFile(join(root, 'DEBIAN/control'), `${control(wanted).join('\n')}\n`);
  for (const [path, text] of Object.entries(wanted.files ?? {})) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const deb = `${root}.deb`;
  await execute('dpkg-deb', ['--root-owner-group', '--build', root, deb]);
  return readFile(deb);
}

async function architecture(): Promise<string> {
  return (await execute('dpkg', ['--print-architecture'])).stdout.trim();
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
