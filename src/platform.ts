/**
 * Platforms in the notation of engines: the machine code that an image needs. Rows carry theirs in
 * their ids, as `debian-12@linux-386/cpython-3.11`, where it is not that of the host.
 */

export const PLATFORMS = [
  'linux/amd64',
  'linux/386',
  'linux/arm64',
  'linux/arm/v7',
  'linux/riscv64',
  'linux/s390x',
  'linux/ppc64le',
] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Debian's name of each platform. */
export const DEBIAN_ARCHITECTURES: Readonly<Record<Platform, string>> = {
  'linux/amd64': 'amd64',
  'linux/386': 'i386',
  'linux/arm64': 'arm64',
  'linux/arm/v7': 'armhf',
  'linux/riscv64': 'riscv64',
  'linux/s390x': 's390x',
  'linux/ppc64le': 'ppc64el',
};

/** qemu-user's name of each machine, and therefore the name of its entry in binfmt_misc. */
export const QEMU_NAMES: Readonly<Record<Platform, string>> = {
  'linux/amd64': 'x86_64',
  'linux/386': 'i386',
  'linux/arm64': 'aarch64',
  'linux/arm/v7': 'arm',
  'linux/riscv64': 'riscv64',
  'linux/s390x': 's390x',
  'linux/ppc64le': 'ppc64le',
};

/** By the names of kernels (`uname -m`), of engines and of Node. */
const BY_MACHINE: readonly (readonly [RegExp, Platform])[] = [
  [/^(x86_64|amd64|x64)$/, 'linux/amd64'],
  [/^(i[3-6]86|386|ia32)$/, 'linux/386'],
  [/^(aarch64|arm64)$/, 'linux/arm64'],
  [/^(armv[78]l?|armhf|arm)$/, 'linux/arm/v7'],
  [/^riscv64$/, 'linux/riscv64'],
  [/^s390x$/, 'linux/s390x'],
  [/^(ppc64le|ppc64el)$/, 'linux/ppc64le'],
];

/** The platform of a machine; undefined for a machine that is none of them. */
export function platformOf(machine: string | undefined): Platform | undefined {
  return BY_MACHINE.find(([names]) => machine !== undefined && names.test(machine))?.[1];
}

/**
 * Whether a processor may run another platform's programs natively. Its kernel must support that as
 * well, and not every arm64 processor can.
 */
export function isNativeOn(platform: Platform, host: Platform | undefined): boolean {
  return (
    platform === host ||
    (platform === 'linux/386' && host === 'linux/amd64') ||
    (platform === 'linux/arm/v7' && host === 'linux/arm64')
  );
}

/** How ids and image names spell a platform: `linux-386`. */
export function platformTag(platform: Platform): string {
  return platform.replaceAll('/', '-');
}

const BY_TAG = new Map<string, Platform>(PLATFORMS.map((one) => [platformTag(one), one]));

/** An id in its base, the platform that it names, and what follows. */
function splitId(
  id: string,
): readonly [base: string, platform: Platform | undefined, rest: string] {
  const slash = id.indexOf('/');
  const first = slash < 0 ? id : id.slice(0, slash);
  const at = first.lastIndexOf('@');
  const platform = at < 0 ? undefined : BY_TAG.get(first.slice(at + 1));
  return [platform ? first.slice(0, at) : first, platform, slash < 0 ? '' : id.slice(slash)];
}

/** The platform that a row's id names; undefined if it names none, as on the host's own. */
export function platformInId(id: string): Platform | undefined {
  return splitId(id)[1];
}

/**
 * A row's id as it is where ids without a platform are of another one.
 *
 * @param from the current platform of an id without one; undefined if unknown
 * @param to what it is to be of; undefined if every id is to name its platform
 */
export function renamedId(
  id: string,
  from: Platform | undefined,
  to: Platform | undefined,
): string {
  const [base, named, rest] = splitId(id);
  const platform = named ?? from;
  return platform === undefined || platform === to
    ? `${base}${rest}`
    : `${base}@${platformTag(platform)}${rest}`;
}
