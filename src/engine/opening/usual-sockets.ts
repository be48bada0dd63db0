/** The default sockets of common engines. Pure. */
import { join } from 'node:path';
import type { EngineSearchInput } from './discover.ts';
import { nonEmptyText } from '../loose-json.ts';

/** A socket that may exist. */
interface UsualSocket {
  readonly path: string;
  /** Whose it is, in words. */
  readonly source: string;
}

/** A user's folders; either may be unknown. */
interface User {
  readonly home: string | undefined;
  /** Of sockets: `/run/user/1000`. */
  readonly runtime: string | undefined;
}

/** One kind of engine: where a user has its sockets. */
type Strategy = (user: User, world: EngineSearchInput) => readonly string[];

const DOCKER: readonly (readonly [source: string, strategy: Strategy])[] = [
  [
    "Docker's socket",
    ({ home, runtime }) => [
      ...below(runtime, 'docker.sock'),
      ...below(home, '.docker/run/docker.sock', '.docker/desktop/docker.sock'),
    ],
  ],
  ["OrbStack's socket", ({ home }) => below(home, '.orbstack/run/docker.sock')],
  ["Colima's socket", colima],
  ["Rancher Desktop's socket", ({ home }) => below(home, '.rd/docker.sock')],
  ["Lima's socket", (user, world) => lima(user, world, 'docker.sock')],
];

const PODMAN: typeof DOCKER = [
  ["Podman's socket", ({ runtime }) => below(runtime, 'podman/podman.sock')],
  ["Podman machine's socket", podmanMachine],
  ["Lima's socket", (user, world) => lima(user, world, 'podman.sock')],
];

/**
 * On Windows: Docker Desktop's as the `docker` command and its context `desktop-linux` have it, and that
 * of Podman's first machine (podman-machine-start(1)).
 */
const PIPES: readonly UsualSocket[] = [
  { path: '//./pipe/docker_engine', source: "Docker's pipe" },
  { path: '//./pipe/dockerDesktopLinuxEngine', source: "Docker Desktop's pipe" },
  { path: '//./pipe/podman-machine-default', source: "Podman machine's pipe" },
];

/**
 * In the order in which they are tried: root's before the user's own, Docker before Podman, and under sudo
 * those of the user who called it, last.
 */
export function usualSockets(world: EngineSearchInput): readonly UsualSocket[] {
  const { env, home, uid, platform } = world;
  if (platform === 'win32') return PIPES;
  const own = {
    home,
    runtime:
      nonEmptyText(env['XDG_RUNTIME_DIR']) ??
      (uid === undefined || platform !== 'linux' ? undefined : `/run/user/${uid}`),
  };
  const of = (user: User, strategies: typeof DOCKER, owner = '') =>
    strategies.flatMap(([source, strategy]) =>
      strategy(user, world).map((path) => ({ path, source: `${source}${owner}` })),
    );
  const caller = sudoCaller(world);
  const owner = ` of ${caller?.name ?? ''}`;
  return [
    { path: '/var/run/docker.sock', source: "Docker's socket" },
    ...of(own, DOCKER),
    { path: '/run/podman/podman.sock', source: "Podman's socket" },
    ...of(own, PODMAN),
    ...(caller === undefined ? [] : [...of(caller, DOCKER, owner), ...of(caller, PODMAN, owner)]),
  ];
}

/** An empty variable names no folder: what is below it would be in the current one. */
function below(folder: string | undefined, ...paths: readonly string[]): readonly string[] {
  return folder === undefined || folder === '' ? [] : paths.map((path) => join(folder, path));
}

/** A profile is a folder; `default` comes first. Colima has moved to the folder of settings. */
function colima({ home }: User, { env, list }: EngineSearchInput): readonly string[] {
  const folders = [
    ...below(env['COLIMA_HOME'], '.'),
    ...below(home, '.colima'),
    ...below(env['XDG_CONFIG_HOME'], 'colima'),
    ...below(home, '.config/colima'),
  ];
  return folders.flatMap((folder) => {
    const profiles = ['default', ...list(folder).filter((name) => name !== 'default')];
    return profiles.map((profile) => join(folder, profile, 'docker.sock'));
  });
}

/** An instance is a folder. */
function lima({ home }: User, { env, list }: EngineSearchInput, name: string): readonly string[] {
  return [...below(env['LIMA_HOME'], '.'), ...below(home, '.lima')].flatMap((folder) =>
    list(folder).map((instance) => join(folder, instance, 'sock', name)),
  );
}

/** Podman 4 has the sockets of machines in the home folder, Podman 5 among the temporary files. */
function podmanMachine(
  { home, runtime }: User,
  { env, list }: EngineSearchInput,
): readonly string[] {
  const machines = below(home, '.local/share/containers/podman/machine');
  const temporary = [runtime, env['TMPDIR']].flatMap((folder) => below(folder, 'podman'));
  return [
    ...machines.flatMap((folder) =>
      ['', ...list(folder)].map((machine) => join(folder, machine, 'podman.sock')),
    ),
    ...temporary.flatMap((folder) =>
      list(folder)
        .filter((name) => name.endsWith('-api.sock'))
        .map((name) => join(folder, name)),
    ),
  ];
}

/** The user who called sudo; undefined if none did. */
function sudoCaller(world: EngineSearchInput): (User & { readonly name: string }) | undefined {
  const { SUDO_USER: name = '', SUDO_UID: uid = '' } = world.env;
  if (world.uid !== 0 || name === '' || !/^[1-9]\d*$/.test(uid)) return undefined;
  return {
    name,
    home: homeFolder(name, world),
    runtime: world.platform === 'linux' ? `/run/user/${uid}` : undefined,
  };
}

/** macOS does not list users in /etc/passwd. */
function homeFolder(name: string, { platform, readFile }: EngineSearchInput): string | undefined {
  if (platform === 'darwin') return join('/Users', name);
  try {
    const line = readFile('/etc/passwd')
      ?.split('\n')
      .find((text) => text.startsWith(`${name}:`));
    return line?.split(':')[5];
  } catch {
    return undefined;
  }
}
