/** The measured facts of a row in words. Pure. */
import type { ReportEnvironment } from './schema.ts';

/**
 * `CPython 3.13.5`, `PyPy 3.11.11 (7.3.19)`, with build options that matter behind it as in
 * `CPython 3.14.0 free-threaded`; `?` where the image could not be asked.
 */
export function pythonText({ python }: Pick<ReportEnvironment, 'python'>): string {
  if (!python) return '?';
  const options = pythonLine(python).slice(python.implementation.length);
  const version = python.version.replace(`(${python.implementation} `, '(');
  return `${python.implementation} ${version}${options}`;
}

/** `glibc 2.41`, or `?` where the image could not be asked. */
export function libcText({ libc }: Pick<ReportEnvironment, 'libc'>): string {
  return libc ? `${libc.name} ${libc.version}` : '?';
}

/** `debian 13`, or `?` where the image could not be asked. */
export function distroText({ distro }: Pick<ReportEnvironment, 'distro'>): string {
  return distro ? `${distro.id} ${distro.version}` : '?';
}

/** `CPython`, and behind it the build options that change how it behaves: `CPython free-threaded`. */
export function pythonLine({
  implementation,
  build,
}: NonNullable<ReportEnvironment['python']>): string {
  const { threaded, debug, malloc } = buildOptions(build);
  return [
    implementation,
    ...(threaded ? ['free-threaded'] : []),
    ...(debug ? ['debug'] : []),
    ...(malloc === undefined ? [] : [`with ${malloc}`]),
  ].join(' ');
}

/** The options of a build that change how Python behaves; `malloc` is undefined for the C library's own. */
export function buildOptions(build: string): {
  readonly threaded: boolean;
  readonly debug: boolean;
  readonly malloc: string | undefined;
} {
  // The probe ends a build with its options; since 3.13 the interpreter's own text includes it as
  // well.
  const options = build.split(', ');
  return {
    threaded: /\bfree-thread(ed|ing)\b/.test(build),
    debug: options.includes('debug'),
    malloc: options.find((option) => option.startsWith('malloc '))?.slice('malloc '.length),
  };
}

/**
 * `glibc 2.31` if the build recorded it, otherwise the range from its symbols: `glibc 2.38 or
 * later`, `glibc 2.30 or later, before 2.34`; undefined if that is unknown.
 */
export function builtAgainstText({ python }: ReportEnvironment): string | undefined {
  const against = python?.builtAgainst;
  if (!against) return undefined;
  const { name, version, atLeast, below } = against;
  if (version !== undefined) return `${name} ${version}`;
  if (atLeast === undefined) return name;
  return `${name} ${atLeast} or later${below === undefined ? '' : `, before ${below}`}`;
}

/**
 * The call by which `subprocess` starts a child when it is given a path: `posix_spawn`, `vfork` or
 * `fork`. PyPy's module has CPython's switch for vfork, but PyPy starts every child by fork.
 */
export function subprocessText({ python }: Pick<ReportEnvironment, 'python'>): string | undefined {
  const switches = python?.subprocess;
  if (!switches) return undefined;
  if (switches.posixSpawn && switches.closeFrom) return 'posix_spawn';
  return switches.vfork && python.implementation !== 'PyPy' ? 'vfork' : 'fork';
}

/** `on` or `off`; undefined if that was not measured. */
export function gilText({ python }: ReportEnvironment): string | undefined {
  if (python?.gil === undefined) return undefined;
  return python.gil ? 'on' : 'off';
}

/** `deb.debian.org/debian trixie of 2026-11-21, …`; undefined if the image keeps no lists of packages. */
export function archivesText({ image }: ReportEnvironment): string | undefined {
  return image?.archives
    ?.map(({ address, suite, day }) => `${address} ${suite} of ${day}`)
    .join(', ');
}

/** Where a row's image is from, with the archives of its packages where they are known. */
export function originText(environment: ReportEnvironment): string | undefined {
  const archives = archivesText(environment);
  const source = environment.image?.source;
  return source === undefined || archives === undefined ? source : `${source}; ${archives}`;
}

/**
 * `linux/s390x, 64 bits, big-endian, pages of 4096 bytes, emulated`; undefined if that was not
 * measured.
 */
export function platformText({ platform, emulated }: ReportEnvironment): string | undefined {
  if (!platform) return undefined;
  const { name, pointerBits, byteOrder, pageSize } = platform;
  const facts = [`${pointerBits} bits`, `${byteOrder}-endian`, `pages of ${pageSize} bytes`];
  return [name, ...facts, ...(emulated === true ? [EMULATED] : [])].join(', ');
}

const EMULATED = 'emulated';

/** The mark beside the id of an emulated row; empty for all others. */
export function emulationMark({ emulated }: Pick<ReportEnvironment, 'emulated'>): string {
  return emulated === true ? EMULATED : '';
}

/** The id, with the mark of a row that was emulated: `debian-12@linux-s390x/cpython-3.11 (emulated)`. */
export function markedId({ id, emulated }: Pick<ReportEnvironment, 'id' | 'emulated'>): string {
  return emulated === true ? `${id} (${EMULATED})` : id;
}

/** `yes` or `no`; undefined where neither that nor the platform is known. */
export function emulatedText({ platform, emulated }: ReportEnvironment): string | undefined {
  if (emulated === true) return 'yes';
  return platform && 'no';
}

/** Each measured fact of a row by its name, for formats that programs read; undefined if it is not known. */
export function factsByName(
  environment: ReportEnvironment,
): Readonly<Record<string, string | undefined>> {
  const { python, libc, distro, shell, platform, image } = environment;
  return {
    'python.implementation': python?.implementation,
    'python.version': python?.version,
    'python.build': python?.build,
    'python.builtAgainst': builtAgainstText(environment),
    'python.gil': gilText(environment),
    'python.subprocess': subprocessText(environment),
    'libc.name': libc?.name,
    'libc.version': libc?.version,
    'libc.package': libc?.package,
    'distro.id': distro?.id,
    'distro.version': distro?.version,
    shell,
    'platform.name': platform?.name,
    'platform.pointerBits': platform?.pointerBits.toString(),
    'platform.byteOrder': platform?.byteOrder,
    'platform.pageSize': platform?.pageSize.toString(),
    'platform.emulated': emulatedText(environment),
    'image.source': image?.source,
    'image.archives': archivesText(environment),
    'image.fingerprint': image?.fingerprint,
  };
}
