/** The packages of an image, as its own package manager lists them, and the sources of what was built. */
import { endText, readContainer } from '../engine/containers/read-container.ts';
import type { ContainerLimits, Engine } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Packages } from './lock-file.ts';

type PackagesOutcome =
  | { readonly type: 'packages'; readonly packages: Packages }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'cancelled' };

/**
 * A line a package, its name before the first space. Alpine joins name and version by a dash. No
 * package manager knows a built Python, so the build records its source and hash in a file beside
 * it.
 */
export const LISTING = `
set -e
for source in /opt/*/built-from; do
  if [ -e "$source" ]; then
    printf 'source:%s %s\\n' "\${source%/built-from}" "$(tr -s ' ' _ < "$source")"
  fi
done
if command -v dpkg-query >/dev/null; then
  exec dpkg-query -W -f '\${binary:Package} \${Version}\\n'
elif command -v apk >/dev/null; then
  apk info -v | sed -E 's/-([0-9][^-]*-r[0-9]+)$/ \\1/'
elif command -v pacman >/dev/null; then
  exec pacman -Q
elif command -v rpm >/dev/null; then
  exec rpm -qa --qf '%{NAME}.%{ARCH} %{EPOCHNUM}:%{VERSION}-%{RELEASE}\\n'
else
  echo 'no known package manager' >&2
  exit 1
fi
`;

/** @returns `failed` also for a list that is empty or holds a line that is none of a package */
export async function listPackages(
  engine: Engine,
  image: string,
  limits: ContainerLimits,
  signal: AbortSignal,
): Promise<PackagesOutcome> {
  const { outcome, stdout, stderr } = await readContainer(
    engine,
    {
      ...limits,
      labels: { ...limits.labels, [LABELS.name]: 'packages' },
      image,
      command: ['/bin/sh', '-c', LISTING],
      timeoutSeconds: 60,
      outputBytes: 4 * 1024 * 1024,
    },
    signal,
  );
  if (outcome.type === 'cancelled') return outcome;
  if (outcome.type !== 'exited' || outcome.status !== 0) {
    const output = stderr.trim().slice(-500);
    return {
      type: 'failed',
      reason: `its packages cannot be listed (${endText(outcome)}): ${output}`,
    };
  }
  return parsePackages(stdout);
}

/** Reads a list with a package a line. */
export function parsePackages(text: string): PackagesOutcome {
  const packages: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [name = '', version = '', ...rest] = line.trim().split(' ');
    if (version === '' || rest.length > 0) {
      return {
        type: 'failed',
        reason: `its list of packages has a line that names no package: ${line.slice(0, 200)}`,
      };
    }
    // Several versions of one package, as of keys that sign others.
    packages[name] = packages[name] === undefined ? version : `${packages[name]}+${version}`;
  }
  return Object.keys(packages).length === 0
    ? { type: 'failed', reason: 'its list of packages is empty' }
    : { type: 'packages', packages };
}
