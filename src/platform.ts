/**
 * Platforms in the notation of engines: the machine code that an image needs. Rows carry theirs in
 * their ids, as `debian-12@linux-386/cpython-3.11`, where it is not that of the host.
 */

interface PlatformNames {
  readonly debian: string;
  /** Of qemu-user, and therefore of its entry in binfmt_misc. */
  readonly qemu: string;
  /** By kernels (`uname -m`), by engines and by Node. */
  readonly machine: RegExp;
}

/** What others call each platform. */
export const PLATFORM_NAMES = {
  'linux/amd64': { debian: 'amd64', qemu: 'x86_64', machine: /^(x86_64|amd64|x64)$/ },
  'linux/386': { debian: 'i386', qemu: 'i386', machine: /^(i[3-6]86|386|ia32)$/ },
  'linux/arm64': { debian: 'arm64', qemu: 'aarch64', machine: /^(aarch64|arm64)$/ },
  'linux/arm/v7': { debian: 'armhf', qemu: 'arm', machine: /^(armv[78]l?|armhf|arm)$/ },
  'linux/riscv64': { debian: 'riscv64', qemu: 'riscv64', machine: /^riscv64$/ },
  'linux/s390x': { debian: 's390x', qemu: 's390x', machine: /^s390x$/ },
  'linux/ppc64le': { debian: 'ppc64el', qemu: 'ppc64le', machine: /^(ppc64le|ppc64el)$/ },
} as const satisfies Record<string, PlatformNames>;
export type Platform = keyof typeof PLATFORM_NAMES;
export const PLATFORMS = Object.keys(PLATFORM_NAMES) as readonly Platform[];

/** The platform of a machine; undefined for a machine that is none of them. */
export function platformOf(machine: string | undefined): Platform | undefined {
  if (machine === undefined) return undefined;
  return PLATFORMS.find((one) => PLATFORM_NAMES[one].machine.test(machine));
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
