/** An image that a user names: used as it is, with the Python that it has, or without one. */
import { endText, readContainer } from '../engine/containers/read-container.ts';
import type { ContainerLimits, Engine } from '../engine/engine.ts';
import type { EnvironmentFacts } from '../model.ts';
import { containerLabels, LABELS } from './naming.ts';
import type { ImageWork, Prepared } from './outcome.ts';
import { PULL_TIMEOUT_SECONDS } from './prepare-base.ts';

/** The image that the engine has by this reference, or that its registry serves. */
export async function prepareGivenImage(
  engine: Engine,
  reference: string,
  { emit, signal }: Pick<ImageWork, 'emit' | 'signal'>,
): Promise<Prepared> {
  const stored = await engine.image(reference);
  const ready = (id: string, source: string): Prepared => ({
    type: 'ready',
    image: { id, reference, fingerprint: id, source, identity: id },
    built: false,
  });
  if (stored) return ready(stored.id, `the image ${reference} of this engine`);
  const onLine = (line: string) => {
    emit({ type: 'image-line', image: reference, line });
  };
  const options = { timeoutSeconds: PULL_TIMEOUT_SECONDS, onLine };
  const pulled = await engine.pull(reference, options, signal);
  if (pulled.type === 'cancelled') return pulled;
  if (pulled.type === 'done') {
    return ready(pulled.image.id, `pulled ${pulled.image.digests[0] ?? reference}`);
  }
  const reason = `this engine has no image ${reference}, and pulling it failed: ${pulled.reason}`;
  return { type: 'failed', reason };
}

/** What a container gets that looks into an image before its row is measured. */
export function limitsOfLooks(): ContainerLimits {
  return { labels: containerLabels(), memoryBytes: 256 * 1024 * 1024, pids: 64 };
}

/** Whether an image has a program; one that cannot be asked is taken to have it, and fails later. */
export async function hasProgram(
  engine: Engine,
  image: string,
  program: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { outcome } = await readContainer(
    engine,
    {
      ...limitsOfLooks(),
      image,
      command: ['/bin/sh', '-c', 'command -v "$1"', 'sh', program],
      timeoutSeconds: 30,
      outputBytes: 64 * 1024,
    },
    signal,
  );
  return outcome.type !== 'exited' || outcome.status === 0;
}

/** The facts that an inspection of the image found. */
export type GivenImage =
  | { readonly type: 'python'; readonly command: string }
  | {
      readonly type: 'no-python';
      readonly facts: Partial<Pick<EnvironmentFacts, 'libc' | 'distro' | 'arch'>>;
    }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'cancelled' };

/** One `key=value` a line, read without trusting any of them. */
const LOOK = `
python=$(command -v python3 || command -v python || true)
for path in /usr/local/bin/python3 /usr/bin/python3 /opt/python/bin/python3 \
  /usr/local/bin/python3.*[0-9] /usr/bin/python3.*[0-9] /usr/bin/pypy3; do
  if [ -z "$python" ] && [ -x "$path" ]; then python=$path; fi
done
echo "python=$python"
(. /etc/os-release; echo "id=$ID"; echo "version=$VERSION_ID") 2> /dev/null
echo "arch=$(uname -m)"
libc=glibc
while read -r line; do
  case $line in *ld-musl*) libc=musl ;; esac
done < /proc/$$/maps
echo "libc=$libc"
if [ "$libc" = musl ]; then
  for loader in /lib/ld-musl-*; do
    echo "libcVersion=$("$loader" 2>&1 | sed -n 's/^Version //p')"
  done
else
  echo "libcVersion=$(ldd --version 2> /dev/null | sed -n '1s/.* //p')"
fi
`;

/** Characters of a value; a longer one is none. */
const LONGEST_VALUE = 500;

/** Looks for a Python in an image with the image's own shell. */
export async function lookIntoImage(
  engine: Engine,
  image: string,
  limits: ContainerLimits,
  signal: AbortSignal,
): Promise<GivenImage> {
  const { outcome, stdout, stderr } = await readContainer(
    engine,
    {
      ...limits,
      labels: { ...limits.labels, [LABELS.name]: 'look' },
      image,
      command: ['/bin/sh', '-c', LOOK],
      timeoutSeconds: 30,
      outputBytes: 64 * 1024,
    },
    signal,
  );
  if (outcome.type === 'cancelled') return { type: 'cancelled' };
  if (outcome.type !== 'exited' || outcome.status !== 0) {
    const why = 'reason' in outcome ? outcome.reason : `it ended with ${endText(outcome)}`;
    const lastLine = stderr.trim().split('\n').at(-1) ?? '';
    return { type: 'failed', reason: `the image has no usable /bin/sh: ${why} ${lastLine}`.trim() };
  }
  const found = new Map(
    stdout.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      const value = line.slice(at + 1);
      return at > 0 && value.length <= LONGEST_VALUE ? [[line.slice(0, at), value] as const] : [];
    }),
  );
  const python = found.get('python');
  if (python === undefined) {
    return {
      type: 'failed',
      reason: 'the /bin/sh of the image does not run a simple command correctly',
    };
  }
  if (python !== '') return { type: 'python', command: python };
  const { id, version, arch, libc, libcVersion } = Object.fromEntries(found);
  return {
    type: 'no-python',
    facts: {
      ...(id ? { distro: { id, version: version ?? '' } } : {}),
      ...(arch ? { arch } : {}),
      ...(libcVersion && (libc === 'glibc' || libc === 'musl')
        ? { libc: { name: libc, version: libcVersion, package: `${libc} ${libcVersion}` } }
        : {}),
    },
  };
}
