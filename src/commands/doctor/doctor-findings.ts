/** What `matrix doctor` looks at, one function each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Engine } from '../../engine/engine.ts';
import { registryOf } from '../../engine/images/images.ts';
import { bytesText } from '../../host/disk-usage.ts';
import { BOOTSTRAP_PACKAGE, missingPackages } from '../../host/debian-packages.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../host/temporary-folder.ts';
import { LABELS } from '../../images/naming.ts';
import { checkSandbox } from '../../images/sandbox-check.ts';
import type { RunPlan } from '../../run/plan.ts';

export interface Finding {
  readonly what: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly detail: string;
  /** The command that mends it. */
  readonly mend?: string | undefined;
}

const good = (what: string, detail: string): Finding => ({ what, state: 'good', detail });

const warning = (what: string, detail: string, mend?: string): Finding => ({
  what,
  state: 'warning',
  detail,
  mend,
});

const bad = (what: string, detail: string, mend: string): Finding => ({
  what,
  state: 'bad',
  detail,
  mend,
});

/** Bytes that the images of the default group and their builds need, generously. */
const WANTED_BYTES = 12 * 1024 ** 3;
/** Below this not even a container can be made. */
const LEAST_BYTES = 512 * 1024 ** 2;
/** Seconds for something in the network to say something. */
const ANSWER_SECONDS = 5;
/** The keys that every release of Debian is signed with, where the package that brings them puts them. */
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
const APT_HELPER = '/usr/lib/apt/apt-helper';
/** What mmdebstrap takes where no mirror is named. */
const ARCHIVE = 'http://deb.debian.org/debian/dists/stable/InRelease';

export function engineFinding({ description }: Engine): Finding {
  const { name, version, apiVersion, endpoint } = description;
  return good('engine', `${name} ${version} (API ${apiVersion}), ${endpoint}`);
}

export function cpuFinding({ description }: Engine): Finding {
  const { cpus } = description.host;
  return cpus < 2
    ? bad(
        'CPUs',
        `the engine's host has ${cpus}; a race needs two`,
        'bin/matrix run --engine URL, with an engine on a larger machine',
      )
    : good('CPUs', `${cpus} on the engine's host, ${availableParallelism()} here`);
}

/**
 * Whether the limits of a container hold, and whether a trial's programs work in it: tried in the image
 * of one row, where any is there.
 */
export async function sandboxFinding(
  engine: Engine,
  plan: Pick<RunPlan, 'environments'>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const names = new Map(
    plan.environments.map(({ id, python }) => [`${id}/reproduction`, python.command]),
  );
  const images = await engine.images(`${LABELS.ours}=image`);
  // The newest C library asks most of an engine's seccomp profile, and sorts last as a rule.
  const image = images
    .filter(({ labels }) => names.has(labels[LABELS.name] ?? ''))
    .sort((a, b) => ((a.labels[LABELS.name] ?? '') < (b.labels[LABELS.name] ?? '') ? -1 : 1))
    .at(-1);
  if (!image) {
    const mend = 'bin/matrix run, then bin/matrix doctor once more';
    return [warning('limits', 'not tried, since no image is there yet', mend)];
  }
  const name = image.labels[LABELS.name] ?? '';
  const check = await checkSandbox(engine, image.id, names.get(name) ?? '', signal);
  if (check.type === 'failed') {
    return [bad('limits', check.reason, 'bin/matrix run --refresh')];
  }
  const newer = 'apt-get install --only-upgrade docker.io runc libseccomp2';
  return [
    check.wrong.length === 0
      ? good('limits', `hold in a container of ${name}`)
      : bad(
          'limits',
          `the engine does not keep: ${check.wrong.join(', ')}`,
          'bin/matrix run --engine private, as root; or an engine with the control groups for it',
        ),
    check.trouble.length === 0
      ? good('seccomp and strace', 'threads, children and strace work there')
      : bad('seccomp and strace', check.trouble.join('; '), newer),
  ];
}

export async function spaceFinding(engine: Engine, folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder).catch(() => statfs('/'));
  const free = bavail * bsize;
  const whose = engine.description.private
    ? folder
    : `${folder}, and the engine may keep its own elsewhere`;
  const detail = `${bytesText(free)} free for ${whose}`;
  const mend = 'bin/matrix clean, or bin/matrix clean --all, which removes the images, too';
  if (free < LEAST_BYTES) return bad('disk', detail, mend);
  return free < WANTED_BYTES
    ? warning('disk', `${detail}; the default group may need ${bytesText(WANTED_BYTES)}`, mend)
    : good('disk', detail);
}

export async function bootstrapFindings(): Promise<readonly Finding[]> {
  const missing = await missingPackages([BOOTSTRAP_PACKAGE], process.env);
  if (missing.length > 0) {
    const detail = 'not installed: bases that no registry serves are skipped';
    return [warning('mmdebstrap', detail, 'apt-get install mmdebstrap')];
  }
  return [
    good('mmdebstrap', 'installed'),
    existsSync(KEYS)
      ? good('keys', KEYS)
      : warning(
          'keys',
          `${KEYS} is not there: no release of Debian can be verified`,
          'apt-get install debian-archive-keyring',
        ),
  ];
}

/** Whether the archive answers, asked as mmdebstrap asks it: by apt, with its proxies. */
export async function mirrorFinding(signal: AbortSignal): Promise<Finding> {
  if (!existsSync(APT_HELPER)) return warning('archive', 'not asked: this host has no apt');
  const folder = await makeTemporaryFolder('doctor');
  try {
    const child = spawn(
      APT_HELPER,
      [
        ...['-o', `Acquire::http::Timeout=${ANSWER_SECONDS}`, '-o', 'Acquire::Retries=0'],
        ...['download-file', ARCHIVE, join(folder, 'InRelease')],
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LC_ALL: 'C' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_SECONDS * 1000)]),
      },
    );
    const problem: string[] = [];
    child.on('error', (error) => problem.push(error.message));
    const [, said] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close').catch(() => []),
    ]);
    if (child.exitCode === 0) return good('archive', 'answers');
    const words = [...problem, ...said.trim().split('\n').slice(0, 1)].join(' ').trim();
    return warning(
      'archive',
      `does not answer within ${ANSWER_SECONDS} s: ${words}`,
      'http_proxy=http://HOST:PORT bin/matrix doctor, or a mirror in /etc/apt/apt.conf.d (Acquire::http::Proxy)',
    );
  } finally {
    await removeTemporaryFolder(folder);
  }
}

/**
 * Whether the registries of the bases answer the engine, each asked for the first image that it should
 * have. Without one, bases are bootstrapped, where they can be.
 */
export async function registryFindings(
  engine: Engine,
  plan: Pick<RunPlan, 'environments'>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const references = new Map<string, string>();
  const bootstrapped = new Set<string>();
  for (const { base } of plan.environments) {
    for (const source of base.sources) {
      if (source.type === 'bootstrap') bootstrapped.add(base.id);
      else if (!references.has(registryOf(source.reference))) {
        references.set(registryOf(source.reference), source.reference);
      }
    }
  }
  const what = 'registry';
  if (references.size === 0) return [good(what, 'none is needed')];
  const lonely = plan.environments.filter(({ base }) => !bootstrapped.has(base.id)).length;
  const otherwise =
    lonely === 0 ? 'bases are bootstrapped instead' : `${lonely} rows have no other source`;
  return Promise.all(
    [...references.values()].map(async (reference) => {
      const refusal = await engine.registryRefusal(reference, ANSWER_SECONDS, signal);
      return refusal === undefined
        ? good(what, `serves ${reference}`)
        : warning(
            what,
            `does not serve ${reference}: ${refusal}; ${otherwise}`,
            'HTTPS_PROXY=http://HOST:PORT bin/matrix doctor, where only a proxy leads out',
          );
    }),
  );
}
