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
  // The probe ends a build with its options; since 3.13 the interpreter's own text says it as well.
  const options = build.split(', ');
  const threaded = /\bfree-thread(ed|ing)\b/.test(build);
  const debug = options.includes('debug');
  const malloc = options.find((option) => option.startsWith('malloc '))?.slice('malloc '.length);
  return [
    implementation,
    threaded ? 'free-threaded' : '',
    debug ? 'debug' : '',
    malloc === undefined ? '' : `with ${malloc}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Each measured fact of a row by its name, for formats that programs read; undefined where it is not known. */
export function factsByName({
  python,
  libc,
  distro,
  shell,
  image,
}: ReportEnvironment): Readonly<Record<string, string | undefined>> {
  return {
    'python.implementation': python?.implementation,
    'python.version': python?.version,
    'python.build': python?.build,
    'libc.name': libc?.name,
    'libc.version': libc?.version,
    'libc.package': libc?.package,
    'distro.id': distro?.id,
    'distro.version': distro?.version,
    shell,
    'image.source': image?.source,
    'image.fingerprint': image?.fingerprint,
  };
}
